import { crc32 } from 'node:zlib'
import type { BarColumns, TradeColumns } from '@kestrel/core'
import type { FeedColumns } from './workload-feed.ts'

const BLOCK_ROWS = 65_536
const TWO_32 = 4_294_967_296

/** Continues a CRC-32 over whole numbers written as little-endian int32. */
function crcOfInt32(values: ArrayLike<number>, crc: number, valueOf: (value: number) => number): number {
  const block = new Int32Array(Math.min(BLOCK_ROWS, values.length))
  for (let start = 0; start < values.length; start += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, values.length - start)
    for (let i = 0; i < rows; i++) block[i] = valueOf(values[start + i] as number)
    crc = crc32(new Uint8Array(block.buffer, 0, rows * 4), crc)
  }
  return crc
}

/** Continues a CRC-32 over non-negative whole numbers written as little-endian int64. */
function crcOfInt64(values: Float64Array, crc: number): number {
  const block = new Uint32Array(2 * Math.min(BLOCK_ROWS, values.length))
  for (let start = 0; start < values.length; start += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, values.length - start)
    for (let i = 0; i < rows; i++) {
      const value = values[start + i] as number
      block[2 * i] = value % TWO_32
      block[2 * i + 1] = Math.floor(value / TWO_32)
    }
    crc = crc32(new Uint8Array(block.buffer, 0, rows * 8), crc)
  }
  return crc
}

const same = (value: number): number => value
const hex = (crc: number): string => crc.toString(16).padStart(8, '0')

/**
 * CRC-32 (zlib) of workload bars over the columns open, high, low, close, volume as little-endian int32, one column
 * after the other. Eight hexadecimal digits. Times are not part of it. Assumes a little-endian machine.
 */
export function checksumWorkloadBars(bars: BarColumns): string {
  const columns = [bars.open, bars.high, bars.low, bars.close, bars.volume]
  return hex(columns.reduce((crc, column) => crcOfInt32(column, crc, same), 0))
}

/** CRC-32 of workload trades: times as int64, then price, quantity and side (1 where the buyer took) as int32. */
export function checksumWorkloadTrades(trades: TradeColumns): string {
  let crc = crcOfInt64(trades.tsEventUs, 0)
  crc = crcOfInt32(trades.price, crc, same)
  crc = crcOfInt32(trades.quantity, crc, same)
  return hex(crcOfInt32(trades.takerSide, crc, (side) => (side === 1 ? 1 : 0)))
}

/** CRC-32 of workload book events: times as int64, then kind, price and quantity as int32. */
export function checksumWorkloadFeed(feed: FeedColumns): string {
  let crc = crcOfInt64(feed.tsEventUs, 0)
  crc = crcOfInt32(feed.kind, crc, same)
  crc = crcOfInt32(feed.priceTicks, crc, same)
  return hex(crcOfInt32(feed.quantityLots, crc, same))
}
