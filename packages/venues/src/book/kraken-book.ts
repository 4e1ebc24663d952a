import { crc32 } from 'node:zlib'
import type { BookLevel } from './book-side.ts'
import type { BookView } from './level-book.ts'
import type { OrderBookBuilder } from './order-book-builder.ts'
import { fieldsOf, type LevelText, readCount, readLevels } from './read-levels.ts'
import { type BookMessage, StreamedBookBuilder } from './streamed-book-builder.ts'

/** Levels a side that enter the checksum. */
const CHECKED_LEVELS = 10

export interface KrakenMarket {
  /** As messages name it: `BTC/USD`. */
  readonly symbol: string
  /** Digits after the point; the venue sends numbers, and its checksum is of their full digits. */
  readonly priceDecimals: number
  readonly quantityDecimals: number
}

/**
 * Kraken's `book` channel of websocket v2: no numbers, a checksum of the best 10 levels with every message.
 *
 * @param depth - Levels a side that were subscribed: levels behind it are dropped without a word from the venue.
 * Source: Kraken websocket v2, book channel and its guide to the checksum.
 */
export function krakenBook(market: KrakenMarket, depth: number): OrderBookBuilder {
  return new StreamedBookBuilder({ read: (message) => readV2(message, market), checksum: krakenChecksum, depth })
}

/** The same of websocket v1, of which there are recordings. `pair` as messages name it: `XBT/USD`. */
export function krakenV1Book(pair: string, depth: number): OrderBookBuilder {
  return new StreamedBookBuilder({ read: (message) => readV1(message, pair), checksum: krakenChecksum, depth })
}

function readV2(message: unknown, market: KrakenMarket): BookMessage | 'malformed' | undefined {
  const { channel, type, data } = fieldsOf(message)
  if (channel !== 'book' || !Array.isArray(data)) return undefined
  const row = fieldsOf(data[0])
  if (row['symbol'] !== market.symbol) return undefined
  const [bids, asks] = [v2Levels(row['bids'], market), v2Levels(row['asks'], market)]
  const checksum = readCount(row['checksum'])
  if (bids === undefined || asks === undefined || checksum === undefined) return 'malformed'
  if (data.length !== 1 || (type !== 'snapshot' && type !== 'update')) return 'malformed'
  const timeMs = typeof row['timestamp'] === 'string' ? Date.parse(row['timestamp']) : Number.NaN
  return { isSnapshot: type === 'snapshot', bids, asks, checksum, tsEventMs: Number.isNaN(timeMs) ? undefined : timeMs }
}

function v2Levels(value: unknown, market: KrakenMarket): readonly LevelText[] | undefined {
  if (!Array.isArray(value)) return undefined
  return readLevels(
    value.map((entry) => {
      const { price, qty } = fieldsOf(entry)
      return [decimals(price, market.priceDecimals), decimals(qty, market.quantityDecimals)]
    }),
  )
}

function decimals(value: unknown, digits: number): string | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value.toFixed(digits) : undefined
}

/** `[channel, {as, bs}, name, pair]` is a snapshot, `[channel, {a, c}, {b, c}, name, pair]` a change; either half may be absent. */
function readV1(message: unknown, pair: string): BookMessage | 'malformed' | undefined {
  if (!Array.isArray(message) || message.at(-1) !== pair || !String(message.at(-2)).startsWith('book-'))
    return undefined
  const halves = Object.assign({}, ...message.slice(1, -2).map(fieldsOf)) as Record<string, unknown>
  const isSnapshot = 'as' in halves || 'bs' in halves
  const bids = readLevels(halves[isSnapshot ? 'bs' : 'b'] ?? [])
  const asks = readLevels(halves[isSnapshot ? 'as' : 'a'] ?? [])
  const checksum = readCount(halves['c'])
  if (bids === undefined || asks === undefined || (!isSnapshot && checksum === undefined)) return 'malformed'
  return { isSnapshot, bids, asks, checksum }
}

/** CRC32, unsigned, over the best asks and then the best bids: price and quantity without point and leading zeros. */
export function krakenChecksum({ bids, asks }: BookView): number {
  const digits = (text: string): string => text.replace('.', '').replace(/^0+/, '')
  const line = (levels: readonly BookLevel[]): string =>
    levels
      .slice(0, CHECKED_LEVELS)
      .map(({ priceText, quantityText }) => digits(priceText) + digits(quantityText))
      .join('')
  return crc32(line(asks) + line(bids))
}
