import { isoTime, type Timeframe, timeframeMs } from '@kestrel/core'
import type { RunWarning } from './backtest-document.ts'
import type { MarketWindow } from './load-market.ts'

/** First open time and exclusive end of the bars of one instrument. */
export interface InstrumentSpan {
  readonly instrument: string
  readonly fromMs: number
  readonly toMs: number
}

/** Instruments that a warning names one by one. */
const SHOWN = 3

/**
 * A warning where bars begin after the window that was asked for, or end before it: such a run is on a shorter window, and
 * nothing is missing between its bars. None where a bound was left open.
 */
export function windowWarnings(
  spans: readonly InstrumentSpan[],
  timeframe: Timeframe,
  { fromMs = -Infinity, toMs = Infinity }: MarketWindow,
): RunWarning[] {
  const barMs = timeframeMs(timeframe)
  const isLate = (span: InstrumentSpan): boolean => Number.isFinite(fromMs) && span.fromMs - barMs >= fromMs
  const isShort = (span: InstrumentSpan): boolean => Number.isFinite(toMs) && span.toMs < toMs
  const cut = spans.filter((span) => isLate(span) || isShort(span))
  if (cut.length === 0) return []
  const parts = cut.slice(0, SHOWN).map((span) => {
    const start = isLate(span) ? [`begin at ${isoTime(span.fromMs)}, not ${isoTime(fromMs)}`] : []
    const end = isShort(span) ? [`end at ${isoTime(span.toMs)}, not ${isoTime(toMs)}`] : []
    return `the bars of ${span.instrument} ${[...start, ...end].join(' and ')}`
  })
  const more = cut.length > SHOWN ? `; and ${cut.length - SHOWN} more instruments` : ''
  const message = `The window is shortened to the data: ${parts.join('; ')}${more}.`
  return [{ code: 'window-shortened', message }]
}
