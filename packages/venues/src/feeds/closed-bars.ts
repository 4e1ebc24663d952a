import type { TimeMs } from '@kestrel/core'
import { fieldsOf, readCount } from '../book/read-levels.ts'

/** Market and timeframe as the venue names them. */
export interface BarTopic {
  readonly marketId: string
  readonly interval: string
}

type Reader = (message: Readonly<Record<string, unknown>>, topic: BarTopic) => readonly unknown[]

const READERS: Readonly<Record<string, Reader>> = {
  binance({ e, k }, { marketId, interval }) {
    const { s, i, x, t } = fieldsOf(k)
    return e === 'kline' && s === marketId && i === interval && x === true ? [t] : []
  },
  bybit({ topic, data }, { marketId, interval }) {
    if (topic !== `kline.${interval}.${marketId}` || !Array.isArray(data)) return []
    return data.map(fieldsOf).flatMap(({ confirm, start }) => (confirm === true ? [start] : []))
  },
  okx({ arg, data }, { marketId, interval }) {
    const { channel, instId } = fieldsOf(arg)
    if (channel !== `candle${interval}` || instId !== marketId || !Array.isArray(data)) return []
    // The ninth field of a candle is 1 when it is complete.
    return data.flatMap((row: unknown) => (Array.isArray(row) && row[8] === '1' ? [row[0] as unknown] : []))
  },
}

/**
 * Openings of the bars that a stream's message calls final; none where the venue's messages do not say so (Kraken), so that
 * each bar is asked for. ccxt leaves this out.
 *
 * Sources: the venues' documentation: Binance `k.x`, Bybit `confirm`, OKX `confirm`.
 */
export function closedBars(venue: string, message: unknown, topic: BarTopic): readonly TimeMs[] {
  const fields = fieldsOf(message)
  const openings = READERS[venue.startsWith('binance') ? 'binance' : venue]?.(fields, topic) ?? []
  return openings.map(readCount).filter((openTimeMs) => openTimeMs !== undefined)
}
