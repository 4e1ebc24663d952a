import type { TimeMs } from '@kestrel/core'

/** A line that a strategy plots, points in the order in which they were given. */
export interface PlotSeries {
  readonly name: string
  readonly timeMs: readonly TimeMs[]
  readonly value: readonly number[]
}

/** Collects the named lines of a run. */
export class PlotLog {
  readonly #series = new Map<string, { name: string; timeMs: number[]; value: number[] }>()

  add(name: string, timeMs: TimeMs, value: number): void {
    let series = this.#series.get(name)
    if (series === undefined) {
      series = { name, timeMs: [], value: [] }
      this.#series.set(name, series)
    }
    series.timeMs.push(timeMs)
    series.value.push(value)
  }

  series(): readonly PlotSeries[] {
    return [...this.#series.values()]
  }
}
