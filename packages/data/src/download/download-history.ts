import {
  bucketStart,
  type Clock,
  DataError,
  type InstrumentId,
  isoTime,
  KestrelError,
  systemClock,
  type TimeMs,
  type Timeframe,
  timeframeMs,
  UsageError,
} from '@kestrel/core'
import type { DatasetKey } from '../dataset.ts'
import { checkedKey, keyText } from '../lake/dataset-key.ts'
import type { DatasetRecord } from '../lake/dataset-record.ts'
import type { Lake } from '../lake/lake.ts'
import type { OnConflict } from '../lake/write-dataset.ts'
import { spansToAsk } from './download-plan.ts'
import { historyDatasetKey, type HistoryKind, historyTimeframe, rowTimeMs } from './history-kind.ts'
import type { HistorySource } from './history-source.ts'
import { HistoryWriter } from './history-writer.ts'
import { PageJoiner } from './join-page.ts'
import { storedRowsBefore } from './stored-rows.ts'
import type { TimeSpan } from './time-span.ts'

/** How long after its close a bar may still change at a venue that is catching up. */
const SETTLE_MS = 2_000

export interface DownloadRequest {
  readonly instrument: InstrumentId
  readonly kind: HistoryKind
  readonly timeframe?: Timeframe | undefined
  /** Default: where the stored data begins, so that the download goes on from its end. */
  readonly fromMs?: TimeMs | undefined
  /** Exclusive. Default: the venue's present; what is not finished then is never asked for. */
  readonly toMs?: TimeMs | undefined
  /**
   * What happens where lake and venue differ. Default `error`. With the others the whole window is asked for again, stored
   * or not.
   */
  readonly onConflict?: OnConflict | undefined
}

export interface DownloadProgress {
  /** Time downloaded, of `totalMs`. */
  readonly doneMs: number
  readonly totalMs: number
  readonly pages: number
  readonly rows: number
}

export interface DownloadOptions {
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined
  /** Aborting stores what was joined and ends with the error `INTERRUPTED`. */
  readonly signal?: AbortSignal | undefined
  /** For the time between writes. Default: the machine's clock. */
  readonly clock?: Clock | undefined
}

export interface DownloadReport {
  readonly key: DatasetKey
  /** The dataset as it now stands. */
  readonly record: DatasetRecord
  readonly window: TimeSpan
  /** What the venue was asked for; empty where the lake had everything. */
  readonly asked: readonly TimeSpan[]
  readonly pages: number
  /** Rows of the venue that were joined, those of the lake not counted. */
  readonly rows: number
  readonly added: number
  readonly identical: number
  readonly replaced: number
  readonly kept: number
  /** Rows that the venue sent twice in one page. */
  readonly repeated: number
}

/**
 * Brings a stretch of a venue's history into the lake, asking only for what is not there.
 *
 * Pages are joined, checked and written a few at a time (each at once while the dataset is small); a write is whole or not at
 * all, so a kill at any moment loses at most the pages since the last one, and the next call goes on from there. Nothing
 * unfinished is stored: the window ends at the last bar that the venue's clock has closed.
 *
 * @throws DataError `DATA_PAGE_*` (see {@link PageJoiner}), `DATA_NONE_AT_VENUE`, `DATA_CONFLICT`, those of `Lake.write`.
 * @throws UsageError `DOWNLOAD_FROM`, `DOWNLOAD_WINDOW`, those of the source.
 * @throws KestrelError `INTERRUPTED`, those of the source.
 */
