import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { KestrelError, UsageError } from '@kestrel/core'
import type { StrategyDefinition } from '@kestrel/kernel'
import { didYouMean } from '../cli/nearest.ts'
import { kestrelVersion } from '../version.ts'
import { codeHash } from './code-hash.ts'
import { traceImports } from './facade-hook.ts'
import { sourcePlace } from './source-place.ts'

/** A strategy with what is known of its code. */
export interface LoadedStrategy {
  readonly definition: StrategyDefinition
  /** Path of the file; undefined for a strategy that ships with Kestrel. */
  readonly file: string | undefined
  readonly codeHash: string
}

/** What a file may export as its default, before anybody looked at it. */
type Exported = Partial<StrategyDefinition> | null | undefined

/** True where the text names a file rather than a registered strategy. */
function isStrategyFile(reference: string): boolean {
  return /[\\/]/.test(reference) || /\.(ts|js|mts|mjs)$/.test(reference)
}

/**
 * Loads a registered strategy by its name, or a strategy file by its path.
 *
 * @throws UsageError `STRATEGY_UNKNOWN`, `STRATEGY_FILE` (absent, does not parse, throws on import, no strategy in it).
 */
export async function loadStrategy(reference: string, cwd: string): Promise<LoadedStrategy> {
  if (isStrategyFile(reference)) return await loadFile(resolve(cwd, reference))
  const { registeredSources, registeredStrategies } = await import('./registered-strategies.ts')
  const known = registeredStrategies()
  const definition = known.find((each) => each.name === reference)
  if (definition === undefined) {
    const names = known.map((each) => each.name)
    const own = ['', 'strategies/']
      .map((folder) => `./${folder}${reference}.ts`)
      .find((path) => existsSync(resolve(cwd, path)))
    throw new UsageError({
      code: 'STRATEGY_UNKNOWN',
      message: `There is no strategy "${reference}". Nothing was run.`,
      hint:
        own === undefined
          ? `${didYouMean(reference, names) ?? `Known: ${names.join(', ')}.`} A strategy of your own is named by its file: ./${reference}.ts`
          : `A strategy of your own is named by its file: ${own}`,
      meta: { strategy: reference, known: names },
    })
  }
  return { definition, file: undefined, codeHash: codeHash(`${kestrelVersion()} ${reference}`, registeredSources()) }
}

async function loadFile(path: string): Promise<LoadedStrategy> {
  if (!existsSync(path) || !statSync(path).isFile()) {
    throw fileError(path, 'is not there', { hint: 'Write a new one with: kestrel strategy new NAME' })
  }
  const url = pathToFileURL(path).href
  const trace = traceImports(url)
  let module: { readonly default?: Exported }
  try {
    module = (await import(url)) as { readonly default?: Exported }
  } catch (cause) {
    throw importError(path, cause)
  }
  const definition = checkShape(path, module.default)
  return { definition, file: path, codeHash: codeHash(kestrelVersion(), trace.files) }
}

function importError(path: string, cause: unknown): KestrelError {
  if (KestrelError.isInstance(cause)) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  const place = sourcePlace(cause) ?? path
  const reason = (message.split('\n')[0] ?? '').replace(/\.$/, '')
  const kind = cause instanceof SyntaxError ? 'does not parse' : 'cannot be loaded'
  return fileError(path, `${kind}: ${reason} (${place})`, {
    cause,
    ...(message.includes('Cannot find package')
      ? { hint: "Strategy files import from 'kestrel' and from files beside them, or from packages installed there." }
      : {}),
  })
}

function checkShape(path: string, candidate: Exported): StrategyDefinition {
  const example = 'Write: export default defineStrategy({ name, about, params, start })'
  if (candidate === undefined) throw fileError(path, 'has no default export', { hint: example })
  const wrong = (problem: string): UsageError => fileError(path, problem, { hint: example })
  if (typeof candidate !== 'object' || candidate === null) throw wrong('exports no strategy as its default')
  if (typeof candidate.name !== 'string' || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(candidate.name)) {
    throw wrong(`has the name ${JSON.stringify(candidate.name)}; lower-case words joined by hyphens are wanted`)
  }
  if (typeof candidate.about !== 'string') throw wrong('has no text in "about"')
  if (typeof candidate.params?.safeParse !== 'function' || typeof candidate.params.shape !== 'object') {
    throw wrong('has no z.object({...}) in "params"')
  }
  if (typeof candidate.start !== 'function') throw wrong('has no function "start"')
  return candidate as StrategyDefinition
}

function fileError(path: string, problem: string, more: { hint?: string; cause?: unknown } = {}): UsageError {
  return new UsageError({
    code: 'STRATEGY_FILE',
    message: `The strategy file ${path} ${problem}. Nothing was run.`,
    meta: { file: path },
    ...more,
  })
}
