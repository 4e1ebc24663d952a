import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { Journal } from '../src/index.ts'

const T0 = 1_704_067_200_000

function newPath(): string {
  return join(mkdtempSync(join(tmpdir(), 'kestrel-journal-')), 'journal.sqlite')
}

/** Changes the file behind the back of the journal. */
function tamper(path: string, sql: string): void {
  const db = new DatabaseSync(path)
  db.exec(sql)
  db.close()
}

test('a journal of another layout is named with both, and is left as it is', () => {
  const path = newPath()
  new Journal(path).close()
  tamper(path, `UPDATE state SET value = '2' WHERE key = 'layout'`)
  for (let i = 0; i < 2; i++) {
    expect(() => new Journal(path)).toThrow(
      expect.objectContaining({ code: 'LIVE_JOURNAL', message: expect.stringMatching(/layout is 2, .* writes 1/) }),
    )
  }
})

test('a head that was kept elsewhere shows rows that are missing, or others in their place', () => {
  const path = newPath()
  const journal = new Journal(path)
  for (let i = 0; i < 3; i++) journal.append(T0 + i, 'input', { i })
  // What is not on the disk yet may be lost, and is no head.
  expect(journal.head.seq).toBe(0)
  journal.commit()
  const { head } = journal
  expect(head).toMatchObject({ seq: 3, hash: expect.stringMatching(/^[0-9a-f]{64}$/) })
  journal.append(T0 + 3, 'input', { i: 3 })
  journal.close()
  const longer = new Journal(path)
  longer.requireHead(head)
  longer.close()
  tamper(path, 'DELETE FROM entry WHERE seq >= 3')
  const cut = new Journal(path)
  cut.verify()
  expect(() => cut.requireHead(head)).toThrow(expect.objectContaining({ code: 'LIVE_JOURNAL_BROKEN' }))
  cut.append(T0 + 2, 'input', { i: 'another' })
  expect(() => cut.requireHead(head)).toThrow(/row 3 is another one/)
  cut.close()
})
