import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Journal } from './journal.ts'

/** Copies after which the last one is taken as it is: its hashes still say whether it is whole. */
const TRIES = 5

/**
 * Reads a journal that another process may hold, from a copy of its files: whoever holds it, working or hanging, lets nobody in.
 *
 * @throws KestrelError `LIVE_JOURNAL` for a file that is no journal; what the file system and `read` throw.
 */
export function readJournalCopy<T>(path: string, read: (journal: Journal) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'kestrel-journal-'))
  try {
    const copy = join(folder, 'journal.sqlite')
    for (let tried = 1; tried <= TRIES; tried++) {
      const before = stateOf(path)
      copyFileSync(path, copy)
      if (statSync(`${path}-wal`, { throwIfNoEntry: false }) === undefined) rmSync(`${copy}-wal`, { force: true })
      else copyFileSync(`${path}-wal`, `${copy}-wal`)
      // Written to meanwhile, the two parts may not belong together.
      if (stateOf(path) === before) break
    }
    const journal = new Journal(copy)
    try {
      return read(journal)
    } finally {
      journal.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function stateOf(path: string): string {
  return [path, `${path}-wal`]
    .map((each) => statSync(each, { throwIfNoEntry: false }))
    .map((stats) => `${stats?.size} ${stats?.mtimeMs}`)
    .join()
}
