import { type TimeMs, type Timeframe, timeframeMs, UsageError } from '@kestrel/core'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** Minutes of a session. */
export const MINUTES_OF_DAY = 1_440

/**
 * Sessions of a day each, for a market that never closes: they begin at a fixed minute of the UTC day.
 *
 * @param startMinute - Minutes after 00:00 UTC, 0..1,439.
 */
export function sessionStart(timeMs: TimeMs, startMinute: number): TimeMs {
  const offsetMs = startMinute * MINUTE_MS
  return Math.floor((timeMs - offsetMs) / DAY_MS) * DAY_MS + offsetMs
}

/**
 * Makes sure that bars of a length begin with a session and fill the part of it that is measured: without that no session
 * is ever whole, and nothing would be traded without a word.
 *
 * @param partMinutes - Minutes from the start of the session that are measured: its opening range, or all of the day.
 * @throws UsageError `STRATEGY_TIMEFRAME`.
 */
export function requireWholeBars(timeframe: Timeframe, startMinute: number, partMinutes: number): void {
  const barMinutes = timeframeMs(timeframe) / MINUTE_MS
  if (partMinutes % barMinutes === 0 && startMinute % barMinutes === 0) return
  const fits = ['1h', '15m', '5m'].find((each) => {
    const minutes = timeframeMs(each) / MINUTE_MS
    return partMinutes % minutes === 0 && startMinute % minutes === 0
  })
  throw new UsageError({
    code: 'STRATEGY_TIMEFRAME',
    message: `Bars of ${timeframe} do not fill the ${partMinutes} minutes from minute ${startMinute} of the day. Nothing would be traded.`,
    hint: `Run it on bars whose length divides both numbers, such as ${fits ?? '1m'}, or change the parameters.`,
    meta: { timeframe, startMinute, partMinutes },
  })
}
