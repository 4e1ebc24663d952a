import { rmSync } from 'node:fs'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Start of the name of a file that is being written. Readers pass over these, and the next writer removes them. */
export const TEMPORARY_PREFIX = '.tmp-'

let counter = 0

/** A name in the same folder that nobody else uses, in this process or another. */
export function temporaryPath(path: string): string {
  counter += 1
  return join(
    dirname(path),
    `${TEMPORARY_PREFIX}${process.pid}-${counter}-${crypto.randomUUID().slice(0, 8)}-${basename(path)}`,
  )
}

export interface AtomicOptions {
  /**
   * Bring the content to the disk before the rename. Default true; false only for files that are checked when they are read
   * and can be made anew, because a power cut may leave such a file empty.
   */
  readonly sync?: boolean
}

/**
 * Makes a file whole or not at all: `write` fills a temporary file, which is synced and then renamed to `path`.
 *
 * A crash or failure at any point leaves what stood at `path` before; on failure the temporary file is removed.
 */
export async function writeAtomically(
  path: string,
  write: (temporary: string) => Promise<void>,
  { sync = true }: AtomicOptions = {},
): Promise<void> {
  const temporary = temporaryPath(path)
  removeAtExit(temporary)
  try {
    await write(temporary)
    if (sync) await syncFile(temporary)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  } finally {
    unfinished.delete(temporary)
  }
  if (sync) await syncFolder(dirname(path))
}

/** Files that are being written. */
const unfinished = new Set<string>()
let watchesExit = false

/** Nobody clears up beside a file that a user named, so a process that is ended by Ctrl-C does it on its way out. */
function removeAtExit(temporary: string): void {
  unfinished.add(temporary)
  if (watchesExit) return
  watchesExit = true
  process.on('exit', () => {
    for (const path of unfinished) rmSync(path, { force: true })
  })
}

/** {@link writeAtomically} of a text. */
export async function writeTextAtomically(path: string, text: string): Promise<void> {
  await writeAtomically(path, async (temporary) => {
    const handle = await open(temporary, 'wx')
    try {
      await handle.writeFile(text)
    } finally {
      await handle.close()
    }
  })
}

/** Brings a file's content to the disk. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Brings renames within a folder to the disk. Systems that cannot open a folder do not need it. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined)
  if (handle === undefined) return
  try {
    await handle.sync().catch(() => undefined)
  } finally {
    await handle.close()
  }
}

/** Removes what a crashed writer left in a folder. Only for the holder of the lock on that folder. */
export async function removeTemporaries(folder: string): Promise<void> {
  const names: readonly string[] = await readdir(folder).catch(() => [])
  for (const name of names) if (name.startsWith(TEMPORARY_PREFIX)) await rm(join(folder, name), { force: true })
}
