import { barEnd, type BarLength, type ExactBar } from '../flow/tape/exact-bar.ts'
import { barLengthOf } from './bar-intervals.ts'
import { BinanceRefusal, requiredParam, wholeParam } from './binance-answer.ts'
import type { BinanceFormat } from './binance-format.ts'
import type { MarketDesks } from './market-desk.ts'

interface BarRequest {
  readonly length: BarLength
  readonly fromMs: number
  readonly toMs: number
  readonly limit: number
  /** Without a start the newest bars are meant. */
  readonly isNewest: boolean
}

/** `GET klines`: bars from `startTime` on, or the newest; the last one is still growing. */
export function klines(desks: MarketDesks, query: URLSearchParams): object {
  const { tape, format } = desks.of(query)
  const { length, fromMs, toMs, limit, isNewest } = barRequest(desks, query)
  const nowMs = desks.clock.nowMs()
  const bars = isNewest
    ? tape.bars.barsUntil(toMs, length, nowMs, limit)
    : tape.bars.barsFrom(fromMs, toMs, length, nowMs, limit)
  return bars.map((bar) => klineRow(format, bar, length))
}

/** `GET markPriceKlines` and `GET indexPriceKlines`: prices only. */
export function priceKlines(desks: MarketDesks, query: URLSearchParams, of: 'mark' | 'index'): object {
  // Index prices belong to a pair, which for perpetuals reads like the symbol.
  const symbol = query.get('pair') ?? query.get('symbol') ?? ''
  const { tape, format } = desks.of(new URLSearchParams({ symbol }))
  const { length, fromMs, toMs, limit, isNewest } = barRequest(desks, query)
  return tape.marks
    .bars(of, fromMs, toMs, length, limit, isNewest ? 'newest' : 'oldest')
    .map(({ openTimeMs, open, high, low, close, samples }) => [
      openTimeMs,
      format.number(open),
      format.number(high),
      format.number(low),
      format.number(close),
      '0',
      barEnd(openTimeMs, length) - 1,
      '0',
      samples,
      '0',
      '0',
      '0',
    ])
}

function barRequest(desks: MarketDesks, query: URLSearchParams): BarRequest {
  const length = barLengthOf(requiredParam(query, 'interval'))
  if (length === undefined) throw new BinanceRefusal(-1120, 'Invalid interval.')
  const most = desks.kind === 'spot' ? 1_000 : 1_500
  return {
    length,
    fromMs: wholeParam(query, 'startTime', 0),
    toMs: wholeParam(query, 'endTime', Number.MAX_SAFE_INTEGER),
    limit: Math.max(1, Math.min(most, wholeParam(query, 'limit', 500))),
    isNewest: !query.has('startTime'),
  }
}

function klineRow(format: BinanceFormat, bar: ExactBar, length: BarLength): unknown[] {
  return [
    bar.openTimeMs,
    format.price(bar.openTicks),
    format.price(bar.highTicks),
    format.price(bar.lowTicks),
    format.price(bar.closeTicks),
    format.qty(bar.lots),
    barEnd(bar.openTimeMs, length) - 1,
    format.quote(bar.quote),
    bar.trades,
    format.qty(bar.takerBuyLots),
    format.quote(bar.takerBuyQuote),
    '0',
  ]
}
