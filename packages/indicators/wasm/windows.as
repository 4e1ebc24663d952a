// Kernels over one tile of a series, two bars at a time. AssemblyScript: `build.ts` compiles it, and
// `src/simd/tiled-windows.ts` calls it and says what each kernel leaves where.
//
// Columns are addresses of f64. A kernel may write two values past what it is asked for.

/** Bytes of so many f64. */
// @ts-ignore: decorator
@inline function bytes(count: i32): usize {
  return <usize>count << 3
}

/** Each value becomes the larger of itself and the one `step` later. */
function raise(column: usize, count: i32, step: i32): void {
  for (let at = column, end = column + bytes(count); at < end; at += 16) {
    v128.store(at, f64x2.pmax(v128.load(at), v128.load(at + bytes(step))))
  }
}

/** Each value becomes the smaller of itself and the one `step` later. */
function lower(column: usize, count: i32, step: i32): void {
  for (let at = column, end = column + bytes(count); at < end; at += 16) {
    v128.store(at, f64x2.pmin(v128.load(at), v128.load(at + bytes(step))))
  }
}

/** Place of each close in the range of its window, in percent, less `base`. */
export function places(high: usize, low: usize, close: usize, count: i32, period: i32, base: f64): void {
  // Windows of 1, 2, 4 ... bars; two of the last, shifted, cover the period.
  let width = 1
  for (; 2 * width <= period; width *= 2) {
    raise(high, count + period - 2 * width, width)
    lower(low, count + period - 2 * width, width)
  }
  const shift = bytes(period - width)
  for (let k: usize = 0; k < bytes(count); k += 16) {
    const top = f64x2.pmax(v128.load(high + k), v128.load(high + k + shift))
    const bottom = f64x2.pmin(v128.load(low + k), v128.load(low + k + shift))
    const share = f64x2.div(f64x2.sub(v128.load(close + k), bottom), f64x2.sub(top, bottom))
    const place = v128.bitselect(f64x2.splat(50), f64x2.mul(f64x2.splat(100), share), f64x2.eq(top, bottom))
    v128.store(close + k, f64x2.sub(place, f64x2.splat(base)))
  }
}

/** Recency of the largest value, times `sign`, of each window of `lookBack + 1` bars, 0..100; into `recency`. */
export function recencies(values: usize, recency: usize, sign: f64, count: i32, lookBack: i32): void {
  const period = lookBack + 1
  let position = f64x2(0, 1)
  for (let k: usize = 0; k < bytes(count + period); k += 16) {
    v128.store(values + k, f64x2.mul(f64x2.splat(sign), v128.load(values + k)))
    v128.store(recency + k, position)
    position = f64x2.add(position, f64x2.splat(2))
  }
  // Windows of 1, 2, 4 ... bars and at last of the period, each made of two that may overlap.
  for (let width = 1; width < period; width *= 2) {
    const step = min(width, period - width)
    const shift = bytes(step)
    for (let k: usize = 0; k < bytes(count + period - width - step); k += 16) {
      const early = v128.load(values + k)
      const late = v128.load(values + k + shift)
      const isLate = f64x2.ge(late, early)
      v128.store(values + k, v128.bitselect(late, early, isLate))
      v128.store(recency + k, v128.bitselect(v128.load(recency + k + shift), v128.load(recency + k), isLate))
    }
  }
  // The extreme is as many bars into the window as it is recent.
  let begin = f64x2(0, 1)
  for (let k: usize = 0; k < bytes(count); k += 16) {
    const into = f64x2.sub(v128.load(recency + k), begin)
    v128.store(recency + k, f64x2.div(f64x2.mul(f64x2.splat(100), into), f64x2.splat(lookBack)))
    begin = f64x2.add(begin, f64x2.splat(2))
  }
}

