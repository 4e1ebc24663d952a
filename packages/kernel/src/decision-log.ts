import type { InstrumentId, TimeMs } from '@kestrel/core'
import type { DecisionRecord } from './records.ts'

export type DecisionMode = 'none' | 'changed' | 'all'

/**
 * Keeps what strategies explain. In mode `changed` only explanations that an order followed in the same callback are
 * kept, so that a quiet strategy costs nothing.
 */
export class DecisionLog {
  readonly records: DecisionRecord[] = []
  readonly #mode: DecisionMode
  #values: Readonly<Record<string, unknown>> | undefined
  #orderIds: number[] = []

  constructor(mode: DecisionMode) {
    this.#mode = mode
  }

  explain(values: Readonly<Record<string, unknown>>): void {
    this.#values = values
  }

  ordered(orderId: number): void {
    if (this.#mode !== 'none') this.#orderIds.push(orderId)
  }

  /** Called after each callback. */
  flush(tsMs: TimeMs, strategy: string, instrumentId: InstrumentId | undefined): void {
    const values = this.#values
    const quiet = this.#orderIds.length === 0
    if (values === undefined && quiet) return
    this.#values = undefined
    if (this.#mode === 'none' || (quiet && this.#mode === 'changed')) return
    this.records.push({ tsMs, strategy, instrumentId, values: values === undefined ? {} : { ...values }, orderIds: this.#orderIds })
    this.#orderIds = []
  }
}
