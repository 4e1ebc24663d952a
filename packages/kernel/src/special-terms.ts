import type { TriggerSource } from './records.ts'

/** What only some orders have. Most have none of it and share {@link PLAIN_TERMS}. */
export interface SpecialTerms {
  /** Ticks between the best price since activation and the level of a trailing stop; NaN where it trails by a rate. */
  readonly trailTicks: number
  /** The same as a fraction of that best price; NaN where it trails by a distance. */
  readonly trailRate: number
  /** Price from which on a trailing stop follows; NaN where it does from its arrival. */
  readonly activationTicks: number
  readonly triggerBy: TriggerSource
  /** Most lots of an iceberg that others see; infinite where all are shown. */
  readonly displayLots: number
  /** Trades whatever is held when it is set off; it has no size before. */
  readonly closePosition: boolean
}

/** The terms of an order that is nothing special. */
export const PLAIN_TERMS: SpecialTerms = Object.freeze({
  trailTicks: Number.NaN,
  trailRate: Number.NaN,
  activationTicks: Number.NaN,
  triggerBy: 'last',
  displayLots: Infinity,
  closePosition: false,
})
