import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { AccountLock, Journal, makePrivate, openPrivateDatabase } from '../src/index.ts'

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kestrel-private-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

/** Names and rights of the files of a folder. */
function rightsIn(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, modeOf(join(folder, name))]))
}

function written(path: string): Journal {
  const journal = new Journal(path)
  journal.append(1, 'input', { n: 1 })
  journal.commit()
  return journal
}

// Windows has no such bits.
describe.skipIf(process.platform === 'win32')('files of a session are their owner’s alone', () => {
  test('a journal that is begun, and what SQLite lays beside it', () => {
    const folder = newFolder()
    const before = process.umask(0)
    onTestFinished(() => void process.umask(before))
    const journal = written(join(folder, 'journal.sqlite'))
    expect(rightsIn(folder)).toEqual({ 'journal.sqlite': '600', 'journal.sqlite-wal': '600' })
    journal.close()
  })

  test('a journal of before that others may read, with what a crash left beside it', () => {
    const folder = newFolder()
    const path = join(folder, 'journal.sqlite')
    written(path).close()
    chmodSync(path, 0o644)
    writeFileSync(`${path}-wal`, '', { mode: 0o644 })
    const journal = new Journal(path)
    expect(journal.lastSeq).toBe(1)
    for (const mode of Object.values(rightsIn(folder))) expect(mode).toBe('600')
    journal.close()
  })

  test('the lock of an account, which still holds where somebody else tries', () => {
    const folder = newFolder()
    const lock = new AccountLock(folder, 'TEST-1', 'me')
    chmodSync(join(folder, 'TEST-1.lock'), 0o644)
    for (let tries = 0; tries < 2; tries++) {
      expect(() => new AccountLock(folder, 'TEST-1', 'you')).toThrow(
        expect.objectContaining({ code: 'LIVE_ACCOUNT_HELD' }),
      )
    }
    for (const mode of Object.values(rightsIn(folder))) expect(mode).toBe('600')
    lock.release()
  })

  test('a folder, and nothing that is not there', () => {
    const folder = newFolder()
    chmodSync(folder, 0o755)
    makePrivate(folder, 0o700)
    expect(modeOf(folder)).toBe('700')
    makePrivate(join(folder, 'none'))
    expect(readdirSync(folder)).toEqual([])
  })
})

test('a database in memory leaves no file', () => {
  openPrivateDatabase(':memory:').close()
  expect(existsSync(':memory:')).toBe(false)
})
