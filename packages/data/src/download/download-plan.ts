import type { DatasetRecord } from '../lake/dataset-record.ts'
import { type TimeSpan, joinSpans, withoutSpans } from './time-span.ts'

/**
 * The parts of a window that a venue has still to be asked for.
 *
 * What it answered for in earlier downloads is left out; of bars, also every run that is stored, whoever it came from. Other
 * kinds show no holes, so rows of a file do not spare the question: what the venue then repeats is counted and no more.
 */
export function spansToAsk(record: DatasetRecord | undefined, venue: string, window: TimeSpan): TimeSpan[] {
  if (record === undefined) return withoutSpans(window, [])
  const answered = coveredBy(record, venue)
  return withoutSpans(window, record.key.kind === 'bars' ? [...answered, ...storedRuns(record)] : answered)
}

/** What a venue has answered for in earlier downloads. */
function coveredBy(record: DatasetRecord, venue: string): TimeSpan[] {
  return joinSpans(
    record.sources.flatMap(({ name, format, covered }) =>
      name === venue && format === 'download' ? (covered ?? []) : [],
    ),
  )
}

/** Bars without a hole between them. */
function storedRuns(record: DatasetRecord): TimeSpan[] {
  return withoutSpans(
    record.span,
    record.ledger.filter(({ kind }) => kind === 'missing'),
  )
}
