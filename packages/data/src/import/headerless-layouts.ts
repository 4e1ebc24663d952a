import type { DataKind } from '../dataset.ts'
import { decimalOf } from './decimal-scanner.ts'
import { TimeScanner } from './time-scanner.ts'

/** True where the whole text is an instant or a date. */
export function isTimeText(text: string): boolean {
  const bytes = Buffer.from(text.trim())
  const end = new TimeScanner('auto').read(bytes, 0, bytes.length, new Float64Array(1), 0)
  return end === bytes.length
}

/** True where the whole text is a decimal number. */
export function isNumberText(text: string): boolean {
  return !Number.isNaN(decimalOf(text.trim()))
}

const isFlag = (text: string | undefined): boolean => /^(true|false)$/i.test(text?.trim() ?? '')

/**
 * Column names of a file without a header, from what its first row looks like; undefined where that leaves doubt.
 *
 * Known forms: time and OHLCV first (Binance klines, Kraken OHLCVT and most exports), Binance aggTrades and trades, Kraken
 * trades (time, price, volume), and time with one value.
 */
export function headerlessNames(row: readonly string[], kind: DataKind | undefined): string[] | undefined {
  const isNumeric = (from: number, to: number): boolean => row.slice(from, to).every(isNumberText)
  const named = (names: readonly string[]): string[] => row.map((_, i) => names[i] ?? `column_${i + 1}`)
  const width = row.length
  if (isTimeText(row[0] ?? '')) {
    if ((kind === undefined || kind === 'bars') && width >= 6 && isNumeric(1, 6)) {
      return named(['ts', 'open', 'high', 'low', 'close', 'volume'])
    }
    if (kind === 'mark' && width >= 5 && isNumeric(1, 5)) return named(['ts', 'open', 'high', 'low', 'close'])
    if (kind === 'trades' && width === 3 && isNumeric(1, 3)) return named(['ts', 'price', 'quantity'])
    if (width === 2 && isNumeric(1, 2)) {
      if (kind === 'funding') return named(['ts', 'rate'])
      if (kind === 'mark') return named(['ts', 'mark'])
      if (kind === 'series') return named(['ts', 'value'])
    }
  }
  if (kind === undefined || kind === 'trades') {
    if ((width === 7 || width === 8) && isTimeText(row[5] ?? '') && isFlag(row[6]) && isNumeric(0, 5)) {
      return named(['agg_trade_id', 'price', 'quantity', 'first_trade_id', 'last_trade_id', 'ts', 'is_buyer_maker'])
    }
    if ((width === 6 || width === 7) && isTimeText(row[4] ?? '') && isFlag(row[5]) && isNumeric(0, 4)) {
      return named(['trade_id', 'price', 'quantity', 'quote_quantity', 'ts', 'is_buyer_maker'])
    }
  }
  return undefined
}
