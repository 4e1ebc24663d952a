import type { TimeMs } from '@kestrel/core'
import type { Ledger } from './ledger.ts'
import type { QuietEquity } from './quiet-equity.ts'
import type { EquityColumns } from './records.ts'

/**
 * Records the account's value once an instant, in columns that double when full.
 *
 * The expected times are those of the first feed. As long as the instants are the same, their column is used as it is
 * instead of a copy: in a long run the first touch of fresh memory costs more than the arithmetic.
 */
export class EquityRecorder {
  readonly #expectedMs: Float64Array
  /** Undefined as long as the instants are the expected ones. */
  #timeMs: Float64Array | undefined
  #equity: Float64Array
  #count = 0
  readonly #quiet: QuietEquity | undefined

  /** @param quiet - Works the equity out, where it need not be asked for at every instant. */
  constructor(expectedMs: Float64Array, quiet?: QuietEquity) {
    const size = Math.max(16, expectedMs.length)
    this.#expectedMs = expectedMs
    this.#quiet = quiet
    this.#equity = new Float64Array(size)
  }

  record(timeMs: TimeMs, ledger: Ledger): void {
    const row = this.#count
    if (row === this.#equity.length) this.#grow()
    this.#count = row + 1
    if (this.#quiet === undefined) ledger.equityInto(this.#equity, row)
    else this.#quiet.note(this.#equity, row)
    if (this.#timeMs !== undefined) this.#timeMs[row] = timeMs
    else if (this.#expectedMs[row] !== timeMs) this.#startOwnTimes(row, timeMs)
  }

  /** Rows recorded so far. */
  get count(): number {
    return this.#count
  }

  /** @param exposureOf - Computes the exposure when somebody asks for it. */
  columns(exposureOf: (timeMs: Float64Array) => Float64Array): EquityColumns {
    const timeMs = (this.#timeMs ?? this.#expectedMs).subarray(0, this.#count)
    this.#quiet?.writeTo(this.#equity, this.#count)
    let exposure: Float64Array | undefined
    return {
      timeMs,
      equity: this.#equity.subarray(0, this.#count),
      get grossExposure() {
        return (exposure ??= exposureOf(timeMs))
      },
    }
  }

  #startOwnTimes(row: number, timeMs: TimeMs): void {
    this.#timeMs = new Float64Array(this.#equity.length)
    this.#timeMs.set(this.#expectedMs.subarray(0, row))
    this.#timeMs[row] = timeMs
  }

  #grow(): void {
    this.#equity = doubled(this.#equity)
    if (this.#timeMs !== undefined) this.#timeMs = doubled(this.#timeMs)
  }
}

function doubled(column: Float64Array): Float64Array {
  const grown = new Float64Array(column.length * 2)
  grown.set(column)
  return grown
}
