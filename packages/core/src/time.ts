import { UsageError } from './errors.ts'

/** Milliseconds since 1970-01-01 UTC, a safe integer. */
export type TimeMs = number

/** Microseconds since 1970-01-01 UTC, a safe integer until the year 2255. */
export type TimeUs = number

/** Length of a bar as written on the command line: `1s`, `5m`, `1h`, `1d`, `1w`. */
export type Timeframe = string

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

const TIMEFRAME = /^([1-9]\d{0,4})([smhdw])$/

/**
 * Length of a timeframe in milliseconds.
 *
 * @throws UsageError `CORE_TIMEFRAME` for anything but a whole number and one of `s m h d w`.
 */
export function timeframeMs(timeframe: Timeframe): number {
  const match = TIMEFRAME.exec(timeframe)
  const unit = match?.[2] === undefined ? undefined : UNIT_MS[match[2]]
  if (match === null || unit === undefined) {
    throw new UsageError({
      code: 'CORE_TIMEFRAME',
      message: `"${timeframe}" is not a timeframe.`,
      hint: 'Write a whole number and one of s, m, h, d, w: 1m, 15m, 4h, 1d.',
      meta: { timeframe },
    })
  }
  return Number(match[1]) * unit
}

/** Shortest name of a bar length: 3,600,000 is `1h`, 90,000 is `90s`. */
export function timeframeOf(ms: number): Timeframe {
  for (const unit of ['w', 'd', 'h', 'm', 's']) {
    const unitMs = UNIT_MS[unit] ?? 1
    if (ms >= unitMs && ms % unitMs === 0) return `${ms / unitMs}${unit}`
  }
  throw new UsageError({
    code: 'CORE_TIMEFRAME',
    message: `A bar of ${ms} ms has no name: bars last whole seconds.`,
    meta: { ms },
  })
}

/**
 * Start of the bucket that holds `timeMs`. Weeks begin on Monday 00:00 UTC; all others count from the epoch.
 */
export function bucketStart(timeMs: TimeMs, bucketMs: number): TimeMs {
  // 1970-01-01 was a Thursday, so Mondays lie four days after a multiple of seven.
  const offset = bucketMs % 604_800_000 === 0 ? 345_600_000 : 0
  return Math.floor((timeMs - offset) / bucketMs) * bucketMs + offset
}

/** `2024-05-01T00:00:00Z`, with milliseconds only where there are any. */
export function isoTime(timeMs: TimeMs): string {
  return new Date(timeMs).toISOString().replace('.000Z', 'Z')
}

/** `2024-05-01`, the UTC day. */
export function isoDay(timeMs: TimeMs): string {
  return new Date(timeMs).toISOString().slice(0, 10)
}
