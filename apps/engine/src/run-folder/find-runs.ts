import { readdir, readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
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

const manifestSchema = z.looseObject({
  runId: z.string(),
  startedAt: z.string(),
  config: z.record(z.string(), z.unknown()),
})

/** A run as its folder tells it. */
export interface StoredRun {
  readonly id: string
  readonly folder: string
  readonly metrics: z.output<typeof metricsSchema>
  readonly manifest: z.output<typeof manifestSchema>
}

/** Where a run lies. The folder may have another name than the run: its manifest tells which run it is. */
export interface RunPlace {
  readonly id: string
  readonly folder: string
}

/** Folder names that the command itself gives. */
const RUN_NAME = /^\d{8}T\d{6}-/

/**
 * The runs in a folder, newest first, found by the manifests inside, so that a run folder may be renamed or moved there.
 * Folders that are being written are left out. O(runs), each one a small file.
 */
export async function runPlaces(runsDir: string): Promise<RunPlace[]> {
  const entries = await readdir(runsDir, { withFileTypes: true }).catch(() => [])
  const places: RunPlace[] = []
  for (const entry of entries) {
    if (!(entry.isDirectory() || entry.isSymbolicLink()) || entry.name.startsWith('.')) continue
    const place = await placeAt(join(runsDir, entry.name))
    if (place !== undefined) places.push(place)
  }
  return places.toSorted((a, b) => (a.id === b.id ? (a.folder < b.folder ? -1 : 1) : a.id < b.id ? 1 : -1))
}

/** The run that a folder holds; undefined where it is no run folder. One with a run's name may be a broken one. */
async function placeAt(folder: string): Promise<RunPlace | undefined> {
  const manifest = await readJson(join(folder, 'manifest.json')).catch(() => undefined)
  const parsed = manifestSchema.safeParse(manifest)
  if (parsed.success) return { id: parsed.data.runId, folder }
  return RUN_NAME.test(basename(folder)) ? { id: basename(folder), folder } : undefined
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8')) as unknown
}

/** Reads a run; undefined where its files are not those of a run of this version. */
export async function readRun({ id, folder }: RunPlace): Promise<StoredRun | undefined> {
  try {
    const [metrics, manifest] = await Promise.all(
      ['metrics.json', 'manifest.json'].map((name) => readJson(join(folder, name))),
    )
    return { id, folder, metrics: metricsSchema.parse(metrics), manifest: manifestSchema.parse(manifest) }
  } catch {
    return undefined
  }
}

/**
 * The run that a word names: an id or the start of exactly one, the name of a folder among the runs, the path of a run
 * folder anywhere, or `last`.
 *
 * @throws UsageError `RUN_UNKNOWN`, `RUN_BROKEN`.
 */
export async function findRun(
  { runsDir, cwd }: { readonly runsDir: string; readonly cwd: string },
  word: string,
): Promise<StoredRun> {
  const places = await runPlaces(runsDir)
  const candidates = candidatesFor(word, places)
  const [place] = candidates.length === 0 ? await atPath(resolve(cwd, word)) : candidates
  if (place === undefined || candidates.length > 1) throw unknownRun(word, runsDir, places, candidates)
  const run = await readRun(place)
  if (run !== undefined) return run
  throw new UsageError({
    code: 'RUN_BROKEN',
    message: `The run folder ${place.folder} is not complete or of another version.`,
    meta: { run: place.id, runsDir },
  })
}

function candidatesFor(word: string, places: readonly RunPlace[]): readonly RunPlace[] {
  if (word === 'last') return places.slice(0, 1)
  if (word === '') return []
  // The name of a folder goes first: of a run and its copy under another name, each can be named.
  const named = places.filter(({ folder }) => basename(folder) === word)
  if (named.length > 0) return named
  const exact = places.filter(({ id }) => id === word)
  return exact.length > 0 ? exact : places.filter(({ id }) => id.startsWith(word))
}

async function atPath(path: string): Promise<RunPlace[]> {
  const place = await placeAt(path)
  return place === undefined ? [] : [place]
}

function unknownRun(
  word: string,
  runsDir: string,
  places: readonly RunPlace[],
  candidates: readonly RunPlace[],
): UsageError {
  const ids = places.map(({ id }) => id)
  const several = candidates.length > 1
  const copies = several && new Set(candidates.map(({ id }) => id)).size === 1
  const names = candidates.slice(0, 3).map(({ id, folder }) => (copies ? basename(folder) : id))
  return new UsageError({
    code: 'RUN_UNKNOWN',
    message: copies
      ? `${candidates.length} folders in ${runsDir} hold the run "${word}".`
      : several
        ? `${candidates.length} runs in ${runsDir} begin with "${word}".`
        : `There is no run "${word}" in ${runsDir}.`,
    hint: several
      ? `${copies ? 'Write the name of the folder' : 'Write more of the id'}: ${names.join(', ')}.`
      : (didYouMean(word, ids) ??
        (ids.length === 0 ? 'There are no runs yet: kestrel backtest STRATEGY' : 'See: kestrel runs list')),
    meta: { run: word, runsDir },
  })
}
