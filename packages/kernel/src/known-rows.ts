import { DataError, isoTime, type SeriesColumns } from '@kestrel/core'

/** A series in the order in which its rows could be known. */
export interface KnownRows {
  /** When each row became knowable; never decreasing. */
  readonly knowableTimeMs: Float64Array
  /** Row of the given columns that became knowable then. */
  readonly row: Int32Array
  /** Row of the given columns that is the newest reading from then on: the last version of the latest event. */
  readonly newest: Int32Array
}

/**
 * Orders a series by when its rows could be known, ties by when they happened.
 *
 * A revision is a row of its own: it has the event time of the value that it revises and a later knowable time. Whoever
 * read before it read the earlier value. A revision of an event that is not the latest is told but does not change the
 * newest reading.
 *
 * @param what - Names the series in errors.
 * @throws DataError `KERNEL_SERIES_TIME` for a row without event or knowable time, or known before it happened.
 */
export function knownRows({ tsEventMs, knowableTimeMs }: SeriesColumns, what: string): KnownRows {
  const count = tsEventMs.length
  for (let i = 0; i < count; i++) {
    const [eventMs, knowableMs] = [tsEventMs[i] as number, knowableTimeMs?.[i] ?? Number.NaN]
    if (Number.isFinite(eventMs) && knowableMs >= eventMs && knowableMs < Infinity) continue
    throw new DataError({
      code: 'KERNEL_SERIES_TIME',
      message: `${what} cannot be used: row ${i + 1}, of ${timeText(eventMs)}, is knowable at ${timeText(knowableMs)}. Nothing was run.`,
      hint: 'Every value needs the time at which it could first be known, at or after its own: import it with a knowable column or --knowable-delay.',
      meta: { series: what, row: i, eventTimeMs: eventMs, knowableTimeMs: knowableMs },
    })
  }
  const row = Int32Array.from(tsEventMs.keys()).sort(
    (a, b) =>
      (knowableTimeMs[a] as number) - (knowableTimeMs[b] as number) ||
      (tsEventMs[a] as number) - (tsEventMs[b] as number) ||
      a - b,
  )
  const newest = new Int32Array(count)
  let latest = -1
  row.forEach((at, i) => {
    if (latest < 0 || (tsEventMs[at] as number) >= (tsEventMs[latest] as number)) latest = at
    newest[i] = latest
  })
  return { knowableTimeMs: Float64Array.from(row, (at) => knowableTimeMs[at] as number), row, newest }
}

function timeText(timeMs: number): string {
  return Number.isFinite(timeMs) ? isoTime(timeMs) : 'no time'
}
