import { chmodSync, statSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { UsageError } from '@kestrel/core'

/** Reading and writing by the owner only. */
const PRIVATE_MODE = 0o600

/**
 * Writes a file that only its owner may read: whole or not at all, also across a loss of power. The folder is made with
 * the same care.
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const temporary = join(folder, `.${basename(path)}.${process.pid}.new`)
  await rm(temporary, { force: true })
  // `wx` so that no link that somebody laid there is followed.
  const file = await open(temporary, 'wx', PRIVATE_MODE)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  // The umask may have taken more, never less; a file system that ignores modes is told apart when it is read.
  chmodSync(temporary, PRIVATE_MODE)
  await rename(temporary, path)
  const directory = await open(folder, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/**
 * Refuses a file that others than its owner may read or write, or that belongs to somebody else.
 *
 * @param what - `The key file`, as the message begins
 * @throws UsageError `FILE_PERMISSIONS` with the command that mends it
 */
export function refuseOpenFile(path: string, what: string): void {
  // Windows has no such bits; its files carry lists that Node does not show.
  if (process.platform === 'win32') return
  const { mode, uid } = statSync(path)
  const bits = mode & 0o777
  if ((bits & 0o077) !== 0) {
    throw new UsageError({
      code: 'FILE_PERMISSIONS',
      message: `${what} ${path} may be read by others (mode ${bits.toString(8).padStart(3, '0')}). It was not used.`,
      hint: `chmod 600 ${path}`,
      meta: { path, mode: bits.toString(8) },
    })
  }
  const own = process.getuid?.()
  if (own !== undefined && own !== 0 && uid !== own) {
    throw new UsageError({
      code: 'FILE_OWNER',
      message: `${what} ${path} belongs to another user. It was not used.`,
      hint: `chown ${own} ${path}`,
      meta: { path },
    })
  }
}
