/**
 * Window kernels in WebAssembly, two bars at a time. Columns pass through its memory in tiles that stay in the cache.
 *
 * Each gives what its plain twin gives, bit for bit: every lane does the same operations in the same order. They are
 * here because the larger of two numbers is one instruction there and a branch in JavaScript, mispredicted half of the
 * time, so that the twins take three to five times as long.
 */
import { WINDOWS_MODULE } from './windows-module.ts'

/** Bars whose windows are worked out at once. */
const TILE_BARS = 1024

/** Longest window that fits into the memory beside a tile; longer ones are for the plain twins. */
const LONGEST = 1000

/** Values of a column in the memory: a tile, what the first window reads before it, and room for two too many. */
const COLUMN = 2048
const COLUMNS = 16
const BYTES = Float64Array.BYTES_PER_ELEMENT

/** The part of the standard that is used here. The type libraries that have it bring all of the DOM along. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

interface WindowsModule {
  readonly memory: { readonly buffer: ArrayBuffer }
  places(high: number, low: number, close: number, count: number, period: number, base: number): void
  recencies(values: number, recency: number, sign: number, count: number, lookBack: number): void
  channelIndices(typical: number, index: number, count: number, period: number, scale: number): void
  flowIndices(
    high: number,
    low: number,
    close: number,
    volume: number,
    flows: number,
    suffix: number,
    index: number,
    count: number,
    period: number,
  ): void
}

/** The kernels and the columns of their memory. */
class WindowKernels {
  readonly #module: WindowsModule
  readonly #columns: readonly Float64Array[]

  constructor(module: WindowsModule) {
    this.#module = module
    const { buffer } = module.memory
    this.#columns = Array.from({ length: COLUMNS }, (_, k) => new Float64Array(buffer, k * COLUMN * BYTES, COLUMN))
  }

  /** See {@link tiledPlaces}. */
  places(
    high: Float64Array,
    low: Float64Array,
    close: Float64Array,
    start: number,
    period: number,
    base: number,
    out: Float64Array,
  ): void {
    const [a, b, c] = this.#columns as readonly [Float64Array, Float64Array, Float64Array]
    for (let end = start + period - 1; end < out.length; end += TILE_BARS) {
      const count = Math.min(TILE_BARS, out.length - end)
      const from = end - period + 1
      a.set(high.subarray(from, end + count))
      b.set(low.subarray(from, end + count))
      c.set(close.subarray(end, end + count))
      this.#module.places(a.byteOffset, b.byteOffset, c.byteOffset, count, period, base)
      out.set(c.subarray(0, count), end)
    }
  }

  /** See {@link tiledRecencies}. */
  recencies(values: Float64Array, start: number, lookBack: number, sign: 1 | -1, out: Float64Array): void {
    const [a, b] = this.#columns as readonly [Float64Array, Float64Array]
    for (let end = start + lookBack; end < out.length; end += TILE_BARS) {
      const count = Math.min(TILE_BARS, out.length - end)
      a.set(values.subarray(end - lookBack, end + count))
      this.#module.recencies(a.byteOffset, b.byteOffset, sign, count, lookBack)
      out.set(b.subarray(0, count), end)
    }
  }

  /** See {@link tiledChannelIndices}. */
  channelIndices(typical: Float64Array, start: number, period: number, scale: number, out: Float64Array): void {
    const [a, b] = this.#columns as readonly [Float64Array, Float64Array]
    // Backwards, because `out` may be the typical prices themselves, which earlier windows still need.
    const first = start + period - 1
    for (let stop = out.length; stop > first; stop -= TILE_BARS) {
      const end = Math.max(first, stop - TILE_BARS)
      a.set(typical.subarray(end - period + 1, stop))
      this.#module.channelIndices(a.byteOffset, b.byteOffset, stop - end, period, scale)
      out.set(b.subarray(0, stop - end), end)
    }
  }

  /** See {@link tiledFlowIndices}. */
  flowIndices(
    high: Float64Array,
    low: Float64Array,
    close: Float64Array,
    volume: Float64Array,
    start: number,
    period: number,
    out: Float64Array,
  ): void {
    const [a, b, c, d] = this.#columns as readonly [Float64Array, Float64Array, Float64Array, Float64Array]
    // Two columns each, for pairs.
    const flows = this.#column(4)
    const index = this.#column(6)
    const suffix = this.#column(8).fill(0)
    const first = start + period
    // Whole blocks.
    const bars = period * Math.floor(TILE_BARS / period)
    for (let from = start + 1; from < out.length; from += bars) {
      const count = Math.min(bars, out.length - from)
      const end = from + count
      a.set(high.subarray(from - 1, end))
      b.set(low.subarray(from - 1, end))
      c.set(close.subarray(from - 1, end))
      d.set(volume.subarray(from - 1, end))
      this.#module.flowIndices(
        a.byteOffset,
        b.byteOffset,
        c.byteOffset,
        d.byteOffset,
        flows.byteOffset,
        suffix.byteOffset,
        index.byteOffset,
        count,
        period,
      )
      const skipped = Math.max(0, Math.min(count, first - from))
      out.set(index.subarray(skipped, count), from + skipped)
    }
  }

  #column(k: number): Float64Array {
    return this.#columns[k] as Float64Array
  }
}

let kernels: WindowKernels | null | undefined

/** Null where WebAssembly is not allowed, as by the content policy of a web page. */
function loadKernels(): WindowKernels | null {
  try {
    const bytes = Uint8Array.from(atob(WINDOWS_MODULE), (character) => character.charCodeAt(0))
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes))
    return new WindowKernels(exports as WindowsModule)
  } catch {
    return null
  }
}

function kernelsFor(bars: number): WindowKernels | null {
  if (bars > LONGEST) return null
  if (kernels === undefined) kernels = loadKernels()
  return kernels
}

/**
 * The twin of `plainPlaces`.
 *
 * @param out - Written from `start + period - 1` on.
 * @returns false, with nothing written, where the plain twin has to do it.
 */
export function tiledPlaces(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  start: number,
  period: number,
  base: number,
  out: Float64Array,
): boolean {
  const found = kernelsFor(period)
  found?.places(high, low, close, start, period, base, out)
  return found !== null
}

/** The twin of `plainRecencies`; parameters and result as in {@link tiledPlaces}. */
export function tiledRecencies(
  values: Float64Array,
  start: number,
  lookBack: number,
  sign: 1 | -1,
  out: Float64Array,
): boolean {
  const found = kernelsFor(lookBack + 1)
  found?.recencies(values, start, lookBack, sign, out)
  return found !== null
}

/** The twin of `plainChannelIndices`; parameters and result as in {@link tiledPlaces}. */
export function tiledChannelIndices(
  typical: Float64Array,
  start: number,
  period: number,
  scale: number,
  out: Float64Array,
): boolean {
  const found = kernelsFor(period)
  found?.channelIndices(typical, start, period, scale, out)
  return found !== null
}

/** The twin of `plainFlowIndices`; parameters and result as in {@link tiledPlaces}, written from `start + period` on. */
export function tiledFlowIndices(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  volume: Float64Array,
  start: number,
  period: number,
  out: Float64Array,
): boolean {
  const found = kernelsFor(period)
  found?.flowIndices(high, low, close, volume, start, period, out)
  return found !== null
}
