import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type InstrumentSpec, KestrelError, UsageError } from '@kestrel/core'
import type { CommandContext } from '../cli/command-context.ts'
import { didYouMean } from '../cli/nearest.ts'
import { stateFolder } from '../config/state-folder.ts'

/** Everything that a session is made of, in its folder: whoever looks at it later needs no flags again. */
export interface SessionDescriptor {
  readonly id: string
  readonly mode: 'paper' | 'live'
  /** A registered name or a file, as it was given, and where from. */
  readonly strategy: string
  readonly cwd: string
  readonly codeHash: string
  readonly params: Readonly<Record<string, unknown>>
  /** As the venue stated them at the start. */
  readonly instruments: readonly InstrumentSpec[]
  readonly timeframe: string
  readonly cash: number | Readonly<Record<string, number>>
  readonly sizeMode: 'units' | 'cash' | 'equity'
  readonly leverage: number | undefined
  readonly margin: 'isolated' | 'cross' | undefined
  readonly seed: number
  /** As ccxt names it. */
  readonly venue: string
  readonly product: 'spot' | 'linear' | 'inverse'
  /** Name of the key; undefined on paper. */
  readonly key: string | undefined
  /** True on the venue's test network; whoever reaches the account later has to go there too. Absent in sessions of before. */
  readonly sandbox?: boolean
  /** Address of the venue where the settings name one; absent in sessions of before. Who cannot read the settings goes there. */
  readonly baseUrl?: string | null
  readonly warmupBars: number
  readonly limits: Readonly<Record<string, unknown>>
  readonly createdMs: number
  /** True once its journal has begun; absent in sessions of before. Without its journal it is not begun again. */
  readonly hasBegun?: boolean
  /** True where the venue is a server on this machine: its market is made up and its money play money. */
  readonly synthetic: boolean
}

const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/

/** Files of one session. */
export interface SessionFolder {
  readonly path: string
  readonly descriptor: string
  readonly journal: string
  /** What it is doing, written every second. */
  readonly status: string
  /** What happened, one JSON object a line. */
  readonly events: string
  /** Commands from other processes. */
  readonly control: string
  /** While it is there the session sends nothing. */
  readonly halt: string
}

function sessionsFolder({ project, cwd }: Pick<CommandContext, 'project' | 'cwd'>): string {
  return join(stateFolder(project, cwd), 'sessions')
}

/** Folder with one lock for each account that the project trades on. */
export function projectLocks({ project, cwd }: Pick<CommandContext, 'project' | 'cwd'>): string {
  const path = join(stateFolder(project, cwd), 'locks')
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return path
}

/** @throws UsageError `SESSION_ID` for a name that cannot be a folder. */
export function sessionFolder(context: Pick<CommandContext, 'project' | 'cwd'>, id: string): SessionFolder {
  if (!ID.test(id) || id.length > 60) {
    throw new UsageError({
      code: 'SESSION_ID',
      message: `"${id}" cannot be the name of a session.`,
      hint: 'Use small letters, digits and hyphens, at most 60.',
      meta: { id },
    })
  }
  const path = join(sessionsFolder(context), id)
  return {
    path,
    descriptor: join(path, 'session.json'),
    journal: join(path, 'journal.sqlite'),
    status: join(path, 'status.json'),
    events: join(path, 'events.ndjson'),
    control: join(path, 'control.sqlite'),
    halt: join(path, 'halted'),
  }
}

/** Names of the sessions of a project, also of those whose files cannot be read. */
export function sessionIds(context: Pick<CommandContext, 'project' | 'cwd'>): readonly string[] {
  const root = sessionsFolder(context)
  if (!existsSync(root)) return []
  return readdirSync(root)
    .filter((id) => ID.test(id) && existsSync(join(root, id, 'session.json')))
    .sort()
}

/** @throws UsageError `SESSION_UNKNOWN`; KestrelError `SESSION_DAMAGED`. */
export function readDescriptor(context: Pick<CommandContext, 'project' | 'cwd'>, id: string): SessionDescriptor {
  const { descriptor } = sessionFolder(context, id)
  if (existsSync(descriptor)) return readDocument<SessionDescriptor>(descriptor, ['id', 'mode', 'instruments'])
  const known = sessionIds(context)
  throw new UsageError({
    code: 'SESSION_UNKNOWN',
    message: `There is no session "${id}" in ${sessionsFolder(context)}.`,
    hint:
      didYouMean(id, known) ??
      (known.length === 0 ? 'Start one: kestrel paper STRATEGY' : `There are ${known.join(', ')}.`),
    meta: { id, known },
  })
}

/**
 * Reads a file that this program wrote.
 *
 * @throws KestrelError `SESSION_DAMAGED` for one that is no JSON object or has lost a key.
 */
export function readDocument<T>(path: string, keys: readonly (keyof T & string)[]): T {
  let problem: string
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const missing = typeof value === 'object' && value !== null ? keys.find((key) => !(key in value)) : 'all'
    if (missing === undefined) return value as T
    problem = missing === 'all' ? 'it is no object' : `it has no ${missing}`
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error)
  }
  throw damaged(path, problem)
}

export function damaged(path: string, problem: string): KestrelError {
  return new KestrelError({
    code: 'SESSION_DAMAGED',
    message: `${path} is damaged: ${problem}. Nothing was changed.`,
    hint: 'Bring it back from a copy, or start a session with another name (--id) once the account is as you want it.',
    meta: { path },
  })
}

/** Writes a file whole: to a temporary name, then renamed. */
export function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, text, { mode: 0o600 })
  renameSync(temporary, path)
}
