/** The money of a deal: its first purchase and those that follow a falling price. Fractions of equity. */
export interface DealPlan {
  readonly baseWeight: number
  readonly safetyWeight: number
  readonly safetyOrders: number
  readonly volumeScale: number
  /** Fall below the first price of the first safety order, a fraction. */
  readonly deviation: number
  readonly stepScale: number
  /** All purchases of a deal together. */
  readonly maxExposure: number
}

export interface SafetyOrder {
  /** Fall below the price of the first purchase, a fraction below 1. */
  readonly fall: number
  /** Money spent, a fraction of equity. */
  readonly weight: number
}

/**
 * The safety orders of a deal, nearest first.
 *
 * The k-th lies `deviation (1 + stepScale + ... + stepScale^(k-1))` below the first price and spends
 * `safetyWeight volumeScale^(k-1)`. The list ends before the first order that would spend more than the cap or lie at
 * or below zero.
 */
export function safetyLadder(plan: DealPlan): SafetyOrder[] {
  const ladder: SafetyOrder[] = []
  let fall = 0
  let spent = plan.baseWeight
  for (let k = 0; k < plan.safetyOrders; k++) {
    fall += plan.deviation * plan.stepScale ** k
    const weight = plan.safetyWeight * plan.volumeScale ** k
    spent += weight
    if (fall >= 1 || spent > plan.maxExposure * (1 + 1e-12)) break
    ladder.push({ fall, weight })
  }
  return ladder
}
