import type { CcxtMarket } from '../ccxt/ccxt-exchange.ts'
import type { Desk } from './dialects/dialect.ts'
import { InstrumentBook } from './instrument-book.ts'
import type { TradingExchange } from './trading-exchange.ts'
import type { TradingVenue } from './trading-options.ts'
import { TriggeredOrders } from './triggered-orders.ts'

const MARKET = { maker: 0.001, taker: 0.001, precision: { amount: 0.001, price: 0.1 }, limits: {} }

/** Market names of bitcoin on spot and as a perpetual, as each venue writes them. */
const NAMES: Readonly<Record<TradingVenue, readonly [spot: string, perpetual: string]>> = {
  binance: ['BTCUSDT', 'BTCUSDT'],
  bybit: ['BTCUSDT', 'BTCUSDT'],
  okx: ['BTC-USDT', 'BTC-USDT-SWAP'],
  kraken: ['BTC/USDT', 'PF_XBTUSD'],
}

/** What a dialect's readers work with: bitcoin on spot and as a perpetual, lots of 0.001, ticks of 0.1. */
export function deskOf(venue: TradingVenue): Desk {
  const [spot, perpetual] = NAMES[venue]
  const markets: Readonly<Record<string, CcxtMarket>> = {
    spot: { ...MARKET, id: spot, symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', spot: true },
    swap: {
      ...MARKET,
      id: perpetual,
      symbol: 'BTC/USDT:USDT',
      base: 'BTC',
      quote: 'USDT',
      settle: 'USDT',
      swap: true,
      linear: true,
    },
  }
  const exchange = {
    id: venue,
    markets,
    numberToString: String,
    options: {},
    clients: {},
  } as unknown as TradingExchange
  const book = new InstrumentBook(exchange, 'test')
  book.readMarkets()
  return {
    exchange,
    book,
    products: venue === 'binance' ? ['linear'] : ['spot', 'linear'],
    isHedged: false,
    marginMode: 'cross',
    triggered: new TriggeredOrders(),
    partials: new Map(),
    deadManMs: undefined,
    nowMs: () => 1_700_000_000_000,
  }
}
