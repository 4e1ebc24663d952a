import { isoTime, type Timeframe, timeframeMs } from '@kestrel/core'
import type { RunWarning } from './backtest-document.ts'
import type { MarketWindow } from './load-market.ts'

/** First open time and exclusive end of the bars of one instrument. */
export interface InstrumentSpan {
  readonly instrument: string
  readonly fromMs: number
  readonly toMs: number
}

/** Instruments that get a warning of their own; the rest share one. */
const OWN_WARNINGS = 10

/**
 * Warnings where bars begin after the window or end before it; no gap is reported for that, since nothing is missing
 * between the bars:
 *
 * - `window-shortened`: no instrument has bars there, so that the run is on a shorter window than was asked for. None
 *   where a bound was left open.
 * - `instrument-absent`: one instrument has no bars for a part of the run while another one has, whatever was asked for.
 */
export function windowWarnings(
  spans: readonly InstrumentSpan[],
  timeframe: Timeframe,
  window: MarketWindow,
): RunWarning[] {
  const barMs = timeframeMs(timeframe)
  const run = {
    fromMs: Math.min(...spans.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...spans.map(({ toMs }) => toMs)),
  }
  return [...shortened(run, barMs, window), ...absent(spans, barMs, run)]
}

type Span = Omit<InstrumentSpan, 'instrument'>

function shortened(run: Span, barMs: number, { fromMs, toMs }: MarketWindow): RunWarning[] {
  const parts = [
    ...(fromMs !== undefined && run.fromMs - barMs >= fromMs
      ? [`begin at ${isoTime(run.fromMs)}, not ${isoTime(fromMs)}`]
      : []),
    ...(toMs !== undefined && run.toMs < toMs ? [`end at ${isoTime(run.toMs)}, not ${isoTime(toMs)}`] : []),
  ]
  if (parts.length === 0) return []
  const message = `The window is shortened to the data: the bars ${parts.join(' and ')}.`
  return [{ code: 'window-shortened', message }]
}

function absent(spans: readonly InstrumentSpan[], barMs: number, run: Span): RunWarning[] {
  const cut = spans.filter(({ fromMs, toMs }) => fromMs - barMs >= run.fromMs || toMs + barMs <= run.toMs)
  const warnings = cut.slice(0, OWN_WARNINGS).map(({ instrument, fromMs, toMs }) => {
    const late =
      fromMs - barMs >= run.fromMs
        ? [`from ${isoTime(run.fromMs)} to ${isoTime(fromMs)}: nothing in it fills then`]
        : []
    const early =
      toMs + barMs <= run.toMs
        ? [
            `from ${isoTime(toMs)} to ${isoTime(run.toMs)}: ` +
              'a position in it is valued at the last close from then on, and nothing in it fills',
          ]
        : []
    return { code: 'instrument-absent', message: `${instrument} has no bars ${[...late, ...early].join('; nor ')}.` }
  })
  const rest = cut.slice(OWN_WARNINGS).map(({ instrument }) => instrument)
  if (rest.length === 0) return warnings
  const more = rest.length === 1 ? '1 more instrument has' : `${rest.length} more instruments have`
  const message = `${more} no bars for a part of the run: ${rest.join(', ')}.`
  return [...warnings, { code: 'instrument-absent', message }]
}
