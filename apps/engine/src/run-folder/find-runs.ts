import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '@kestrel/core'
import { z } from 'zod'
import { didYouMean } from '../cli/nearest.ts'

const number = z.number().nullable()

/** The parts of `metrics.json` that lists and comparisons read. */
const metricsSchema = z.looseObject({
  runId: z.string(),
  strategy: z.string(),
  params: z.record(z.string(), z.unknown()),
  instruments: z.array(z.string()),
  timeframe: z.string(),
  from: z.string(),
  to: z.string(),
  synthetic: z.boolean(),
  basis: z.looseObject({ currency: z.string() }),
  metrics: z.record(z.string(), z.union([number, z.string()])),
  hashes: z.object({ code: z.string(), data: z.string(), trades: z.string(), log: z.string() }),
  seed: z.number(),
})

const manifestSchema = z.looseObject({ startedAt: z.string(), config: z.record(z.string(), z.unknown()) })

/** A run as its folder tells it. */
export interface StoredRun {
  readonly id: string
  readonly folder: string
  readonly metrics: z.output<typeof metricsSchema>
  readonly manifest: z.output<typeof manifestSchema>
}

/** Ids of the runs in a folder, newest first. Folders that are being written are left out. */
export async function runIds(runsDir: string): Promise<string[]> {
  const entries = await readdir(runsDir, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory() && /^\d{8}T\d{6}-/.test(entry.name))
    .map(({ name }) => name)
    .toSorted((a, b) => (a < b ? 1 : -1))
}

/** Reads a run; undefined where its files are not those of a run of this version. */
export async function readRun(runsDir: string, id: string): Promise<StoredRun | undefined> {
  const folder = join(runsDir, id)
  try {
    const [metrics, manifest] = await Promise.all(
      ['metrics.json', 'manifest.json'].map(
        async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as unknown,
      ),
    )
    return { id, folder, metrics: metricsSchema.parse(metrics), manifest: manifestSchema.parse(manifest) }
  } catch {
    return undefined
  }
}

/**
 * The run that a word names: an id, the start of exactly one, or `last`.
 *
 * @throws UsageError `RUN_UNKNOWN`.
 */
export async function findRun(runsDir: string, word: string): Promise<StoredRun> {
  const ids = await runIds(runsDir)
  const exact = ids.includes(word) ? [word] : ids.filter((id) => id.startsWith(word))
  const candidates = word === 'last' ? ids.slice(0, 1) : exact
  const [id] = candidates
  if (id === undefined || candidates.length > 1) {
    throw new UsageError({
      code: 'RUN_UNKNOWN',
      message:
        candidates.length > 1
          ? `${candidates.length} runs in ${runsDir} begin with "${word}".`
          : `There is no run "${word}" in ${runsDir}.`,
      hint:
        candidates.length > 1
          ? `Write more of the id: ${candidates.slice(0, 3).join(', ')}.`
          : (didYouMean(word, ids) ??
            (ids.length === 0 ? 'There are no runs yet: kestrel backtest STRATEGY' : 'See: kestrel runs list')),
      meta: { run: word, runsDir },
    })
  }
  const run = await readRun(runsDir, id)
  if (run !== undefined) return run
  throw new UsageError({
    code: 'RUN_BROKEN',
    message: `The run folder ${join(runsDir, id)} is not complete or of another version.`,
    meta: { run: id, runsDir },
  })
}
