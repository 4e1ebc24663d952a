import { UsageError } from '@kestrel/core'

const DAY_MS = 86_400_000

/**
 * Notional traded in the last days, as venues count it for fee tiers: by UTC day, over complete days only. The tier of
 * a day is set at 00:00 UTC and holds all day, so a fill never changes its own rate.
 *
 * O(1) a fill, and O(days) once a day.
 */
export class RollingVolume {
  readonly #days: Float64Array
  #today: number | undefined
  #todayVolume = 0
  #sum: number

  /**
   * @param days - Length of the window in days, integer >= 1; venues use 30.
   * @param initialVolume - Notional traded in the window before the first fill, taken as spread evenly over its days.
   */
  constructor(days = 30, initialVolume = 0) {
    if (!Number.isSafeInteger(days) || days < 1 || !(initialVolume >= 0 && Number.isFinite(initialVolume))) {
      throw new UsageError({
        code: 'BACKTEST_ROLLING_VOLUME',
        message: `A volume window of ${days} days with ${initialVolume} traded before it cannot be used.`,
        meta: { days, initialVolume },
      })
    }
    this.#days = new Float64Array(days).fill(initialVolume / days)
    this.#sum = initialVolume
  }

  /** Counts a fill's notional at its time. Times must not go back beyond the present day. */
  add(timeMs: number, notional: number): void {
    this.#advance(timeMs)
    this.#todayVolume += Math.abs(notional)
  }

  /** Notional traded on the complete days of the window that ended at the last 00:00 UTC. */
  at(timeMs: number): number {
    this.#advance(timeMs)
    return this.#sum
  }

  #advance(timeMs: number): void {
    const day = Math.floor(timeMs / DAY_MS)
    if (this.#today === undefined) this.#today = day
    if (day === this.#today) return
    if (!(day > this.#today)) {
      throw new UsageError({
        code: 'BACKTEST_ROLLING_VOLUME',
        message: `Volume was asked for or added at ${timeMs}, before the present day.`,
        meta: { timeMs },
      })
    }
    const { length } = this.#days
    const passed = Math.min(day - this.#today, length)
    // Beyond the window every old day has left it, so no more than its length has to be cleared.
    for (let step = 0; step < passed; step++) {
      this.#days[(((day - passed + step) % length) + length) % length] = 0
    }
    if (day - this.#today <= length) this.#days[((this.#today % length) + length) % length] = this.#todayVolume
    this.#today = day
    this.#todayVolume = 0
    // Summed anew each day: a running sum would keep the rounding of every day that has left.
    this.#sum = this.#days.reduce((sum, volume) => sum + volume, 0)
  }
}
