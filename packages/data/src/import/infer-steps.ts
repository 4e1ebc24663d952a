/** More decimals than any venue quotes. */
const MOST_DECIMALS = 12
/** Above this a multiple of the step is no exact integer any more. */
const LARGEST_STEPS = 2 ** 53
/** Sums of many decimals miss their value by about this share of it; such values count as on the grid. */
const ROUNDING = 1e-12

/**
 * The largest number of decimals that the values need.
 *
 * A value that misses a shorter decimal by rounding noise alone (0.30000000000000004) needs only the shorter one. At most
 * 12, and at most so many that the largest value is still a whole number of steps below 2^53. O(values).
 *
 * @param bound - No value needs more decimals than this, so that the search may end there.
 */
export function decimalsOf(columns: readonly Float64Array[], bound = MOST_DECIMALS): number {
  let decimals = 0
  let scale = 1
  for (const values of columns) {
    for (let i = 0; i < values.length && decimals < bound; i++) {
      const value = values[i] as number
      // A whole number lies on every grid, and is told without a division.
      if ((value | 0) === value) continue
      // On the grid: the double nearest to a whole number of steps.
      if (Math.floor(value * scale + 0.5) / scale === value) continue
      decimals = decimalsNeeded(value, decimals)
      scale = 10 ** decimals
    }
  }
  if (decimals === 0) return 0
  let largest = 1
  for (const values of columns) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number
      if (value > largest) largest = value
      else if (-value > largest) largest = -value
    }
  }
  return Math.max(0, Math.min(decimals, Math.floor(Math.log10(LARGEST_STEPS / largest))))
}

/** Decimals of one value, at least `from`; rounding noise does not count. */
function decimalsNeeded(value: number, from: number): number {
  let decimals = from
  for (; decimals < MOST_DECIMALS; decimals++) {
    const steps = value * 10 ** decimals
    if (Math.abs(steps - Math.round(steps)) <= Math.abs(steps) * ROUNDING) break
  }
  return decimals
}

/** `1`, `0.1`, `0.01` ... as decimal text. */
export function stepText(decimals: number): string {
  return decimals === 0 ? '1' : `0.${'0'.repeat(decimals - 1)}1`
}

/** Steps counted one by one before the rest is taken to be alike. */
const MOST_DISTINCT = 10_000

/**
 * The most common distance between neighbouring times, in any order of rows; the shorter of two equally common.
 *
 * @returns undefined where no two rows differ in time.
 */
export function commonStepMs(timeMs: Float64Array): number | undefined {
  const counts = new Map<number, number>()
  for (let i = 1; i < timeMs.length; i++) {
    const step = Math.abs((timeMs[i] as number) - (timeMs[i - 1] as number))
    const count = counts.get(step)
    if (step > 0 && (count !== undefined || counts.size < MOST_DISTINCT)) counts.set(step, (count ?? 0) + 1)
  }
  let best: number | undefined
  let most = 0
  for (const [step, count] of counts) {
    if (count > most || (count === most && step < (best ?? Infinity))) {
      best = step
      most = count
    }
  }
  return best
}
