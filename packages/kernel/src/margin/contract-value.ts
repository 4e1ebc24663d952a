import type { Settlement } from '@kestrel/core'

/**
 * A position in a perpetual, as the margin formulas read it.
 *
 * Every formula here works in the settle currency: the quote of a linear contract, the base of an inverse one.
 */
export interface ContractPosition {
  readonly settlement: Settlement
  /** Contracts held: above 0 long, below 0 short. */
  readonly contracts: number
  /** Base units of one contract where it is linear, quote units where it is inverse. */
  readonly contractSize: number
  /** Average entry price, quote units per base unit, above 0. */
  readonly entryPrice: number
}

/**
 * Value of contracts at a price, with the sign of `contracts`: `contracts * size * price` where the contract is linear,
 * `contracts * size / price` where it is inverse.
 */
export function contractNotional(
  settlement: Settlement,
  contracts: number,
  contractSize: number,
  price: number,
): number {
  const face = contracts * contractSize
  return settlement === 'linear' ? face * price : face / price
}

/**
 * Profit of contracts bought (`contracts` above 0) or sold (below 0) at `entryPrice` and valued at `exitPrice`: the
 * unrealised profit at a mark, or the realised one at a fill, before fees.
 *
 * Linear: `contracts * size * (exit - entry)`. Inverse: `contracts * size * (1 / entry - 1 / exit)`, so a long gains
 * ever less per tick as the price rises, and cannot gain more than its face value over the entry price.
 * Source: Binance, "How to calculate profit and loss for futures contracts", USD-M and COIN-M.
 */
export function contractPnl(
  settlement: Settlement,
  contracts: number,
  contractSize: number,
  entryPrice: number,
  exitPrice: number,
): number {
  const face = contracts * contractSize
  return settlement === 'linear' ? face * (exitPrice - entryPrice) : face * (1 / entryPrice - 1 / exitPrice)
}

/**
 * Average entry price after adding `addedContracts` at `price` to `heldContracts` (same sign) at `entryPrice`.
 *
 * Linear positions average arithmetically. Inverse ones average harmonically, because their profit is linear in
 * `1 / price`: only then is the profit of the sum the sum of the profits.
 */
export function averageEntryPrice(
  settlement: Settlement,
  heldContracts: number,
  entryPrice: number,
  addedContracts: number,
  price: number,
): number {
  const sum = heldContracts + addedContracts
  if (heldContracts === 0) return price
  if (settlement === 'linear') return (heldContracts * entryPrice + addedContracts * price) / sum
  return sum / (heldContracts / entryPrice + addedContracts / price)
}

/** Fee of a fill in the settle currency: the rate times the notional's magnitude. A negative rate is a rebate. */
export function contractFee(
  settlement: Settlement,
  contracts: number,
  contractSize: number,
  price: number,
  feeRate: number,
): number {
  return Math.abs(contractNotional(settlement, contracts, contractSize, price)) * feeRate
}

/** Unrealised profit of a position at a price, in the settle currency. */
export function positionPnl(position: ContractPosition, price: number): number {
  return contractPnl(position.settlement, position.contracts, position.contractSize, position.entryPrice, price)
}

/** Magnitude of a position's value at a price, in the settle currency. */
export function positionNotional(position: ContractPosition, price: number): number {
  return Math.abs(contractNotional(position.settlement, position.contracts, position.contractSize, price))
}