export async function downloadHistory(
  lake: Lake,
  source: HistorySource,
  request: DownloadRequest,
  options: DownloadOptions = {},
): Promise<DownloadReport> {
  const { kind, onConflict = 'error' } = request
  const { signal, onProgress, clock = systemClock } = options
  const timeframe = historyTimeframe(kind, request.timeframe)
  const key = checkedKey(historyDatasetKey(request.instrument, kind, request.timeframe))
  await source.check({ instrument: key.instrument, kind, timeframe })
  const before = await lake.find(key)
  const window = windowOf(request, key, timeframe, before, await source.nowMs(signal))
  const asked = onConflict === 'error' ? spansToAsk(before, source.venue, window) : [window]
  const spec = asked.length === 0 ? undefined : await source.instrument(request.instrument, signal)
  const writer = new HistoryWriter({ lake, source, key, kind, timeframe, onConflict, clock, spec }, before)
  const totalMs = asked.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  let [pages, repeated, doneMs] = [0, 0, 0]
  for (const span of asked) {
    const known = onConflict === 'error' ? await storedRowsBefore(lake, key, kind, timeframe, span.fromMs) : []
    // One bar more where the lake goes on, so that the seam is compared there too.
    const meets = key.kind === 'bars' && before !== undefined && isInside(span.toMs, before.span)
    const toMs = meets ? span.toMs + timeframeMs(timeframe ?? '1m') : span.toMs
    const joiner = new PageJoiner(
      { venue: source.venue, instrument: key.instrument, kind, timeframe },
      span.fromMs,
      known,
    )
    writer.begin(span.fromMs, known.at(-1))
    try {
      const after = known.at(-1)
      const wanted = { instrument: key.instrument, kind, timeframe, fromMs: span.fromMs, toMs, after, signal }
      for await (const page of source.pages(wanted)) {
        const joined = joiner.join(page)
        pages += 1
        repeated += joined.repeated
        const lastMs = page.toMs < toMs ? page.toMs : endOfRows(kind, timeframe, joiner.last, span.fromMs)
        await writer.add(joined.rows, lastMs)
        onProgress?.({
          doneMs: doneMs + Math.min(page.toMs, span.toMs) - span.fromMs,
          totalMs,
          pages,
          rows: writer.rows,
        })
        if (signal?.aborted === true) throw interrupted(key)
      }
    } finally {
      // Also on failure and Ctrl-C: what was joined is good.
      await writer.flush()
    }
    doneMs += span.toMs - span.fromMs
  }
  const record = writer.record
  if (record === undefined) throw nothingThere(key, source.venue, window)
  return Object.freeze({ key, record, window, asked, pages, rows: writer.rows, ...writer.counts, repeated })
}

/** The window in whole rows that the venue has finished. */
function windowOf(
  { fromMs: from, toMs: to }: DownloadRequest,
  key: DatasetKey,
  timeframe: Timeframe | undefined,
  stored: DatasetRecord | undefined,
  nowMs: TimeMs,
): TimeSpan {
  const start = from ?? stored?.span.fromMs
  if (start === undefined)
    throw new UsageError({
      code: 'DOWNLOAD_FROM',
      message: `${keyText(key)} is not in the lake yet, so there is no end to go on from. Nothing was downloaded.`,
      hint: 'Say where to begin, for example --from 2024-01-01.',
      meta: { key },
    })
  const rowMs = timeframe === undefined ? 1 : timeframeMs(timeframe)
  const finishedMs = bucketStart(nowMs - SETTLE_MS, rowMs)
  const fromMs = bucketStart(start + rowMs - 1, rowMs)
  const toMs = Math.min(to === undefined ? finishedMs : bucketStart(to, rowMs), finishedMs)
  if (fromMs < toMs || (from === undefined && fromMs <= toMs)) return { fromMs, toMs }
  throw new UsageError({
    code: 'DOWNLOAD_WINDOW',
    message: `${keyText(key)}: there is no finished row from ${isoTime(start)} to ${isoTime(to ?? nowMs)} (exclusive); the venue's clock says ${isoTime(nowMs)}. Nothing was downloaded.`,
    hint: 'Begin earlier.',
    meta: { key, fromMs: start, toMs: to, nowMs },
  })
}

function isInside(timeMs: TimeMs, { fromMs, toMs }: TimeSpan): boolean {
  return timeMs >= fromMs && timeMs < toMs
}

/** Up to where the last page says anything: a venue that is late with its newest rows has not said that there are none. */
function endOfRows(
  kind: HistoryKind,
  timeframe: Timeframe | undefined,
  last: readonly number[] | undefined,
  fromMs: TimeMs,
): TimeMs {
  if (last === undefined) return fromMs
  const timeMs = rowTimeMs(kind, last)
  if (kind === 'trades') return timeMs
  return timeMs + (kind === 'funding' || kind === 'open-interest' ? 1 : timeframeMs(timeframe ?? '1m'))
}

function interrupted(key: DatasetKey): KestrelError {
  return new KestrelError({
    code: 'INTERRUPTED',
    message: `Interrupted while downloading ${keyText(key)}. The pages joined so far are in the lake, whole.`,
    hint: 'Run the same command again: it goes on where the stored data ends.',
    retry: 'safe',
  })
}

function nothingThere(key: DatasetKey, venue: string, { fromMs, toMs }: TimeSpan): DataError {
  return new DataError({
    code: 'DATA_NONE_AT_VENUE',
    message: `${venue} has nothing of ${keyText(key)} from ${isoTime(fromMs)} to ${isoTime(toMs)} (exclusive). Nothing was stored.`,
    hint: 'Check since when the venue lists the instrument.',
    meta: { venue, key, fromMs, toMs },
  })
}
