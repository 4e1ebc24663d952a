import { type InstrumentId, type InstrumentSpec, parseInstrumentId, UsageError } from '@kestrel/core'
import type { CcxtExchange, CcxtMarket } from './ccxt/ccxt-exchange.ts'

/**
 * The market of an instrument. ccxt's symbols (`BTC/USDT:USDT`) stay inside this package.
 *
 * @throws UsageError `VENUE_SYMBOL` naming what the venue has of the same base.
 */
export function marketOf(exchange: CcxtExchange, instrument: InstrumentId): CcxtMarket {
  const { base, quote, kind } = parseInstrumentId(instrument)
  const all = Object.values(exchange.markets ?? {})
  const fits = all.filter((market) =>
    kind === 'spot'
      ? market.spot === true && market.base === base && market.quote === quote
      : market.swap === true && market.base === base && market.quote === quote,
  )
  // Where a perpetual exists with two settlements, the one that its name says: USDT settles USDT, USD settles the base.
  const market = fits.find(({ settle }) => settle === undefined || settle === quote) ?? fits[0]
  if (market !== undefined) return market
  const like = all
    .filter((each) => each.base === base && (kind === 'spot' ? each.spot === true : each.swap === true))
    .map((each) => idText(each, instrument))
  throw new UsageError({
    code: 'VENUE_SYMBOL',
    message: `${exchange.id} has no instrument ${instrument}. Nothing was downloaded.`,
    hint: like.length === 0 ? `It has no market of ${base} of this kind.` : `It has ${like.slice(0, 8).join(', ')}.`,
    meta: { venue: exchange.id, instrument },
  })
}

function idText({ base, quote, swap }: CcxtMarket, like: InstrumentId): InstrumentId {
  return `${base}-${quote}${swap === true ? '-PERP' : ''}.${parseInstrumentId(like).venue}`
}

/**
 * Grid, fees and contract of a market as the venue states them; fees are those of its lowest tier.
 *
 * @param means - Where they come from: `ccxt 4.5.84`.
 */
export function specOf(
  exchange: CcxtExchange,
  market: CcxtMarket,
  instrument: InstrumentId,
  means: string,
): InstrumentSpec {
  const text = (value: number | undefined): string | undefined =>
    value === undefined || !(value > 0) ? undefined : exchange.numberToString(value)
  const [tickSize, lotSize] = [text(market.precision.price), text(market.precision.amount)]
  if (tickSize === undefined || lotSize === undefined || market.maker === undefined || market.taker === undefined)
    throw new UsageError({
      code: 'VENUE_SPEC',
      message: `${exchange.id} does not state the ${tickSize === undefined ? 'price step' : lotSize === undefined ? 'quantity step' : 'fees'} of ${instrument}. Nothing was downloaded.`,
      hint: 'Import a file with --tick and --lot instead.',
      meta: { venue: exchange.id, instrument },
    })
  const isInverse = market.inverse === true
  const least = market.limits.cost?.min
  // An inverse contract's least order is stated in its own money.
  const minNotional = isInverse ? undefined : text(least)
  const minQuantity = text(market.limits.amount?.min)
  return {
    id: instrument,
    tickSize,
    lotSize,
    ...(minNotional === undefined ? {} : { minNotional }),
    ...(minQuantity === undefined ? {} : { minQuantity }),
    makerFeeRate: market.maker,
    takerFeeRate: market.taker,
    contractSize: market.swap === true ? (market.contractSize ?? 1) : 1,
    ...(isInverse ? { settlement: 'inverse' as const } : {}),
    source: `${exchange.id} markets through ${means}; fees of the lowest tier`,
  }
}

/** Base units of an amount that the market states: contracts on a perpetual, base units elsewhere. */
export function baseUnits(market: CcxtMarket, amount: number, price: number): number {
  const contractSize = market.swap === true ? (market.contractSize ?? 1) : 1
  return market.inverse === true ? (amount * contractSize) / price : amount * contractSize
}
