import { stepsToNumber } from '@kestrel/core'
import { atomsText, numberText } from './atoms-text.ts'
import type { BybitMarket } from './bybit-market.ts'

/** Greatest price in ticks; the engine itself has no limit but its band. */
const MAX_PRICE_TICKS = 1_000_000_000

/** A market as `market/instruments-info` shows it. */
export function instrumentRow(market: BybitMarket): object {
  return market.category === 'spot' ? spotRow(market) : linearRow(market)
}

function spotRow({ market, symbol }: BybitMarket): object {
  const qty = (lots: number): string => numberText(stepsToNumber(lots, market.lot))
  return {
    symbolId: 9,
    symbol,
    baseCoin: market.base,
    quoteCoin: market.quote,
    innovation: '0',
    status: 'Trading',
    marginTrading: 'none',
    stTag: '0',
    lotSizeFilter: {
      basePrecision: market.lot.text,
      quotePrecision: '0.00000001',
      minOrderQty: qty(market.minLots),
      maxOrderQty: qty(market.maxLots),
      minOrderAmt: atomsText(market.minNotional),
      maxOrderAmt: '1000000000',
      maxLimitOrderQty: qty(market.maxLots),
      maxMarketOrderQty: qty(market.maxMarketLots),
      postOnlyMaxLimitOrderSize: qty(market.maxLots),
    },
    priceFilter: { tickSize: market.tick.text },
    riskParameters: limits(market.priceBand),
    symbolType: '',
    xstockMultiplier: '1',
  }
}

function linearRow({ market, symbol }: BybitMarket): object {
  const qty = (lots: number): string => numberText(stepsToNumber(lots, market.lot))
  const tick = market.tick.size
  return {
    symbol,
    contractType: 'LinearPerpetual',
    status: 'Trading',
    baseCoin: market.base,
    quoteCoin: market.quote,
    launchTime: '1584230400000',
    deliveryTime: '0',
    deliveryFeeRate: '',
    priceScale: String(market.tick.decimals),
    leverageFilter: {
      minLeverage: '1',
      maxLeverage: (market.marginSteps[0]?.maxLeverage ?? 1).toFixed(2),
      leverageStep: '0.01',
    },
    priceFilter: {
      minPrice: market.tick.text,
      maxPrice: numberText(tick * MAX_PRICE_TICKS),
      tickSize: market.tick.text,
    },
    lotSizeFilter: {
      maxOrderQty: qty(market.maxLots),
      minOrderQty: qty(market.minLots),
      qtyStep: market.lot.text,
      postOnlyMaxOrderQty: qty(market.maxLots),
      maxMktOrderQty: qty(market.maxMarketLots),
      minNotionalValue: atomsText(market.minNotional),
    },
    unifiedMarginTrade: true,
    fundingInterval: market.fundingIntervalMs / 60_000,
    settleCoin: market.quote,
    copyTrading: 'none',
    upperFundingRate: '0.02',
    lowerFundingRate: '-0.02',
    isPreListing: false,
    preListingInfo: null,
    riskParameters: limits(market.priceBand),
    displayName: '',
    symbolType: '',
    forbidUplWithdrawal: false,
    symbolId: 5,
  }
}

function limits({ up, down }: BybitMarket['market']['priceBand']): object {
  return { priceLimitRatioX: numberText(up - 1), priceLimitRatioY: numberText(1 - down) }
}
