import {
  bankruptcyPrice,
  contractNotional,
  type ContractPosition,
  type MarginAccount,
  positionNotional,
  positionPnl,
  settleLiquidation,
} from '@kestrel/kernel'

/** At what price and fee a position is taken over. */
export interface CloseOut {
  readonly place: number
  readonly price: number
  /** Fraction of the notional at that price. */
  readonly feeRate: number
  readonly triggerPrice: number
  /** What the fund would have got (above 0) or paid had it closed the position at the price that set it off. */
  readonly insuranceFund: number
}

/**
 * Prices at which the venue takes positions over: those at which nothing of the margin behind them is left.
 *
 * One position goes at its bankruptcy price, the taker fee of closing counted, so that an isolated one costs exactly its
 * margin and a cross one all cash of its currency. Several cross positions go together: where their worst prices leave a
 * hole, at the prices on the straight way there at which cash, profit and fees come to nothing; where something is left, at
 * the worst prices, and the fee takes the rest.
 *
 * @param worstOf - Price of a place that set the liquidation off.
 */
export function closeOutPrices(
  margin: MarginAccount,
  places: readonly number[],
  worstOf: (place: number) => number,
): readonly CloseOut[] {
  const [first] = places
  if (first === undefined) return []
  if (places.length > 1) return together(margin, places, worstOf)
  const { rule, takerFeeRate } = margin.termsOf(first)
  const position = margin.positions[first] as ContractPosition
  const collateral =
    margin.setup.mode === 'isolated'
      ? (margin.collateral[first] as number)
      : (margin.columns.cash[margin.currencyOf(first)] as number)
  const triggerPrice = worstOf(first)
  const price = bankruptcyPrice(position, collateral, takerFeeRate)
  const isUsable = price !== undefined && price > 0 && Number.isFinite(price)
  const { insuranceFund } = settleLiquidation(position, collateral, triggerPrice, 0, { ...rule, remainderTo: 'fund' })
  return [
    {
      place: first,
      price: isUsable ? price : triggerPrice,
      feeRate: isUsable ? takerFeeRate : 0,
      triggerPrice,
      insuranceFund,
    },
  ]
}

function together(
  margin: MarginAccount,
  places: readonly number[],
  worstOf: (place: number) => number,
): readonly CloseOut[] {
  const cash = margin.columns.cash[margin.currencyOf(places[0] as number)] as number
  const lines = places.map((place) => {
    const position = margin.positions[place] as ContractPosition
    const { takerFeeRate } = margin.termsOf(place)
    const left = (price: number): number =>
      positionPnl(position, price) - positionNotional(position, price) * takerFeeRate
    const mark = margin.markOf(place)
    const worst = worstOf(place)
    return { place, position, takerFeeRate, mark, worst, before: left(mark), after: left(worst) }
  })
  const before = lines.reduce((sum, line) => sum + line.before, cash)
  const after = lines.reduce((sum, line) => sum + line.after, cash)
  const insuranceFund = after / lines.length
  if (after <= 0) {
    // Profit and fee are straight lines in x, the price or for inverse contracts its inverse: so is their sum.
    const share = before > after ? Math.min(1, Math.max(0, before / (before - after))) : 1
    return lines.map(({ place, position, takerFeeRate, mark, worst }) => {
      const x = (price: number): number => (position.settlement === 'linear' ? price : 1 / price)
      const price = x(x(mark) + share * (x(worst) - x(mark)))
      return { place, price, feeRate: takerFeeRate, triggerPrice: worst, insuranceFund }
    })
  }
  const gross = lines.reduce((sum, { position, worst }) => sum + notionalAt(position, worst), 0)
  const rest = after / gross
  return lines.map(({ place, takerFeeRate, worst }) => {
    return { place, price: worst, feeRate: takerFeeRate + rest, triggerPrice: worst, insuranceFund }
  })
}

function notionalAt({ settlement, contracts, contractSize }: ContractPosition, price: number): number {
  return Math.abs(contractNotional(settlement, contracts, contractSize, price))
}
