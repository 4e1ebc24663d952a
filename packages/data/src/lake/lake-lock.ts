import { constants } from 'node:fs'
import { copyFile, link, mkdir, open, readFile, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { type Clock, DataError, isoTime } from '@kestrel/core'

import { removeTemporaries, temporaryPath } from '../files/atomic-file.ts'
import { diskError } from '../files/disk-error.ts'
import { isAlive, type ProcessIdentity, thisProcess } from './process-identity.ts'

interface Holder extends ProcessIdentity {
  readonly sinceMs: number
}

const LOCK_FILE = '.lock'
const TAKEOVER = '.lock-takeover'
/** Age beyond which a take-over that was begun counts as given up. It lasts a millisecond when all is well. */
const TAKEOVER_MS = 10_000

/** Writers of this thread, one after the other for each lake. */
const queues = new Map<string, Promise<unknown>>()

/**
 * Runs `use` as the only writer of a lake.
 *
 * Callers in this thread wait for each other. A writer elsewhere is refused at once, unless its process has ended, in
 * which case its lock is taken over. Readers need no lock.
 *
 * @throws DataError `DATA_LAKE_BUSY` while another process or thread writes.
 */
export async function withLakeLock<T>(lakeFolder: string, clock: Clock, use: () => Promise<T>): Promise<T> {
  const before = queues.get(lakeFolder) ?? Promise.resolve()
  const turn = before.then(async () => holdLock(lakeFolder, clock, use))
  const settled = turn.catch(() => undefined)
  queues.set(lakeFolder, settled)
  try {
    return await turn
  } finally {
    if (queues.get(lakeFolder) === settled) queues.delete(lakeFolder)
  }
}

async function holdLock<T>(lakeFolder: string, clock: Clock, use: () => Promise<T>): Promise<T> {
  const path = join(lakeFolder, LOCK_FILE)
  try {
    await mkdir(lakeFolder, { recursive: true })
    await acquire(lakeFolder, path, clock)
  } catch (error) {
    throw diskError(error, `Locking the lake ${lakeFolder}`)
  }
  try {
    await removeTemporaries(lakeFolder)
    return await use()
  } finally {
    await rm(path, { force: true })
  }
}

async function acquire(lakeFolder: string, path: string, clock: Clock): Promise<void> {
  const mine: Holder = { ...thisProcess(), sinceMs: clock.nowMs() }
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await create(path, JSON.stringify(mine))) return
    const holder = await readHolder(path)
    if (holder !== undefined && isAlive(holder)) throw busy(lakeFolder, holder)
    if (!(await removeStale(lakeFolder, path))) await sleep(20)
  }
  throw busy(lakeFolder, await readHolder(path))
}

/** Makes the lock file with its content in one step: it appears whole, and only where there was none. */
async function create(path: string, content: string): Promise<boolean> {
  const temporary = temporaryPath(path)
  try {
    const handle = await open(temporary, 'wx')
    try {
      await handle.writeFile(content)
    } finally {
      await handle.close()
    }
    await link(temporary, path).catch(async (error: NodeJS.ErrnoException) => {
      // File systems without hard links.
      if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(error.code ?? '')) throw error
      await copyFile(temporary, path, constants.COPYFILE_EXCL)
    })
    return true
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    // ENOENT: a writer that came first has tidied the folder and taken our temporary file for a leftover.
    if (code === 'EEXIST' || code === 'ENOENT') return false
    throw error
  } finally {
    await rm(temporary, { force: true })
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  const json = await readFile(path, 'utf8').catch(() => undefined)
  if (json === undefined) return undefined
  try {
    const holder = JSON.parse(json) as Partial<Holder>
    if (typeof holder.pid !== 'number' || typeof holder.host !== 'string') return undefined
    return { pid: holder.pid, host: holder.host, started: holder.started ?? '', sinceMs: holder.sinceMs ?? 0 }
  } catch {
    return undefined
  }
}

/**
 * Removes the lock of a dead process. Under a second lock, so that two who find it dead do not remove each other's.
 *
 * @returns False where someone else is at it.
 */
async function removeStale(lakeFolder: string, path: string): Promise<boolean> {
  const guard = join(lakeFolder, TAKEOVER)
  try {
    await mkdir(guard)
  } catch {
    const since = await stat(guard).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    )
    // Compared with another file's time on the same disk: no clock of ours is asked.
    const probe = temporaryPath(path)
    const handle = await open(probe, 'wx')
    const { mtimeMs } = await handle.stat()
    await handle.close()
    await rm(probe, { force: true })
    if (since !== undefined && mtimeMs - since > TAKEOVER_MS) await rmdir(guard).catch(() => undefined)
    return false
  }
  try {
    const holder = await readHolder(path)
    if (holder === undefined || !isAlive(holder)) await rm(path, { force: true })
    return true
  } finally {
    await rmdir(guard).catch(() => undefined)
  }
}

function busy(lakeFolder: string, holder: Holder | undefined): DataError {
  const who =
    holder === undefined
      ? 'another process'
      : `process ${holder.pid}${holder.host === thisProcess().host ? '' : ` on ${holder.host}`} since ${isoTime(holder.sinceMs)}`
  return new DataError({
    code: 'DATA_LAKE_BUSY',
    message: `The lake ${lakeFolder} is being written by ${who}; nothing was changed.`,
    hint: `Wait for it to finish and run the same command again. If no such process is running, delete ${join(lakeFolder, LOCK_FILE)}.`,
    meta: {
      lakeFolder,
      ...(holder === undefined ? {} : { pid: holder.pid, host: holder.host, sinceMs: holder.sinceMs }),
    },
    retry: 'safe',
  })
}
