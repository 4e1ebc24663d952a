import { stepsToNumber } from '@kestrel/core'
import { contractFee, contractPnl } from '../margin/contract-value.ts'
import { leverageProblem } from '../margin/margin-tiers.ts'
import type { Order } from '../order.ts'
import { type MarginAccount, marginOf } from './margin-account.ts'

/** The account's place that an order trades. */
function placeOf(account: MarginAccount, order: Order): number {
  return order.leg * account.instruments.length + order.instrumentIndex
}

/** Of `lots` of an order, those that open or enlarge the account's position: what is left after the opposite is closed. */
function openingLots(account: MarginAccount, order: Order, lots: number): number {
  if (order.reduceOnly) return 0
  const held = account.lots[placeOf(account, order)] as number
  const opposite = order.side === 'buy' ? Math.max(0, -held) : Math.max(0, held)
  return Math.max(0, lots - opposite)
}

/** Initial margin and fee of opening `lots` at a price, settle currency. */
function costOf(account: MarginAccount, order: Order, lots: number, price: number, feeRate: number): number {
  const { settlement, contractSize, lot } = order.instrument
  const { leverage } = account.termsOf(placeOf(account, order))
  const contracts = stepsToNumber(lots, lot)
  return (
    marginOf(settlement, contracts, contractSize, price, leverage) +
    Math.max(0, contractFee(settlement, contracts, contractSize, price, feeRate))
  )
}

/**
 * What closing the opposite position at a price frees for the part that opens: its margin and its profit less the fee. In
 * cross margin the profit to the newest price is free already.
 */
function freedByClosing(account: MarginAccount, order: Order, lots: number, price: number, feeRate: number): number {
  const place = placeOf(account, order)
  const held = account.lots[place] as number
  if (held === 0 || lots === 0) return 0
  const { settlement, contractSize, lot } = order.instrument
  const { entryPrice } = account.positions[place] as { readonly entryPrice: number }
  const closed = stepsToNumber(lots * Math.sign(held), lot)
  const fee = Math.max(0, contractFee(settlement, closed, contractSize, price, feeRate))
  const share = lots / Math.abs(held)
  if (account.setup.mode === 'isolated') {
    const profit = contractPnl(settlement, closed, contractSize, entryPrice, price)
    return (account.collateral[place] as number) * share + profit - fee
  }
  const mark = account.markOf(place)
  const { leverage } = account.termsOf(place)
  return (
    marginOf(settlement, closed, contractSize, mark, leverage) +
    contractPnl(settlement, closed, contractSize, mark, price) -
    fee
  )
}

/**
 * What the cross positions of an order's instrument, both legs in hedge mode, lose where price goes from the newest one to
 * another, and what their margin grows by; 0 or less, and 0 in isolated margin, where it is no margin for others.
 */
function lostAt(account: MarginAccount, order: Order, price: number): number {
  if (account.setup.mode === 'isolated') return 0
  let freed = 0
  for (let place = order.instrumentIndex; place < account.placeCount; place += account.instruments.length) {
    if (account.lots[place] === 0) continue
    const { settlement, contracts, contractSize } = account.positions[place] as MarginAccount['positions'][number]
    const mark = account.markOf(place)
    const { leverage } = account.termsOf(place)
    freed +=
      contractPnl(settlement, contracts, contractSize, mark, price) +
      marginOf(settlement, contracts, contractSize, mark, leverage) -
      marginOf(settlement, contracts, contractSize, price, leverage) +
      account.apparentProfit(place)
  }
  return Math.min(0, freed)
}

/** What a resting order sets aside: margin and fee of the part that opens, less what the part that closes frees. */
export function reservedMargin(account: MarginAccount, order: Order, price: number, feeRate: number): number {
  const opening = openingLots(account, order, order.remainingLots)
  if (opening === 0) return 0
  const freed = freedByClosing(account, order, order.remainingLots - opening, price, feeRate)
  return Math.max(0, costOf(account, order, opening, price, feeRate) - freed)
}

/** Lots of an order's remainder that the position to close, the free margin and the margin tier cover at a price. */
export function affordableContracts(account: MarginAccount, order: Order, price: number, feeRate: number): number {
  const place = placeOf(account, order)
  const remaining = order.remainingLots
  const opening = openingLots(account, order, remaining)
  const closing = remaining - opening
  // A leg of hedge mode never turns over: what would, only closes.
  if (opening === 0 || isClosingLeg(account, order)) return closing
  // Other instruments stand as they did before the bar: what they won, lost or gave back in it may have come later.
  const money =
    account.freeMargin(account.currencyOf(place)) -
    account.inside.elsewhere(order.instrumentIndex) +
    order.setAside +
    freedByClosing(account, order, closing, price, feeRate) +
    (closing === 0 ? lostAt(account, order, price) : 0)
  const perLot = costOf(account, order, 1, price, feeRate)
  const byMoney = Math.floor(Math.max(0, money) / perLot + 1e-9)
  const held = closing > 0 ? 0 : Math.abs(account.lots[place] as number)
  return closing + Math.max(0, Math.min(opening, byMoney, lotsUnderTier(account, order, price) - held))
}

/** Largest position, in lots, that the margin tiers allow at the account's leverage. */
function lotsUnderTier(account: MarginAccount, order: Order, price: number): number {
  const { tiers, largestSize } = account.termsOf(placeOf(account, order))
  const { settlement, contractSize, lot } = order.instrument
  const size = stepsToNumber(1, lot)
  const perLot = tiers.measure === 'contracts' ? size : marginOf(settlement, size, contractSize, price, 1)
  return Math.floor(largestSize / perLot + 1e-9)
}

function isClosingLeg(account: MarginAccount, order: Order): boolean {
  return account.setup.positionMode === 'hedge' && (order.leg === 1) === (order.side === 'buy')
}

/**
 * Why the account may not send an order at a price, or undefined where it may: leverage above the tier, too little margin,
 * or in hedge mode a close beyond what the leg holds. An order that only reduces needs no margin.
 */
export function marginRefusal(account: MarginAccount, order: Order, price: number): string | undefined {
  const place = placeOf(account, order)
  const { instrument } = order
  const terms = account.termsOf(place)
  const opening = openingLots(account, order, order.remainingLots)
  if (opening === 0) return undefined
  if (isClosingLeg(account, order)) {
    const held = Math.abs(stepsToNumber(account.lots[place] as number, instrument.lot))
    return `closes ${order.remainingQuantity} of the ${order.leg === 1 ? 'short' : 'long'} position, which is ${held}`
  }
  const closing = order.remainingLots - opening
  const after = closing > 0 ? opening : Math.abs(account.lots[place] as number) + opening
  const contracts = stepsToNumber(after, instrument.lot)
  const notional = marginOf(instrument.settlement, contracts, instrument.contractSize, price, 1)
  const problem = leverageProblem(terms.tiers, terms.leverage, notional, contracts)
  if (problem !== undefined) return problem
  // An order from a target shrinks to the margin at hand when it fills.
  if (order.fromTarget) return undefined
  const needed = costOf(account, order, opening, price, terms.takerFeeRate)
  const free =
    account.freeMargin(account.currencyOf(place)) + freedByClosing(account, order, closing, price, terms.takerFeeRate)
  if (needed <= free) return undefined
  return `needs ${needed.toPrecision(8)} ${instrument.settleCurrency} of margin, but ${free.toPrecision(8)} are free`
}
