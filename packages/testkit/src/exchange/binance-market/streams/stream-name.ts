import { barLengthOf } from '../bar-intervals.ts'
import type { MarketDesks } from '../market-desk.ts'
import { depthStream, partialDepthStream } from './depth-stream.ts'
import { klineStream } from './kline-stream.ts'
import { allLiquidationsStream, liquidationStream } from './liquidation-stream.ts'
import { allMarkPricesStream, markPriceStream } from './mark-stream.ts'
import type { SourceContext, StreamSource } from './stream-source.ts'
import { allTickersStream, bookTickerStream, tickerStream } from './ticker-streams.ts'
import { aggregateTradeStream, tradeStream } from './trade-stream.ts'

/** Spans of depth streams: what is sent where the name says nothing, and what it may say. */
const DEPTH_SPANS = {
  spot: { unsaid: 1_000, allowed: [100, 1_000] },
  usdm: { unsaid: 250, allowed: [0, 100, 250, 500] },
} as const

/**
 * The source of a stream by its name, such as `btcusdt@depth@100ms`. Undefined for a name the protocol does not know; the
 * venue takes such a subscription without a word and never sends anything.
 */
export function sourceOf(desks: MarketDesks, name: string): StreamSource | undefined {
  const [subject = '', channel = '', rate] = name.split('@')
  if (subject.startsWith('!')) return sourceOfAll(desks, subject.slice(1), channel, rate)
  const desk = desks.find(subject.toUpperCase())
  if (desk === undefined || subject !== subject.toLowerCase()) return undefined
  const context: SourceContext = { desks, desk }
  const isUsdm = desks.kind === 'usdm'
  switch (channel) {
    case 'trade':
      return tradeStream(context)
    case 'aggTrade':
      return aggregateTradeStream(context)
    case 'bookTicker':
      return bookTickerStream(context)
    case 'ticker':
    case 'miniTicker':
      return tickerStream(context, channel === 'miniTicker')
    case 'markPrice':
      return isUsdm ? markPriceStream(context, rate === '1s' ? 1_000 : 3_000) : undefined
    case 'forceOrder':
      return isUsdm ? liquidationStream(context) : undefined
    default:
  }
  if (channel.startsWith('kline_')) {
    const interval = channel.slice('kline_'.length)
    const length = barLengthOf(interval)
    return length === undefined ? undefined : klineStream(context, interval, length)
  }
  const depth = /^depth(5|10|20)?$/.exec(channel)
  const spanMs = depthSpan(desks, rate)
  if (depth === null || spanMs === undefined) return undefined
  const levels = Number(depth[1] ?? 0)
  return levels === 0 ? depthStream(context, spanMs) : partialDepthStream(context, levels, Math.max(spanMs, 100))
}

function sourceOfAll(
  desks: MarketDesks,
  subject: string,
  channel: string,
  rate: string | undefined,
): StreamSource | undefined {
  const isUsdm = desks.kind === 'usdm'
  if (subject === 'bookTicker' && isUsdm) return allOf(desks, bookTickerStream)
  if (channel !== 'arr') return undefined
  if (subject === 'ticker' || subject === 'miniTicker') return allTickersStream(desks, subject === 'miniTicker')
  if (subject === 'markPrice' && isUsdm) return allMarkPricesStream(desks, rate === '1s' ? 1_000 : 3_000)
  return subject === 'forceOrder' && isUsdm ? allLiquidationsStream(desks) : undefined
}

function allOf(desks: MarketDesks, source: (context: SourceContext) => StreamSource): StreamSource {
  return (publish) => {
    const stops = desks.all.map((desk) => source({ desks, desk })(publish))
    return () => {
      for (const stop of stops) stop()
    }
  }
}

function depthSpan({ kind }: MarketDesks, rate: string | undefined): number | undefined {
  const { unsaid, allowed } = DEPTH_SPANS[kind]
  if (rate === undefined) return unsaid
  const spanMs = Number(/^(\d+)ms$/.exec(rate)?.[1] ?? Number.NaN)
  return (allowed as readonly number[]).includes(spanMs) ? spanMs : undefined
}