/** Commodity channel index of each window of typical prices, into `index`. Sums in the order of `channelIndex`. */
export function channelIndices(typical: usize, index: usize, count: i32, period: i32, scale: f64): void {
  const length = bytes(period)
  const fours = bytes(period & ~3)
  const bars = f64x2.splat(period)
  const rounding = f64x2.splat(f64.EPSILON * period)
  for (let k: usize = 0; k < bytes(count); k += 16) {
    const from = typical + k
    let a = f64x2.splat(0)
    let b = a
    let c = a
    let d = a
    let at = from
    for (; at < from + fours; at += 32) {
      a = f64x2.add(a, v128.load(at))
      b = f64x2.add(b, v128.load(at, 8))
      c = f64x2.add(c, v128.load(at, 16))
      d = f64x2.add(d, v128.load(at, 24))
    }
    for (; at < from + length; at += 8) a = f64x2.add(a, v128.load(at))
    const sum = f64x2.add(f64x2.add(a, b), f64x2.add(c, d))
    const mean = f64x2.div(sum, bars)
    a = f64x2.splat(0)
    b = a
    c = a
    d = a
    for (at = from; at < from + fours; at += 32) {
      a = f64x2.add(a, f64x2.abs(f64x2.sub(v128.load(at), mean)))
      b = f64x2.add(b, f64x2.abs(f64x2.sub(v128.load(at, 8), mean)))
      c = f64x2.add(c, f64x2.abs(f64x2.sub(v128.load(at, 16), mean)))
      d = f64x2.add(d, f64x2.abs(f64x2.sub(v128.load(at, 24), mean)))
    }
    for (; at < from + length; at += 8) a = f64x2.add(a, f64x2.abs(f64x2.sub(v128.load(at), mean)))
    const total = f64x2.add(f64x2.add(a, b), f64x2.add(c, d))
    const last = v128.load(from + length - 8)
    const value = f64x2.div(f64x2.sub(last, mean), f64x2.mul(f64x2.splat(scale), f64x2.div(total, bars)))
    const isFlat = f64x2.le(total, f64x2.mul(rounding, f64x2.abs(sum)))
    v128.store(index + k, v128.bitselect(f64x2.splat(0), value, isFlat))
  }
}

/**
 * Money flow index of each bar after the first, into `index`, from bars of which the first is the one before. `count`
 * bars in blocks of `period`; `suffix` holds the sums of in- and outflow after each offset of the block before, as pairs.
 */
export function flowIndices(
  high: usize,
  low: usize,
  close: usize,
  volume: usize,
  flows: usize,
  suffix: usize,
  index: usize,
  count: i32,
  period: i32,
): void {
  const zero = f64x2.splat(0)
  for (let k: usize = 0; k <= bytes(count); k += 16) {
    const sum = f64x2.add(f64x2.add(v128.load(high + k), v128.load(low + k)), v128.load(close + k))
    v128.store(close + k, f64x2.div(sum, f64x2.splat(3)))
  }
  for (let k: usize = 0; k < bytes(count); k += 16) {
    const before = v128.load(close + k)
    const typical = v128.load(close + k, 8)
    const flow = f64x2.mul(typical, v128.load(volume + k, 8))
    const gained = v128.and(flow, f64x2.gt(typical, before))
    const lost = v128.and(flow, f64x2.lt(typical, before))
    v128.store(flows + 2 * k, v128.shuffle<f64>(gained, lost, 0, 2))
    v128.store(flows + 2 * k, v128.shuffle<f64>(gained, lost, 1, 3), 16)
  }
  const block: usize = bytes(2 * period)
  for (let from = flows, end = flows + bytes(2 * count); from < end; from += block) {
    const size: usize = min<usize>(block, end - from)
    let prefix = zero
    for (let k: usize = 0; k < size; k += 16) {
      prefix = f64x2.add(prefix, v128.load(from + k))
      v128.store(index + k, f64x2.add(v128.load(suffix + k), prefix))
    }
    index += size
    if (size < block) break
    let after = zero
    for (let k = block - 16; k > 0; k -= 16) {
      v128.store(suffix + k, after)
      after = f64x2.add(after, v128.load(from + k))
    }
    v128.store(suffix, after)
  }
  index -= bytes(2 * count)
  for (let k: usize = 0; k < bytes(count); k += 16) {
    const one = v128.load(index + 2 * k)
    const two = v128.load(index + 2 * k, 16)
    const inflow = v128.shuffle<f64>(one, two, 0, 2)
    const total = f64x2.add(inflow, v128.shuffle<f64>(one, two, 1, 3))
    const share = f64x2.mul(f64x2.splat(100), f64x2.div(inflow, total))
    v128.store(index + k, v128.bitselect(f64x2.splat(50), share, f64x2.eq(total, zero)))
  }
}
