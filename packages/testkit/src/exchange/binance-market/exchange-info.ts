import { stepsToText } from '@kestrel/core'
import type { Desk, MarketDesks } from './market-desk.ts'

/** Greatest price; the engine itself has no limit but its band. */
const MAX_PRICE_TICKS = 1_000_000_000

const STP_MODES = ['EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH', 'DECREMENT']

/** `GET /api/v3/exchangeInfo` and `GET /fapi/v1/exchangeInfo`. Filters say what the engine checks. */
export function exchangeInfo(desks: MarketDesks, query: URLSearchParams): object {
  const nowMs = desks.clock.nowMs()
  if (desks.kind === 'usdm') {
    return {
      timezone: 'UTC',
      serverTime: nowMs,
      futuresType: 'U_MARGINED',
      rateLimits: [
        { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2_400 },
        { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: 1_200 },
        { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 300 },
      ],
      exchangeFilters: [],
      assets: [...new Set(desks.all.map(({ tape }) => tape.market.quote))].map((asset) => ({
        asset,
        marginAvailable: true,
        autoAssetExchange: '-10000',
      })),
      symbols: desks.all.map(usdmSymbol),
    }
  }
  return {
    timezone: 'UTC',
    serverTime: nowMs,
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6_000 },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
      { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200_000 },
      { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 61_000 },
    ],
    exchangeFilters: [],
    symbols: desks.chosen(query).desks.map(spotSymbol),
  }
}

function spotSymbol({ tape: { market }, format }: Desk): object {
  const { up, down } = market.priceBand
  const minNotional = (Number(market.minNotional) / 1e8).toFixed(8)
  return {
    symbol: market.symbol,
    status: 'TRADING',
    baseAsset: market.base,
    baseAssetPrecision: 8,
    quoteAsset: market.quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET', 'STOP_LOSS', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT', 'TAKE_PROFIT_LIMIT'],
    icebergAllowed: true,
    ocoAllowed: false,
    otoAllowed: false,
    opoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: true,
    cancelReplaceAllowed: true,
    amendAllowed: true,
    pegInstructionsAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: [
      {
        filterType: 'PRICE_FILTER',
        minPrice: format.price(1),
        maxPrice: format.price(MAX_PRICE_TICKS),
        tickSize: format.price(1),
      },
      {
        filterType: 'LOT_SIZE',
        minQty: format.qty(market.minLots),
        maxQty: format.qty(market.maxLots),
        stepSize: format.qty(1),
      },
      { filterType: 'ICEBERG_PARTS', limit: 100 },
      // Zero: the lot size applies, and only the greatest quantity differs.
      {
        filterType: 'MARKET_LOT_SIZE',
        minQty: format.qty(0),
        maxQty: format.qty(market.maxMarketLots),
        stepSize: format.qty(0),
      },
      {
        filterType: 'TRAILING_DELTA',
        minTrailingAboveDelta: 10,
        maxTrailingAboveDelta: 2_000,
        minTrailingBelowDelta: 10,
        maxTrailingBelowDelta: 2_000,
      },
      {
        filterType: 'PERCENT_PRICE_BY_SIDE',
        bidMultiplierUp: String(up),
        bidMultiplierDown: String(down),
        askMultiplierUp: String(up),
        askMultiplierDown: String(down),
        avgPriceMins: 5,
      },
      {
        filterType: 'NOTIONAL',
        minNotional,
        applyMinToMarket: true,
        // The engine has no such limit.
        maxNotional: '9000000000.00000000',
        applyMaxToMarket: false,
        avgPriceMins: 5,
      },
      { filterType: 'MAX_NUM_ORDERS', maxNumOrders: market.maxOpenOrders },
      { filterType: 'MAX_NUM_ORDER_LISTS', maxNumOrderLists: 20 },
      { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: market.maxConditionalOrders },
      { filterType: 'MAX_NUM_ORDER_AMENDS', maxNumOrderAmends: 10 },
    ],
    permissions: [],
    permissionSets: [['SPOT']],
    defaultSelfTradePreventionMode: 'EXPIRE_MAKER',
    allowedSelfTradePreventionModes: STP_MODES,
  }
}

function usdmSymbol({ tape: { market }, format }: Desk): object {
  const { up, down } = market.priceBand
  const steps = market.marginSteps[0]
  const maintenancePct = (steps?.maintenanceRate ?? 0.025) * 100
  return {
    symbol: market.symbol,
    pair: market.symbol,
    contractType: 'PERPETUAL',
    deliveryDate: 4_133_404_800_000,
    onboardDate: 1_567_965_300_000,
    status: 'TRADING',
    maintMarginPercent: maintenancePct.toFixed(4),
    requiredMarginPercent: (2 * maintenancePct).toFixed(4),
    baseAsset: market.base,
    quoteAsset: market.quote,
    marginAsset: market.quote,
    pricePrecision: format.priceDecimals,
    quantityPrecision: format.qtyDecimals,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    underlyingSubType: ['PoW'],
    triggerProtect: '0.0500',
    liquidationFee: market.liquidationFeeRate.toFixed(6),
    marketTakeBound: '0.05',
    maxMoveOrderLimit: 10_000,
    filters: [
      {
        filterType: 'PRICE_FILTER',
        tickSize: market.tick.text,
        maxPrice: stepsToText(MAX_PRICE_TICKS, market.tick),
        minPrice: format.price(1),
      },
      {
        stepSize: market.lot.text,
        filterType: 'LOT_SIZE',
        maxQty: format.qty(market.maxLots),
        minQty: format.qty(market.minLots),
      },
      {
        minQty: format.qty(market.minLots),
        filterType: 'MARKET_LOT_SIZE',
        maxQty: format.qty(market.maxMarketLots),
        stepSize: market.lot.text,
      },
      { filterType: 'MAX_NUM_ORDERS', limit: market.maxOpenOrders },
      { filterType: 'MAX_NUM_ALGO_ORDERS', limit: market.maxConditionalOrders },
      { filterType: 'MIN_NOTIONAL', notional: plain(Number(market.minNotional) / 1e8) },
      {
        multiplierDown: down.toFixed(4),
        multiplierUp: up.toFixed(4),
        multiplierDecimal: '4',
        filterType: 'PERCENT_PRICE',
      },
      { positionControlSide: 'NONE', filterType: 'POSITION_RISK_CONTROL' },
    ],
    orderTypes: ['LIMIT', 'MARKET', 'STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'],
    permissionSets: ['GRID', 'COPY', 'DCA', 'PSB'],
  }
}

/** A number without exponent and trailing zeros. */
function plain(value: number): string {
  return value.toFixed(8).replace(/\.?0+$/, '')
}
