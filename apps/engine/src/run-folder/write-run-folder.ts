import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeParquet } from '@kestrel/data'
import type { Simulation } from '@kestrel/backtest'
import { isAlive, removeDeadClaims } from './claim-run-id.ts'
import { writeCsv } from './csv-file.ts'
import { equityColumns, equityForSpreadsheet } from './equity-columns.ts'
import { fundingColumns, interestColumns } from './funding-columns.ts'
import { fillColumns, orderColumns } from './order-columns.ts'
import { runFolderError } from './run-folder-error.ts'
import { tradeColumns } from './trade-columns.ts'

/** Everything that a run folder holds. */
export interface RunFiles {
  readonly simulation: Simulation
  /** Whether to write `funding.parquet`. */
  readonly hasPerpetuals: boolean
  /** Whether to write `interest.parquet`. */
  readonly hasLoans: boolean
  readonly manifest: object
  readonly metrics: object
  /** The report's HTML; undefined with `--no-report`. */
  readonly report: string | undefined
}

const TEMPORARY_PREFIX = '.tmp-'

/**
 * Writes a run folder under a temporary name and renames it when it is complete, so that a half-written one is never
 * seen. On failure nothing is left behind.
 *
 * @returns Path of the folder.
 * @throws KestrelError `DATA_DISK_FULL`, `DATA_WRITE_DENIED`.
 */
export async function writeRunFolder(runsDir: string, id: string, files: RunFiles): Promise<string> {
  const target = join(runsDir, id)
  const folder = join(runsDir, `${TEMPORARY_PREFIX}${id}-${process.pid}`)
  try {
    await mkdir(folder, { recursive: true })
    await removeUnfinished(runsDir, false)
    await writeFiles(folder, files)
    await rename(folder, target)
    await syncFolder(runsDir)
  } catch (error) {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined)
    throw runFolderError(error, runsDir)
  }
  return target
}

/**
 * Removes folders of runs that were cut off while they were written: those of processes that have ended, and with
 * `own` those of this process.
 */
export async function removeUnfinished(runsDir: string, own: boolean): Promise<void> {
  const names = await readdir(runsDir).catch(() => [])
  await removeDeadClaims(runsDir, names, own)
  for (const name of names) {
    const pid = Number(/^\.tmp-.*-(\d+)$/.exec(name)?.[1] ?? Number.NaN)
    if (Number.isNaN(pid) || (pid === process.pid ? !own : isAlive(pid))) continue
    await rm(join(runsDir, name), { recursive: true, force: true }).catch(() => undefined)
  }
}

async function writeFiles(folder: string, files: RunFiles): Promise<void> {
  const { simulation } = files
  const trades = tradeColumns(simulation.trades)
  const equity = equityColumns(simulation.equity, simulation.startEquity)
  await writeParquet(join(folder, 'trades.parquet'), trades)
  await writeParquet(join(folder, 'fills.parquet'), fillColumns(simulation.fills))
  await writeParquet(join(folder, 'orders.parquet'), orderColumns(simulation.orders))
  await writeParquet(join(folder, 'equity.parquet'), equity)
  if (files.hasLoans) await writeParquet(join(folder, 'interest.parquet'), interestColumns(simulation.interest))
  if (files.hasPerpetuals) await writeParquet(join(folder, 'funding.parquet'), fundingColumns(simulation.funding))
  await writeCsv(join(folder, 'trades.csv'), trades, ['open_date', 'close_date'])
  await writeCsv(join(folder, 'equity.csv'), equityForSpreadsheet(simulation.equity, simulation.startEquity), [
    'time_ms',
  ])
  await writeText(
    join(folder, 'decisions.ndjson'),
    simulation.decisions.map((decision) => `${JSON.stringify(decision)}\n`).join(''),
  )
  await writeText(join(folder, 'metrics.json'), `${JSON.stringify(files.metrics, undefined, 2)}\n`)
  if (files.report !== undefined) await writeText(join(folder, 'report.html'), files.report)
  await writeText(join(folder, 'manifest.json'), `${JSON.stringify(files.manifest, undefined, 2)}\n`)
}

async function writeText(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx', flush: true })
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined)
  if (handle === undefined) return
  await handle.sync().catch(() => undefined)
  await handle.close()
}
