/**
 * Histogram of one window of bars by price, with its point of control and its value area. The rules are those of
 * `volume-profile.ts`. One object is filled again for each window, so a stream creates none.
 */
export class ProfileHistogram {
  pointOfControl = Number.NaN
  valueAreaHigh = Number.NaN
  valueAreaLow = Number.NaN
  readonly #period: number
  readonly #valueAreaRate: number
  readonly #bins: Float64Array
  #bottom = 0
  #top = 0
  #width = 0

  constructor(period: number, bins: number, valueAreaRate: number) {
    this.#period = period
    this.#valueAreaRate = valueAreaRate
    this.#bins = new Float64Array(bins)
  }

  /** Read the bars `from .. from + period - 1` of the columns. */
  read(high: Float64Array, low: Float64Array, volume: Float64Array, from: number): void {
    const end = from + this.#period
    let top = -Infinity
    let bottom = Infinity
    let total = 0
    for (let i = from; i < end; i++) {
      if ((high[i] as number) > top) top = high[i] as number
      if ((low[i] as number) < bottom) bottom = low[i] as number
      total += volume[i] as number
    }
    this.#top = top
    this.#bottom = bottom
    this.#width = (top - bottom) / this.#bins.length
    if (!(this.#width > 0)) {
      this.pointOfControl = bottom
      this.valueAreaHigh = bottom
      this.valueAreaLow = bottom
      return
    }
    this.#bins.fill(0)
    for (let i = from; i < end; i++) {
      this.#spread(high[i] as number, low[i] as number, total === 0 ? 1 : (volume[i] as number))
    }
    this.#findValueArea()
  }

  #binOf(price: number): number {
    const bin = Math.floor((price - this.#bottom) / this.#width)
    return bin >= this.#bins.length ? this.#bins.length - 1 : bin
  }

  /** Price of the lower edge of a bin; the upper edge of the last one is the top itself. */
  #edge(bin: number): number {
    return bin === this.#bins.length ? this.#top : this.#bottom + bin * this.#width
  }

  /** Add a bar's weight, evenly over its range. */
  #spread(high: number, low: number, weight: number): void {
    const bins = this.#bins
    const first = this.#binOf(low)
    const last = high > low ? this.#binOf(high) : first
    if (first === last) {
      bins[first] = (bins[first] as number) + weight
      return
    }
    const range = high - low
    for (let bin = first; bin <= last; bin++) {
      const from = Math.max(low, this.#edge(bin))
      const to = Math.min(high, this.#edge(bin + 1))
      if (to > from) bins[bin] = (bins[bin] as number) + weight * ((to - from) / range)
    }
  }

  #findValueArea(): void {
    const bins = this.#bins
    let most = 0
    let total = 0
    for (let bin = 0; bin < bins.length; bin++) {
      total += bins[bin] as number
      if ((bins[bin] as number) > (bins[most] as number)) most = bin
    }
    const wanted = this.#valueAreaRate * total
    let lowest = most
    let highest = most
    let held = bins[most] as number
    while (held < wanted && (lowest > 0 || highest < bins.length - 1)) {
      const below = lowest > 0 ? (bins[lowest - 1] as number) : -1
      const above = highest < bins.length - 1 ? (bins[highest + 1] as number) : -1
      if (above >= below) {
        highest++
        held += above
      } else {
        lowest--
        held += below
      }
    }
    this.pointOfControl = this.#edge(most) + this.#width / 2
    this.valueAreaHigh = this.#edge(highest + 1)
    this.valueAreaLow = this.#edge(lowest)
  }
}
