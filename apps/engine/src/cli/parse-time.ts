import { type TimeMs, UsageError } from '@kestrel/core'

/** A stretch of time; an open end is undefined. `toMs` is exclusive. */
export interface TimeWindow {
  readonly fromMs: TimeMs | undefined
  readonly toMs: TimeMs | undefined
}

const ISO = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/
const DAY = /^(\d{4})(\d{2})(\d{2})$/
const EPOCH_MS = /^\d{12,14}$/
const EPOCH_S = /^\d{9,10}$/

/**
 * An instant as written on the command line: ISO 8601 (UTC unless it names a zone), epoch milliseconds, or `20230101`.
 *
 * @throws UsageError `CLI_TIME`.
 */
export function parseTime(text: string, flag: string): TimeMs {
  const day = DAY.exec(text)
  let timeMs = Number.NaN
  if (day !== null) timeMs = isoMs(`${day[1]}-${day[2]}-${day[3]}`)
  else if (EPOCH_MS.test(text)) timeMs = Number(text)
  else if (ISO.test(text)) timeMs = isoMs(text)
  if (Number.isNaN(timeMs)) {
    throw new UsageError({
      code: 'CLI_TIME',
      message: `${flag} ${text} is not a time.`,
      hint: 'Write 2023-01-31, 2023-01-31T12:00:00Z, or milliseconds since 1970.',
      meta: { flag, text },
    })
  }
  return timeMs
}

/** NaN for a day that does not exist, which `Date` would move into the next month. */
function isoMs(text: string): number {
  const day = text.slice(0, 10)
  const rest = text.slice(10).replace(' ', 'T')
  const zoned = rest === '' || /(Z|[+-]\d{2}:?\d{2})$/.test(rest) ? rest : `${rest}Z`
  const timeMs = Date.parse(rest === '' ? `${day}T00:00:00Z` : `${day}${zoned}`)
  const dayMs = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(dayMs) || new Date(dayMs).toISOString().slice(0, 10) !== day) return Number.NaN
  return timeMs
}

/**
 * `20230101-20231231`, `20230101-`, `-20231231`, the same with epoch seconds or milliseconds.
 *
 * @throws UsageError `CLI_TIME`.
 */
export function parseTimerange(text: string): TimeWindow {
  const match = /^(\d*)-(\d*)$/.exec(text)
  if (match === null || text === '-') {
    throw new UsageError({
      code: 'CLI_TIME',
      message: `--timerange ${text} is not a range of times.`,
      hint: 'Write 20230101-20231231; either end may be left out. The end is exclusive.',
      meta: { text },
    })
  }
  const end = (part: string | undefined): TimeMs | undefined => {
    if (part === undefined || part === '') return undefined
    return EPOCH_S.test(part) ? Number(part) * 1000 : parseTime(part, '--timerange')
  }
  return { fromMs: end(match[1]), toMs: end(match[2]) }
}

/**
 * The window of `--from`, `--to` and `--timerange`.
 *
 * @throws UsageError `CLI_TIME` where both forms are given or the end is not after the start.
 */
export function timeWindow(options: {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly timerange?: string | undefined
}): TimeWindow {
  const { from, to, timerange } = options
  if (timerange !== undefined && (from !== undefined || to !== undefined)) {
    throw new UsageError({
      code: 'CLI_TIME',
      message: '--timerange cannot be combined with --from or --to.',
      hint: 'Use one of the two forms.',
    })
  }
  const window =
    timerange === undefined
      ? {
          fromMs: from === undefined ? undefined : parseTime(from, '--from'),
          toMs: to === undefined ? undefined : parseTime(to, '--to'),
        }
      : parseTimerange(timerange)
  if (window.fromMs !== undefined && window.toMs !== undefined && window.toMs <= window.fromMs) {
    throw new UsageError({
      code: 'CLI_TIME',
      message: 'The window is empty: its end is not after its start. The end is exclusive.',
      meta: { ...window },
    })
  }
  return window
}
