import { isoTime, parseInstrumentId, timeframeMs, UsageError } from '@kestrel/core'
import {
  downloadHistory,
  type DownloadReport,
  type HistoryKind,
  type HistorySource,
  historyDatasetKey,
  historyTimeframe,
  keyText,
  type Lake,
  openLake,
} from '@kestrel/data'
import { ccxtHistorySource } from '@kestrel/venues'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { interruptSignal } from '../cli/interrupt-signal.ts'
import { nearest } from '../cli/nearest.ts'
import { countText, decimalText } from '../cli/output/numbers.ts'
import { timeWindow } from '../cli/parse-time.ts'
import type { DataDownloadFlags } from '../commands/data.ts'
import { datasetSummary } from '../lake-access/dataset-summary.ts'
import { datasetTable } from './data-list.ts'

type Summary = ReturnType<typeof downloadSummary>

const HOUR_MS = 3_600_000

/**
 * Downloads instruments one after the other. Each is stored page by page as it comes; where one fails, what was stored of it
 * and of those before stays, and the same command goes on from there.
 */
export async function downloadData(
  context: CommandContext,
  _args: readonly string[],
  flags: DataDownloadFlags,
): Promise<CommandResult> {
  const { fromMs, toMs } = timeWindow(flags)
  const kind = flags.kind as HistoryKind
  const lake = openLake(context.dataDir, { clock: context.clock })
  const sources = new Map<string, HistorySource>()
  const summaries: Summary[] = []
  using interrupt = interruptSignal()
  for (const instrument of new Set(flags.instrument)) {
    const venue = venueOf(instrument, flags.venue)
    const source = sources.get(venue) ?? sourceOf(context, venue)
    sources.set(venue, source)
    const request = { instrument, kind, timeframe: flags.timeframe, fromMs, toMs, onConflict: flags.onConflict }
    try {
      summaries.push(downloadSummary(venue, await downloadOne(context, lake, source, request, interrupt.signal)))
    } catch (error) {
      if (summaries.length > 0) context.note(`Finished before: ${summaries.map(({ dataset }) => dataset).join(', ')}.`)
      throw error
    } finally {
      context.progress.clear()
    }
  }
  await lake.close()
  return {
    document: { dataDir: context.dataDir, datasets: summaries },
    rows: summaries,
    text: downloadText(context, summaries),
  }
}

/** The venue that was named, or the instrument's own; one that looks like a slip of the pen is questioned. */
function venueOf(instrument: string, named: string | undefined): string {
  const own = parseInstrumentId(instrument).venue.toLowerCase()
  if (named === undefined || named === own || nearest(named, [own]) === undefined) return named ?? own
  throw new UsageError({
    code: 'VENUE_UNKNOWN',
    message: `--venue ${named} is not the venue of ${instrument}. Nothing was downloaded.`,
    hint: `Did you mean --venue ${own}?`,
    meta: { venue: named, instrument },
  })
}

function sourceOf({ settings, clock }: CommandContext, venue: string): HistorySource {
  return ccxtHistorySource(venue, { clock, baseUrl: settings.venues?.[venue]?.baseUrl })
}

async function downloadOne(
  context: CommandContext,
  lake: Lake,
  source: HistorySource,
  request: Parameters<typeof downloadHistory>[2],
  signal: AbortSignal,
): Promise<DownloadReport> {
  const { instrument, kind, timeframe } = request
  const length = historyTimeframe(kind, timeframe)
  if (kind === 'bars' && length === undefined)
    throw new UsageError({
      code: 'DATA_KEY',
      message: `${instrument}: bars need a timeframe. Nothing was downloaded.`,
      hint: 'Add --timeframe, for example --timeframe 1h.',
      meta: { instrument },
    })
  const name = keyText(historyDatasetKey(instrument, kind, timeframe))
  // Trades and settlements have no length, so their progress is counted in hours of history.
  const [unitMs, unit] = length === undefined ? [HOUR_MS, 'h'] : [timeframeMs(length), 'rows']
  context.progress.update({ name: `ask ${source.venue}`, total: 0, unit, watched: false }, 0)
  let phase = { name: `download ${name}`, total: 0, unit, watched: false }
  return downloadHistory(lake, source, request, {
    signal,
    clock: context.clock,
    onProgress({ doneMs, totalMs }) {
      const total = Math.ceil(totalMs / unitMs)
      if (phase.total !== total) phase = { ...phase, total }
      context.progress.update(phase, doneMs / unitMs)
    },
  })
}

function downloadSummary(venue: string, report: DownloadReport) {
  const { record, window, asked, pages, rows, added, identical, replaced, kept, repeated } = report
  return {
    ...datasetSummary(record),
    venue,
    window: { from: isoTime(window.fromMs), to: isoTime(window.toMs) },
    /** What the venue was asked for; empty where the lake had everything. */
    asked: asked.map(({ fromMs, toMs }) => ({ from: isoTime(fromMs), to: isoTime(toMs) })),
    pages,
    downloaded: rows,
    added,
    identical,
    replaced,
    kept,
    repeated,
  }
}

function downloadText(context: CommandContext, summaries: readonly Summary[]): string {
  const sum = (count: (each: Summary) => number): number => summaries.reduce((total, each) => total + count(each), 0)
  const [added, replaced, missing] = [sum((s) => s.added), sum((s) => s.replaced), sum((s) => s.missingBars)]
  const lines = [
    datasetTable(summaries, context.style),
    '',
    `${countText(added, 'row')} added${replaced > 0 ? `, ${decimalText(replaced)} replaced` : ''}${added + replaced === 0 ? ': the lake is up to date' : ''}. Lake ${context.dataDir}`,
  ]
  const gappy = summaries.find(({ missingBars }) => missingBars > 0)
  if (gappy !== undefined)
    lines.push(
      `${countText(missing, 'bar')} ${missing === 1 ? 'is' : 'are'} missing. See them and why: kestrel data gaps --instrument ${gappy.instrument}`,
    )
  return lines.join('\n')
}
