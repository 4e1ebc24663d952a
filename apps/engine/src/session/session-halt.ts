import { existsSync, readFileSync, rmSync } from 'node:fs'
import { KestrelError, type TimeMs } from '@kestrel/core'
import { type SessionFolder, writeWhole } from './session-descriptor.ts'

/**
 * Why a session sends nothing: `halt` keeps what it holds, and can be taken back; `flatten` closed what it holds without it,
 * so that its books are no longer the account's.
 */
export type Halt = 'halt' | 'flatten'

/** Leaves the mark that a session looks at before each order. A flattened session stays one. */
export function writeHalt(folder: SessionFolder, kind: Halt, nowMs: TimeMs): void {
  const lasting = haltOf(folder) === 'flatten' ? 'flatten' : kind
  writeWhole(folder.halt, `${lasting} at ${nowMs}\n`)
}

/** There was nothing to close: the books still are the account's. */
export function takeBackFlatten(folder: SessionFolder, nowMs: TimeMs): void {
  writeWhole(folder.halt, `halt at ${nowMs}\n`)
}

/** Undefined where it may trade. */
export function haltOf({ halt }: SessionFolder): Halt | undefined {
  if (!existsSync(halt)) return undefined
  return readFileSync(halt, 'utf8').startsWith('flatten') ? 'flatten' : 'halt'
}

/**
 * Lets a session trade again.
 *
 * @throws KestrelError `SESSION_FLATTENED` where its positions were closed without it.
 */
export function liftHalt(folder: SessionFolder, id: string): void {
  if (haltOf(folder) === 'flatten') throw flattened(id)
  rmSync(folder.halt, { force: true })
}

/** @throws KestrelError `SESSION_HALTED`, `SESSION_FLATTENED`. */
export function requireNoHalt(folder: SessionFolder, id: string): void {
  const halt = haltOf(folder)
  if (halt === undefined) return
  if (halt === 'flatten') throw flattened(id)
  throw new KestrelError({
    code: 'SESSION_HALTED',
    message: `The session ${id} was halted from outside. Nothing was started.`,
    hint: `Look at the account, then let it trade again: kestrel bot resume ${id}`,
    meta: { session: id },
  })
}

function flattened(id: string): KestrelError {
  return new KestrelError({
    code: 'SESSION_FLATTENED',
    message: `What ${id} held was closed without it (kestrel bot flatten): its books are not the account's any more, and it would trade on positions that are gone. Nothing was started.`,
    hint: 'Begin another session on the account: the same command with another name, --id NAME. This one can still be looked at.',
    meta: { session: id },
  })
}
