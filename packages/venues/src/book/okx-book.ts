import { crc32 } from 'node:zlib'
import type { OrderBookBuilder } from './order-book-builder.ts'
import type { BookView } from './level-book.ts'
import { fieldsOf, readCount, readLevels } from './read-levels.ts'
import { type BookMessage, StreamedBookBuilder } from './streamed-book-builder.ts'

/** Levels a side that enter the checksum. */
const CHECKED_LEVELS = 25

/**
 * OKX's `books` channel: 400 levels, numbered by `seqId` and `prevSeqId` and, where the venue sends one, with a checksum of
 * the best 25 levels.
 *
 * @param instrumentId - As OKX names it: `BTC-USDT-SWAP`.
 * Source: OKX API v5, order book channel. Recordings of 2022 have no numbers, messages of today may have no checksum (or 0).
 */
export function okxBook(instrumentId: string): OrderBookBuilder {
  return new StreamedBookBuilder({ read: (message) => read(message, instrumentId), follows, checksum: okxChecksum })
}

function read(message: unknown, instrumentId: string): BookMessage | 'malformed' | undefined {
  const { arg, action, data } = fieldsOf(message)
  const { channel, instId } = fieldsOf(arg)
  if (instId !== instrumentId || channel !== 'books' || data === undefined) return undefined
  if (!Array.isArray(data) || data.length !== 1 || (action !== 'snapshot' && action !== 'update')) return 'malformed'
  const row = fieldsOf(data[0])
  const [bids, asks] = [readLevels(row['bids']), readLevels(row['asks'])]
  if (bids === undefined || asks === undefined) return 'malformed'
  const checksum = readCount(row['checksum'])
  return {
    isSnapshot: action === 'snapshot',
    bids,
    asks,
    id: readCount(row['seqId']),
    previousId: readCount(row['prevSeqId']),
    checksum: checksum === 0 ? undefined : checksum,
    tsEventMs: readCount(row['ts']),
  }
}

/** A message without changes repeats its number; after maintenance numbers may begin anew, with the old one named before. */
function follows({ id, previousId }: BookMessage, lastId: number | undefined): 'next' | 'old' | 'gap' {
  if (lastId === undefined) return 'next'
  if (id === undefined || previousId === undefined) return 'gap'
  if (previousId === lastId) return 'next'
  return id <= lastId && previousId < lastId ? 'old' : 'gap'
}

/** CRC32, signed, over `bid price:bid size:ask price:ask size` of one level after the other, as long as either side has one. */
export function okxChecksum({ bids, asks }: BookView): number {
  const parts: string[] = []
  for (let index = 0; index < CHECKED_LEVELS; index++) {
    for (const level of [bids[index], asks[index]])
      if (level !== undefined) parts.push(level.priceText, level.quantityText)
  }
  return crc32(parts.join(':')) | 0
}
