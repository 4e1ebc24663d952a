import type { TimeMs } from '@kestrel/core'
import type { Ledger } from './ledger.ts'
import type { EquityColumns } from './records.ts'

/** Records the account's value once an instant, in columns that double when full. */
export class EquityRecorder {
  #timeMs: Float64Array
  #equity: Float64Array
  #exposure: Float64Array
  #count = 0
  /** Instants at which some position was held. */
  instantsInMarket = 0

  constructor(capacity: number) {
    const size = Math.max(16, capacity)
    this.#timeMs = new Float64Array(size)
    this.#equity = new Float64Array(size)
    this.#exposure = new Float64Array(size)
  }

  record(timeMs: TimeMs, ledger: Ledger): void {
    const i = this.#count++
    if (i === this.#timeMs.length) {
      this.#timeMs = doubled(this.#timeMs)
      this.#equity = doubled(this.#equity)
      this.#exposure = doubled(this.#exposure)
    }
    this.#timeMs[i] = timeMs
    ledger.valueInto(this.#equity, this.#exposure, i)
    if (this.#exposure[i] !== 0) this.instantsInMarket++
  }

  columns(): EquityColumns {
    return {
      timeMs: this.#timeMs.subarray(0, this.#count),
      equity: this.#equity.subarray(0, this.#count),
      grossExposure: this.#exposure.subarray(0, this.#count),
    }
  }
}

function doubled(column: Float64Array): Float64Array {
  const grown = new Float64Array(column.length * 2)
  grown.set(column)
  return grown
}
