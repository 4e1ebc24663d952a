import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { Journal, journalledRisk, riskLimitsSchema, type RiskMemory } from '../src/index.ts'

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

describe('what limits remember', () => {
  const clock = { nowMs: () => T0 }
  const limits = riskLimitsSchema.parse({ drawdown: { at: 0.1 } })
  const HALTED = { status: 'halted', reason: 'drawdown', peakEquity: 1_000, dayStartMs: null, losses: 2 }
  const opened = (path: string): [Journal, RiskMemory] => {
    const journal = new Journal(path)
    return [journal, journalledRisk(limits, journal, clock).memory]
  }

  test('is a row of the chain: one that was changed shows', () => {
    const path = newPath()
    const journal = new Journal(path)
    journalledRisk(limits, journal, clock).reset(1_000)
    journal.append(T0, 'note:risk', HALTED)
    journal.close()
    const [again, memory] = opened(path)
    expect(memory).toMatchObject({ status: 'halted', losses: 2, dayStartMs: -Infinity, rejects: 0 })
    again.verify()
    again.close()
    tamper(path, `UPDATE entry SET body = replace(body, '"halted"', '"active"') WHERE kind = 'note:risk'`)
    const changed = new Journal(path)
    expect(() => changed.verify()).toThrow(expect.objectContaining({ code: 'LIVE_JOURNAL_BROKEN' }))
    changed.close()
  })

  test('that a journal of before has beside its rows is taken into the chain, and counts no more', () => {
    const path = newPath()
    new Journal(path).close()
    tamper(path, `INSERT INTO state VALUES ('risk', '${JSON.stringify(HALTED)}')`)
    opened(path)[0].close()
    tamper(path, `UPDATE state SET value = '{"status":"active"}' WHERE key = 'risk'`)
    const [journal, memory] = opened(path)
    expect(memory.status).toBe('halted')
    journal.close()
  })

  test.each(['{broken', '5', '{"status":"fine"}', '{"losses":-1}', '{"sentMs":"now"}'])(
    'is not read from %s',
    (text) => {
      const path = newPath()
      new Journal(path).close()
      tamper(path, `INSERT INTO state VALUES ('risk', '${text}')`)
      const journal = new Journal(path)
      expect(() => journalledRisk(limits, journal, clock)).toThrow(expect.objectContaining({ code: 'LIVE_JOURNAL' }))
      journal.close()
    },
  )
})
