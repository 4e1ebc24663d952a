import { allocateBars, type BarColumns } from '@kestrel/core'

/**
 * Bars being built one row or trade after another. The bar in hand lives in local numbers of the instance and is written
 * once, when the next begins.
 */
export class GrowingBars {
  readonly #bars: BarColumns
  readonly #timeframeMs: number
  #count = 0
  #openTimeMs = 0
  #open = 0
  #high = 0
  #low = 0
  #close = 0
  #volume = 0
  #begun = false

  /** @param most - Bars that there can be at most. */
  constructor(most: number, timeframeMs: number) {
    this.#bars = allocateBars(most)
    this.#timeframeMs = timeframeMs
  }

  begin(openTimeMs: number, open: number): void {
    this.#flush()
    this.#openTimeMs = openTimeMs
    this.#open = open
    this.#high = -Infinity
    this.#low = Infinity
    this.#volume = 0
    this.#begun = true
  }

  include(high: number, low: number, close: number, volume: number): void {
    if (high > this.#high) this.#high = high
    if (low < this.#low) this.#low = low
    this.#close = close
    this.#volume += volume
  }

  /** The bars, in memory of exactly their length. */
  finish(): BarColumns {
    this.#flush()
    const { openTimeMs, closeTimeMs, open, high, low, close, volume } = this.#bars
    if (this.#count === openTimeMs.length) return this.#bars
    const cut = (column: Float64Array): Float64Array => column.subarray(0, this.#count)
    return copyBars({
      openTimeMs: cut(openTimeMs),
      closeTimeMs: cut(closeTimeMs),
      open: cut(open),
      high: cut(high),
      low: cut(low),
      close: cut(close),
      volume: cut(volume),
    })
  }

  #flush(): void {
    if (!this.#begun) return
    this.#begun = false
    const at = this.#count++
    this.#bars.openTimeMs[at] = this.#openTimeMs
    this.#bars.closeTimeMs[at] = this.#openTimeMs + this.#timeframeMs
    this.#bars.open[at] = this.#open
    this.#bars.high[at] = this.#high
    this.#bars.low[at] = this.#low
    this.#bars.close[at] = this.#close
    this.#bars.volume[at] = this.#volume
  }
}

/** The bars in memory of their own, so that a short view does not keep long columns alive. */
export function copyBars(bars: BarColumns): BarColumns {
  const out = allocateBars(bars.openTimeMs.length)
  for (const name of ['openTimeMs', 'closeTimeMs', 'open', 'high', 'low', 'close', 'volume'] as const)
    out[name].set(bars[name])
  return out
}
