import type { ContractPosition } from './contract-value.ts'

// Linear profit is a straight line in the price, inverse profit one in 1 / price. Every formula of this folder is
// written once, in x: the price of a linear contract, 1 / price of an inverse one. A position is then worth
// `face * x`, and its profit is `slope * face * (x - x0)`.

/** Price to x, and x to price: the same map both ways. */
export function priceAxis(position: ContractPosition, value: number): number {
  return position.settlement === 'linear' ? value : 1 / value
}

/** Worth of the position per unit of x: base units where it is linear, quote units where it is inverse; 0 or more. */
export function faceOf(position: ContractPosition): number {
  return Math.abs(position.contracts) * position.contractSize
}

/** 1 where profit rises with x (linear long, inverse short), -1 where it falls. */
export function slopeOf(position: ContractPosition): 1 | -1 {
  return position.contracts > 0 === (position.settlement === 'linear') ? 1 : -1
}
