import type { OrderBookBuilder } from './order-book-builder.ts'
import { fieldsOf, readCount, readLevels } from './read-levels.ts'
import { type BookMessage, StreamedBookBuilder } from './streamed-book-builder.ts'

/**
 * Bybit's `orderbook.DEPTH.SYMBOL`: every message has the next number `u`. A snapshot may come at any time (with `u` 1 after
 * a restart of the service) and replaces the book.
 *
 * @param topic - `orderbook.500.BTCUSDT`.
 * Source: Bybit API v5, websocket order book.
 */
export function bybitBook(topic: string): OrderBookBuilder {
  return new StreamedBookBuilder({ read: (message) => read(message, topic), follows })
}

function read(message: unknown, wanted: string): BookMessage | 'malformed' | undefined {
  const { topic, type, data, cts, ts } = fieldsOf(message)
  if (topic !== wanted) return undefined
  const row = fieldsOf(data)
  const [bids, asks, id] = [readLevels(row['b']), readLevels(row['a']), readCount(row['u'])]
  if (bids === undefined || asks === undefined || id === undefined) return 'malformed'
  if (type !== 'snapshot' && type !== 'delta') return 'malformed'
  // The matching engine's time, where it is told.
  return { isSnapshot: type === 'snapshot' || id === 1, bids, asks, id, tsEventMs: readCount(cts) ?? readCount(ts) }
}

function follows({ id = Number.NaN }: BookMessage, lastId = Number.NaN): 'next' | 'old' | 'gap' {
  return id === lastId + 1 ? 'next' : id <= lastId ? 'old' : 'gap'
}
