import { DataError, isoTime } from '@kestrel/core'
import type { TimeSpan } from '@kestrel/data'
import type { PageMeans } from './page-means.ts'

/** The refusal of a stretch for which a venue gave two different answers. */
export function pageDisagreement(
  { exchange, request }: PageMeans,
  { fromMs, toMs }: TimeSpan,
  rowMs: number,
): DataError {
  const { instrument, kind, timeframe } = request
  const what = [instrument, kind, timeframe].filter((part) => part !== undefined).join(' ')
  return new DataError({
    code: 'DATA_PAGE_JOIN',
    message:
      `${exchange.id}, ${what}: asked twice for ${isoTime(fromMs)} to ${isoTime(toMs)}, ` +
      `it left out the row of ${isoTime(rowMs)} once. Nothing of this page was stored.`,
    hint: 'Run the same command again: it goes on where the stored data ends.',
    meta: { venue: exchange.id, instrument, kind, timeframe, fromMs, toMs },
    retry: 'safe',
  })
}
