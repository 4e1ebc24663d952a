import type { TimeMs } from '@kestrel/core'

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
