import { UsageError } from '@kestrel/core'
import { BinanceBook } from '../book/binance-book.ts'
import { bybitBook } from '../book/bybit-book.ts'
import { krakenBook } from '../book/kraken-book.ts'
import { okxBook } from '../book/okx-book.ts'
import type { OrderBookBuilder } from '../book/order-book-builder.ts'
import type { CcxtMarket } from '../ccxt/ccxt-exchange.ts'
import type { FeedExchange } from './feed-exchange.ts'

/** How the book of a market is had. */
export interface VenueBook {
  readonly builder: OrderBookBuilder
  /** Levels a side to subscribe to, in ccxt's words; the venue's own unless given. */
  readonly limit: number | undefined
  /** Asks for a snapshot, where they do not come through the stream. The answer is as the venue sent it. */
  readonly askSnapshot?: (() => Promise<unknown>) | undefined
}

const SNAPSHOT_LEVELS = 1_000
const KRAKEN_LEVELS = 100
const BYBIT_LEVELS = 200

/** @throws UsageError `VENUE_NOT_SERVED` for a venue whose books are not checked here. */
export function venueBook(exchange: FeedExchange, market: CcxtMarket): VenueBook {
  switch (exchange.id) {
    case 'binance':
    case 'binanceusdm': {
      const prefix = market.swap !== true ? 'public' : market.inverse === true ? 'dapiPublic' : 'fapiPublic'
      return {
        builder: new BinanceBook(market.id, market.swap === true ? 'futures' : 'spot'),
        limit: undefined,
        askSnapshot: async () => endpoint(exchange, `${prefix}GetDepth`, { symbol: market.id, limit: SNAPSHOT_LEVELS }),
      }
    }
    case 'okx':
      return { builder: okxBook(market.id), limit: undefined }
    case 'bybit':
      return { builder: bybitBook(`orderbook.${BYBIT_LEVELS}.${market.id}`), limit: BYBIT_LEVELS }
    case 'kraken': {
      const { price = 1, amount = 1 } = market.precision
      // Websocket v2 names markets as ccxt does.
      const shape = { symbol: market.symbol, priceDecimals: decimals(price), quantityDecimals: decimals(amount) }
      return { builder: krakenBook(shape, KRAKEN_LEVELS), limit: KRAKEN_LEVELS }
    }
    default:
      throw new UsageError({
        code: 'VENUE_NOT_SERVED',
        message: `Order books of ${exchange.id} are not served: there is no check of their sequence here.`,
        hint: 'Books are served of binance, bybit, okx and kraken.',
        meta: { venue: exchange.id },
      })
  }
}

/** Digits after the point of a step that is a power of ten. */
function decimals(step: number): number {
  return Math.max(0, Math.round(-Math.log10(step)))
}

async function endpoint(exchange: FeedExchange, name: string, params: object): Promise<unknown> {
  const ask = (exchange as unknown as Record<string, ((params: object) => Promise<unknown>) | undefined>)[name]
  if (ask === undefined) throw new TypeError(`${exchange.id} has no endpoint ${name}.`)
  return ask.call(exchange, params)
}
