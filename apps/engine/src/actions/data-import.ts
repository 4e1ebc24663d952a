import { basename, resolve } from 'node:path'
import { existsSync } from 'node:fs'
import { type InstrumentSpec, KestrelError, timeframeMs, UsageError } from '@kestrel/core'
import {
  type DataKind,
  type GapKind,
  type ImportedDataset,
  importFile,
  keyText,
  openLake,
  type WriteReport,
} from '@kestrel/data'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { countText, decimalText } from '../cli/output/numbers.ts'
import { parseNumber } from '../cli/parse-number.ts'
import { interruptSignal } from '../cli/interrupt-signal.ts'
import type { DataImportFlags } from '../commands/data.ts'
import { countsByKind, datasetSummary } from '../lake-access/dataset-summary.ts'
import { datasetTable } from './data-list.ts'

type Summary = ReturnType<typeof importSummary>

/**
 * Imports files one after the other. A file is read and checked as a whole before anything of it is written; where a
 * later file fails, the earlier ones stay in the lake and the message says so.
 */
export async function importData(
  context: CommandContext,
  files: readonly string[],
  flags: DataImportFlags,
): Promise<CommandResult> {
  const options = importOptions(flags)
  const lake = openLake(context.dataDir, { clock: context.clock })
  const summaries: Summary[] = []
  using interrupt = interruptSignal()
  for (const file of files) {
    const path = existingFile(resolve(context.cwd, file))
    const phase = { name: `read ${basename(file)}`, total: 0, unit: 'bytes', watched: false }
    let sized = phase
    try {
      const datasets = await importFile(path, {
        ...options,
        signal: interrupt.signal,
        onProgress({ bytesDone, bytesTotal }) {
          if (sized.total !== bytesTotal) sized = { ...phase, total: bytesTotal }
          context.progress.update(sized, bytesDone)
        },
      })
      context.progress.clear()
      for (const dataset of datasets) {
        if (interrupt.signal.aborted) throw interrupted(file)
        context.progress.update({ name: `write ${keyText(dataset.key)}`, total: 0, unit: 'rows', watched: false }, 0)
        summaries.push(importSummary(dataset, await lake.write(dataset, { onConflict: flags.onConflict })))
      }
    } catch (error) {
      throw summaries.length === 0 ? error : withEarlier(error, summaries)
    } finally {
      context.progress.clear()
    }
  }
  await lake.close()
  for (const text of notes(summaries)) context.note(text)
  return {
    document: { dataDir: context.dataDir, datasets: summaries },
    rows: summaries,
    text: importText(context, summaries),
  }
}

/** How to understand a file, from the flags. */
export function importOptions(flags: Omit<DataImportFlags, 'onConflict'>) {
  if (flags.kind === 'book') {
    throw new UsageError({
      code: 'IMPORT_KIND',
      message: 'Order books cannot be imported yet. Nothing was imported.',
      hint: 'Kinds: bars, trades, funding, mark, series.',
    })
  }
  const rate = (text: string | undefined, flag: string): number | undefined =>
    text === undefined ? undefined : parseNumber(text, flag)
  return {
    kind: flags.kind as DataKind | undefined,
    instrument: flags.instrument,
    timeframe: flags.timeframe,
    name: flags.name,
    instrumentColumns: flags.instrumentColumns?.split(',').map((name) => name.trim()),
    instrumentTemplate: flags.instrumentTemplate,
    sparse: flags.sparse,
    columns: flags.columns,
    tick: flags.tick,
    lot: flags.lot,
    takerFee: rate(flags.takerFee, '--taker-fee'),
    makerFee: rate(flags.makerFee, '--maker-fee'),
    contractSize: rate(flags.contractSize, '--contract-size'),
    licence: flags.licence,
    knowableDelayMs: delayMs(flags.knowableDelay),
  }
}

/** A length of time, or 0. */
function delayMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  return text === '0' ? 0 : timeframeMs(text)
}

/** @throws UsageError `IMPORT_NO_FILE`. */
export function existingFile(path: string): string {
  if (existsSync(path)) return path
  throw new UsageError({
    code: 'IMPORT_NO_FILE',
    message: `There is no file ${path}. Nothing was imported.`,
    meta: { path },
  })
}

