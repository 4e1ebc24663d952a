import { UsageError } from '@kestrel/core'
import type { Market } from './market-spec.ts'

/** Money and coins are whole numbers of 10^-8 units, so that what one side pays is exactly what the other gets. */
const DECIMALS = 8
const ONE = 100_000_000n

/**
 * Atoms of a decimal text; further decimals are cut off.
 *
 * @throws UsageError `TESTKIT_AMOUNT` where the text is no decimal number.
 */
export function atomsOf(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text)
  if (match === null) {
    throw new UsageError({ code: 'TESTKIT_AMOUNT', message: `"${text}" is not an amount.`, hint: 'Write it as 12.5.' })
  }
  const fraction = (match[3] ?? '').slice(0, DECIMALS).padEnd(DECIMALS, '0')
  const atoms = BigInt(match[2] ?? '0') * ONE + BigInt(fraction)
  return match[1] === '-' ? -atoms : atoms
}

/** Decimal text of atoms with exactly `decimals` decimals (up to 8 cut off, more padded with zeros). */
export function atomsText(atoms: bigint, decimals = DECIMALS): string {
  const sign = atoms < 0n ? '-' : ''
  const digits = (atoms < 0n ? -atoms : atoms).toString().padStart(DECIMALS + 1, '0')
  const fraction = digits.slice(-DECIMALS).padEnd(decimals, '0').slice(0, decimals)
  const text = decimals === 0 ? digits.slice(0, -DECIMALS) : `${digits.slice(0, -DECIMALS)}.${fraction}`
  // A negative amount that is cut to zero has no sign.
  return /[1-9]/.test(text) ? sign + text : text
}

/** The double nearest to an amount, for display and ratios. */
export function atomsNumber(atoms: bigint): number {
  return Number(atoms) / 1e8
}

/** Atoms nearest to a number. */
export function atomsFrom(value: number): bigint {
  return BigInt(Math.round(value * 1e8))
}

/** Base units of a number of lots, in atoms. */
export function lotsAtoms(market: Market, lots: number): bigint {
  return (BigInt(lots) * BigInt(market.lot.mantissa) * ONE) / BigInt(market.lot.scale)
}

/** Price times quantity in atoms of the quote currency, cut to whole atoms. */
export function notionalAtoms(market: Market, ticks: number, lots: number): bigint {
  const { tick, lot } = market
  const product = BigInt(ticks) * BigInt(tick.mantissa) * BigInt(lots) * BigInt(lot.mantissa) * ONE
  return product / (BigInt(tick.scale) * BigInt(lot.scale))
}

/** Value of lots at a price that need not lie on the tick, in atoms of the quote currency, signed like the lots. */
export function valueAtoms(market: Market, price: number, lots: number): bigint {
  return (atomsFrom(price) * lotsAtoms(market, lots)) / ONE
}

/** A share of an amount, cut towards zero. Rates are read to ten decimals. */
export function shareAtoms(atoms: bigint, rate: number): bigint {
  return (atoms * BigInt(Math.round(rate * 1e10))) / 10_000_000_000n
}

/** Most lots that a sum buys at a price. */
export function lotsFor(market: Market, ticks: number, atoms: bigint): number {
  const { tick, lot } = market
  const perLot = BigInt(ticks) * BigInt(tick.mantissa) * BigInt(lot.mantissa) * ONE
  return Number((atoms * BigInt(tick.scale) * BigInt(lot.scale)) / perLot)
}
