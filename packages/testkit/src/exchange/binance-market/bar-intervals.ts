import type { BarLength } from '../flow/tape/exact-bar.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** Bar lengths by the venue's names. `1s` of spot is not kept here. */
const INTERVALS: ReadonlyMap<string, BarLength> = new Map<string, BarLength>([
  ['1m', MINUTE_MS],
  ['3m', 3 * MINUTE_MS],
  ['5m', 5 * MINUTE_MS],
  ['15m', 15 * MINUTE_MS],
  ['30m', 30 * MINUTE_MS],
  ['1h', HOUR_MS],
  ['2h', 2 * HOUR_MS],
  ['4h', 4 * HOUR_MS],
  ['6h', 6 * HOUR_MS],
  ['8h', 8 * HOUR_MS],
  ['12h', 12 * HOUR_MS],
  ['1d', DAY_MS],
  ['3d', 3 * DAY_MS],
  ['1w', 7 * DAY_MS],
  ['1M', 'month'],
])

/** Length of a bar the venue names; undefined for any other text. */
export function barLengthOf(interval: string): BarLength | undefined {
  return INTERVALS.get(interval)
}