function importSummary(dataset: ImportedDataset, report: WriteReport) {
  return {
    ...datasetSummary(report.record),
    source: dataset.source.name,
    /** What the importer read into the file, or left out of it. */
    note: dataset.source.note ?? null,
    /** What the ledger says of this file alone. */
    found: countsByKind(dataset.ledger),
    imported: report.added + report.identical + report.replaced,
    added: report.added,
    identical: report.identical,
    replaced: report.replaced,
    kept: report.kept,
    created: report.created,
  }
}

function importText(context: CommandContext, summaries: readonly Summary[]): string {
  const total = summaries.reduce((sum, { added }) => sum + added, 0)
  const same = summaries.reduce((sum, { identical }) => sum + identical, 0)
  const lines = [datasetTable(summaries, context.style), '']
  lines.push(
    `${countText(total, 'row')} added${same > 0 ? `, ${decimalText(same)} were there already` : ''}. Lake ${context.dataDir}`,
  )
  const gappy = summaries.filter(({ missingBars }) => missingBars > 0)
  const [first] = gappy
  if (first !== undefined) {
    const bars = gappy.reduce((sum, { missingBars }) => sum + missingBars, 0)
    const gaps = gappy.reduce((sum, each) => sum + each.gaps, 0)
    lines.push(
      `${countText(bars, 'bar')} ${bars === 1 ? 'is' : 'are'} missing in ${countText(gaps, 'gap')}. See them: kestrel data gaps --instrument ${first.instrument}`,
    )
  }
  lines.push(...mended(summaries))
  return lines.join('\n')
}

/** Rows that the importer put right, in words; the ledger has each of them. */
function mended(summaries: readonly Summary[]): string[] {
  const count = (kind: GapKind): number => summaries.reduce((sum, { found }) => sum + (found[kind] ?? 0), 0)
  const [duplicate, unordered, repaired] = [count('duplicate'), count('unordered'), count('repaired')]
  const parts = [
    duplicate > 0 ? `${decimalText(duplicate)} repeated and kept once` : '',
    unordered > 0 ? `${decimalText(unordered)} out of order and sorted` : '',
    repaired > 0 ? `${decimalText(repaired)} repaired` : '',
  ].filter((part) => part !== '')
  const [first] = summaries
  if (parts.length === 0 || first === undefined) return []
  return [`Rows in the ledger: ${parts.join(', ')}. See them: kestrel data gaps --instrument ${first.instrument}`]
}

/** What an importer left out or had to guess. */
function notes(summaries: readonly Summary[]): string[] {
  const read = new Set(summaries.flatMap(({ source, note }) => (note === null ? [] : [`${source}: ${note}.`])))
  return [...read, ...inferredSteps(summaries)]
}

function inferredSteps(summaries: readonly Summary[]): string[] {
  const inferred = summaries
    .filter(({ spec, kind }) => kind === 'bars' && isInferred(spec))
    .map(({ instrument }) => instrument)
  if (inferred.length === 0) return []
  const names = [...new Set(inferred)]
  const shown = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
  return [`Tick and lot of ${shown} were inferred from the decimals of the data. State them with --tick and --lot.`]
}

function isInferred(spec: InstrumentSpec | null): boolean {
  return spec?.source?.startsWith('inferred') === true
}

function interrupted(file: string): KestrelError {
  return new KestrelError({
    code: 'INTERRUPTED',
    message: `Interrupted while writing ${file}. Datasets that were written before are whole; the rest was not touched.`,
    retry: 'safe',
  })
}

function withEarlier(error: unknown, done: readonly Summary[]): unknown {
  if (!KestrelError.isInstance(error)) return error
  const all = [...new Set(done.map(({ dataset }) => dataset))]
  const names = all.slice(0, 3).join(', ')
  const more = all.length > 3 ? ` and ${all.length - 3} more` : ''
  const wrapped = new KestrelError({
    code: error.code,
    message: `${error.message.replace(/ Nothing was imported\.$/, ' Nothing of it was imported.')} Imported before that and kept: ${names}${more}.`,
    meta: { ...error.meta, imported: all },
    retry: error.retry,
    cause: error.cause,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  })
  wrapped.name = error.name
  return wrapped
}
