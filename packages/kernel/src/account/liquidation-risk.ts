import { hedgedLiquidationPrice } from '../margin/hedged-liquidation.ts'
import { positionPnl } from '../margin/contract-value.ts'
import { crossCollateral, liquidationPrice, marginExcess, requiredMargin } from '../margin/liquidation-price.ts'
import type { MarginAccount } from './margin-account.ts'

/**
 * Margin balance of an isolated position less what its venue demands, at a price; liquidated where it is 0 or less.
 * Settle currency.
 */
export function isolatedExcess(account: MarginAccount, place: number, price: number): number {
  const { tiers, rule, takerFeeRate } = account.termsOf(place)
  const position = account.positions[place] as (typeof account.positions)[number]
  return marginExcess(position, price, account.collateral[place] as number, tiers, rule, takerFeeRate)
}

/**
 * What the positions in one instrument (both legs in hedge mode) add to the margin balance of a cross account less what
 * is demanded of them, at a price. Settle currency; 0 where there is none.
 */
export function instrumentExcess(account: MarginAccount, instrumentIndex: number, price: number): number {
  const { tiers, rule, takerFeeRate } = account.termsOf(instrumentIndex)
  let excess = 0
  for (let place = instrumentIndex; place < account.placeCount; place += account.instruments.length) {
    if (account.lots[place] === 0) continue
    const position = account.positions[place] as (typeof account.positions)[number]
    excess += marginExcess(position, price, 0, tiers, rule, takerFeeRate)
  }
  return excess
}

/**
 * Wallet balance of a cross account, with profit and maintenance margin of all positions of the currency outside one
 * instrument at the prices given: what stands behind the positions in that instrument.
 *
 * @param priceOf - Price at which to value another instrument, by its index.
 */
function collateralBehind(
  account: MarginAccount,
  instrumentIndex: number,
  priceOf: (instrumentIndex: number) => number,
): number {
  const currency = account.currencyOf(instrumentIndex)
  let profit = 0
  let maintenance = 0
  for (let place = 0; place < account.placeCount; place++) {
    const other = account.instrumentOf(place)
    if (account.lots[place] === 0 || other === instrumentIndex || account.currencyOf(place) !== currency) continue
    const { tiers, rule, takerFeeRate } = account.termsOf(place)
    const position = account.positions[place] as (typeof account.positions)[number]
    const price = priceOf(other)
    profit += positionPnl(position, price)
    maintenance += requiredMargin(position, price, tiers, rule, takerFeeRate)
  }
  return crossCollateral(account.columns.cash[currency] as number, profit, maintenance)
}

/**
 * Mark price at which a position is liquidated, all else standing still; undefined where none is, or no position is held.
 *
 * @param priceOf - In cross margin, the prices of the other instruments; by default the newest.
 */
export function placeLiquidationPrice(
  account: MarginAccount,
  place: number,
  priceOf: (instrumentIndex: number) => number = (index) => account.columns.mark[index] as number,
): number | undefined {
  if (account.lots[place] === 0) return undefined
  const { tiers, rule, takerFeeRate } = account.termsOf(place)
  const position = account.positions[place] as (typeof account.positions)[number]
  if (account.setup.mode === 'isolated') {
    return liquidationPrice(position, account.collateral[place] as number, tiers, rule, takerFeeRate)
  }
  const instrumentIndex = account.instrumentOf(place)
  const collateral = collateralBehind(account, instrumentIndex, priceOf)
  const n = account.instruments.length
  const other = place < n ? place + n : place - n
  if (account.setup.positionMode === 'one-way' || account.lots[other] === 0) {
    return liquidationPrice(position, collateral, tiers, rule, takerFeeRate)
  }
  const [long, short] = [account.positions[instrumentIndex], account.positions[instrumentIndex + n]]
  if (long === undefined || short === undefined) return undefined
  // Both legs move together; each is told the nearer price on the side where it loses.
  const direction = position.contracts > 0 ? 'below' : 'above'
  const mark = priceOf(instrumentIndex)
  return hedgedLiquidationPrice(long, short, collateral, mark, direction, tiers, rule, takerFeeRate)
}
