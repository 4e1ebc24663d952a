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
