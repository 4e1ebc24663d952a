import { InstrumentBook } from '../src/trading/instrument-book.ts'
import type { Desk } from '../src/trading/dialects/dialect.ts'
import type { Product, TradingVenue } from '../src/trading/trading-options.ts'
import { TriggeredOrders } from '../src/trading/triggered-orders.ts'
import { emptyAccount, recordedExchange } from './recorded-exchange.ts'

/** What a dialect's readers work with, on recorded markets. */
export async function recordedDesk(venue: TradingVenue, products: readonly Product[]): Promise<Desk> {
  // The readers take any product; the gateway that lends its client wants one where wallets are apart.
  const open = venue === 'binance' || venue === 'kraken' ? { venue, products: ['spot'] as const } : { venue, products }
  const { exchange } = await recordedExchange(open, emptyAccount)
  const book = new InstrumentBook(exchange(), 'recorded')
  book.readMarkets()
  return {
    exchange: exchange(),
    book,
    products,
    isHedged: false,
    marginMode: 'cross',
    triggered: new TriggeredOrders(),
    partials: new Map(),
    deadManMs: undefined,
    nowMs: () => 1_700_000_000_000,
  }
}
