import { chmodSync, closeSync, openSync, statSync } from 'node:fs'
import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite'

const PRIVATE_MODE = 0o600
const OTHERS = 0o077

/**
 * Opens an SQLite file that only its owner may read, made where absent; one of before that others may read is taken from them.
 * What SQLite lays beside it has the same rights.
 */
export function openPrivateDatabase(path: string, options: DatabaseSyncOptions = {}): DatabaseSync {
  if (path !== ':memory:') {
    try {
      // Never opened where it is there: closing it would end the locks that this process has on it.
      closeSync(openSync(path, 'wx', PRIVATE_MODE))
    } catch {
      // It is there, or SQLite says what is wrong.
    }
    for (const each of [path, `${path}-wal`, `${path}-shm`]) makePrivate(each)
  }
  return new DatabaseSync(path, options)
}

/**
 * Takes the rights of others to a file or folder away. One that is somebody else's, or on a file system without rights, stays
 * as it is.
 *
 * @param mode - What the owner may.
 */
export function makePrivate(path: string, mode = PRIVATE_MODE): void {
  try {
    if ((statSync(path).mode & OTHERS) !== 0) chmodSync(path, mode)
  } catch {
    // Not there, or not ours.
  }
}
