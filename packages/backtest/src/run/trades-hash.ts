import { createHash } from 'node:crypto'
import type { RoundTrip } from '@kestrel/kernel'

const RECORD_BYTES = 40

/**
 * SHA-256 over the closed trades in order of closing, as hex.
 *
 * Each is little-endian `int64 entryTimeMs, int64 exitTimeMs, float64 signedQuantity, float64 entryPrice, float64
 * exitPrice`; with several instruments each record starts with the instrument id in UTF-8 and a zero byte.
 */
export function tradesHash(trades: readonly RoundTrip[], severalInstruments: boolean): string {
  const hash = createHash('sha256')
  const record = new DataView(new ArrayBuffer(RECORD_BYTES))
  for (const trade of trades) {
    if (severalInstruments) hash.update(`${trade.instrumentId}\0`)
    record.setBigInt64(0, BigInt(trade.entryTimeMs), true)
    record.setBigInt64(8, BigInt(trade.exitTimeMs), true)
    record.setFloat64(16, trade.direction === 'long' ? trade.quantity : -trade.quantity, true)
    record.setFloat64(24, trade.entryPrice, true)
    record.setFloat64(32, trade.exitPrice, true)
    hash.update(record)
  }
  return hash.digest('hex')
}
