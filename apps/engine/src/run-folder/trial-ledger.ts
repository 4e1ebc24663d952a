import { createHash } from 'node:crypto'
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Trials } from '@kestrel/backtest'
import { z } from 'zod'

const FILE = 'trials.ndjson'

const trialSchema = z.object({
  tsMs: z.number(),
  runId: z.string(),
  strategy: z.string(),
  codeHash: z.string(),
  /** Over everything that decides the result but the data. */
  configHash: z.string(),
  dataHash: z.string(),
  instruments: z.array(z.string()),
  timeframe: z.string(),
  fromMs: z.number(),
  toMs: z.number(),
  /** Of daily returns, not annualised; null where undefined. */
  sharpePerPeriod: z.number().nullable(),
})

/** One backtest that was run, whatever became of its folder. */
export type Trial = z.output<typeof trialSchema>

/** SHA-256 of a value as JSON. */
export function hashOfJson(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}

/**
 * The trials in the ledger beside the lake. Lines that cannot be read are left out: the ledger only ever raises the bar.
 */
export async function readTrials(dataDir: string): Promise<Trial[]> {
  const text = await readFile(join(dataDir, FILE), 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => {
    if (line === '') return []
    try {
      const parsed = trialSchema.safeParse(JSON.parse(line))
      return parsed.success ? [parsed.data] : []
    } catch {
      return []
    }
  })
}

/** Adds a trial in one write to a file opened for appending, so that lines of two processes never mix. */
export async function appendTrial(dataDir: string, trial: Trial): Promise<void> {
  await mkdir(dataDir, { recursive: true })
  await appendFile(join(dataDir, FILE), `${JSON.stringify(trial)}\n`)
}

/**
 * Number of different trials on the same data, this one included, and the variance of their Sharpe ratios. The same data
 * is the same instruments and timeframe with windows that overlap; the same code and settings run again count once.
 */
export function trialsOnSameData(earlier: readonly Trial[], own: Trial): Trials {
  const instruments = own.instruments.toSorted().join(' ')
  const different = new Map<string, Trial>()
  for (const trial of [...earlier, own]) {
    const same =
      trial.instruments.toSorted().join(' ') === instruments &&
      trial.timeframe === own.timeframe &&
      trial.fromMs < own.toMs &&
      trial.toMs > own.fromMs
    if (same) different.set(`${trial.strategy} ${trial.codeHash} ${trial.configHash} ${trial.dataHash}`, trial)
  }
  const ratios = [...different.values()].flatMap(({ sharpePerPeriod }) => sharpePerPeriod ?? [])
  const mean = ratios.reduce((sum, each) => sum + each, 0) / Math.max(1, ratios.length)
  const squares = ratios.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  return { count: different.size, sharpeVariance: ratios.length < 2 ? 0 : squares / (ratios.length - 1) }
}
