import { type Instrument, UsageError } from '@kestrel/core'

/** The two legs of a strategy that holds a coin on the spot market against its perpetual. */
export interface SpotAndPerpetual {
  readonly spot: Instrument
  readonly perpetual: Instrument
}

/**
 * The first perpetual of a run that has spot of the same coin beside it, and that spot instrument; one of the same venue
 * is preferred.
 *
 * @throws UsageError `STRATEGY_LEGS` where no coin has both.
 */
export function spotAndPerpetual(instruments: readonly Instrument[]): SpotAndPerpetual {
  for (const perpetual of instruments.filter(({ kind }) => kind === 'perpetual')) {
    const spots = instruments.filter(({ kind, base }) => kind === 'spot' && base === perpetual.base)
    const spot = spots.find(({ venue }) => venue === perpetual.venue) ?? spots[0]
    if (spot !== undefined) return { spot, perpetual }
  }
  throw new UsageError({
    code: 'STRATEGY_LEGS',
    message: `No coin has both spot and a perpetual among ${instruments.map(({ id }) => id).join(', ')}.`,
    hint: 'Name both: --instrument BTC-USDT.BINANCE --instrument BTC-USDT-PERP.BINANCE.',
  })
}

/**
 * Quantities of both legs that hold the same amount of the coin, as near as the two grids allow.
 *
 * @param baseQuantity - Coins wanted, positive.
 * @param perpetualPrice - Needed for an inverse contract, whose coins depend on the price.
 */
export function hedgedQuantities(
  { spot, perpetual }: SpotAndPerpetual,
  baseQuantity: number,
  perpetualPrice: number,
  roundQuantity: (instrument: Instrument, quantity: number) => number,
): { readonly spot: number; readonly perpetual: number } {
  const coinsPerContract =
    perpetual.settlement === 'inverse' ? perpetual.contractSize / perpetualPrice : perpetual.contractSize
  const contracts = roundQuantity(perpetual, baseQuantity / coinsPerContract)
  return { spot: roundQuantity(spot, contracts * coinsPerContract), perpetual: contracts }
}
