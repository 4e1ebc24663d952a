import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { KestrelError } from '@kestrel/core'

/** Why a file could not be written, for people. Other codes are faults of ours. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  EFBIG: 'the file would be too large',
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'it may not be written',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EISDIR: 'it is a folder',
}

/**
 * Writes a file that the user named, whole or not at all: `write` is given a temporary name beside it, which is renamed
 * at the end. A file that is there is replaced.
 *
 * @throws KestrelError `OUTPUT_FILE` where the file system refuses.
 */
export async function writeOutputFile(path: string, write: (temporary: string) => Promise<unknown>): Promise<void> {
  const temporary = `${path}.tmp-${process.pid}`
  try {
    await write(temporary)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw outputError(error, path)
  }
}

/**
 * Writes new files under a folder, made where it is absent: all of them or, where one cannot be written, none.
 *
 * @param files - Texts by path relative to `folder`.
 * @throws KestrelError `OUTPUT_FILE` where the file system refuses.
 */
export async function writeNewFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  const made = new Set<string>()
  try {
    for (const [path, text] of Object.entries(files)) {
      const target = join(folder, path)
      const absent = firstAbsent(dirname(target))
      if (absent !== undefined) made.add(absent)
      await mkdir(dirname(target), { recursive: true })
      // A file that is there already is not ours to remove.
      if (!existsSync(target)) made.add(target)
      await writeFile(target, text, { flag: 'wx' })
    }
  } catch (error) {
    for (const path of made) await rm(path, { recursive: true, force: true }).catch(() => undefined)
    throw outputError(error, folder)
  }
}

/** The outermost folder on the way to `folder` that does not exist. */
function firstAbsent(folder: string): string | undefined {
  if (existsSync(folder)) return undefined
  return firstAbsent(dirname(folder)) ?? folder
}

function outputError(error: unknown, path: string): unknown {
  const reason = REASONS[(error as NodeJS.ErrnoException).code ?? '']
  if (reason === undefined) return error
  return new KestrelError({
    code: 'OUTPUT_FILE',
    message: `${path} could not be written: ${reason}. Nothing was left behind.`,
    hint: 'Free some space or name another place, and run the same command again.',
    meta: { path },
    retry: 'safe',
    cause: error,
  })
}
