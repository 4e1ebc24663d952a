import { KestrelError } from '@kestrel/core'

/** Exit codes of the command, as scripts rely on them. */
const EXIT = Object.freeze({
  ok: 0,
  failure: 1,
  usage: 2,
  data: 3,
  venue: 4,
  risk: 5,
  validation: 6,
  interrupted: 130,
})

/** Data errors about the disk or a busy lake: the data itself is neither missing nor wrong. */
const PLAIN_FAILURES = new Set(['DATA_DISK_FULL', 'DATA_WRITE_DENIED', 'DATA_LAKE_BUSY'])

/** What the venue, the account there or its key is the reason for, although no request failed. */
const VENUE_FAILURES = new Set(['LIVE_KEY_RIGHTS', 'LIVE_DIFFERENCE', 'LIVE_NO_ANSWER', 'SESSION_NOT_FLAT'])

/** A limit of the account or the kill switch keeps the command from going on. */
const RISK_ENDS = new Set(['SESSION_HALTED', 'SESSION_FLATTENED'])

/** Exit code for an error, by its class and code. */
export function exitCodeOf(error: unknown): number {
  if (!KestrelError.isInstance(error)) return EXIT.failure
  if (error.code === 'INTERRUPTED') return EXIT.interrupted
  if (PLAIN_FAILURES.has(error.code)) return EXIT.failure
  if (VENUE_FAILURES.has(error.code)) return EXIT.venue
  if (RISK_ENDS.has(error.code)) return EXIT.risk
  switch (error.name) {
    case 'UsageError':
      return EXIT.usage
    case 'DataError':
      return EXIT.data
    case 'VenueError':
      return EXIT.venue
    case 'ValidationError':
      return EXIT.validation
    default:
      return EXIT.failure
  }
}
