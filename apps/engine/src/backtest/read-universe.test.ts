import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readUniverse } from './read-universe.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kestrel-universe-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const EXPECTED = [
  { fromMs: Date.UTC(2023, 0, 1), members: ['A-USDT.X', 'B-USDT.X'] },
  { fromMs: Date.UTC(2023, 1, 1), members: ['B-USDT.X'] },
]

test('CSV and JSON give the same memberships, oldest first', () => {
  const csv = file(
    'u.csv',
    'instrument,weight,date\r\nB-USDT.X,1,2023-02-01\r\nA-USDT.X,1,2023-01-01\r\nB-USDT.X,1,2023-01-01\r\n',
  )
  expect(readUniverse(csv)).toEqual(EXPECTED)
  const rows = [
    { date: '2023-01-01', instrument: 'A-USDT.X' },
    { date: '2023-01-01', instrument: 'B-USDT.X' },
    { date: Date.UTC(2023, 1, 1), instrument: 'B-USDT.X' },
  ]
  expect(readUniverse(file('u.json', JSON.stringify(rows)))).toEqual(EXPECTED)
})

test.each([
  ['', 'has no columns date and instrument'],
  ['date,instrument\n', 'has no rows'],
  ['date,instrument\n2023-01-01,A-USDT.X\nsoon,A-USDT.X', 'row 2'],
  ['date,instrument\n2023-01-01,btc', 'row 1'],
])('%j is refused', (text, problem) => {
  expect(() => readUniverse(file('bad.csv', text))).toThrow(problem)
})

test('a file that is not there is said in plain words', () => {
  expect(() => readUniverse(join(folder, 'none.csv'))).toThrow(
    expect.objectContaining({
      code: 'UNIVERSE_FILE',
      message: 'The universe file none.csv cannot be read: there is no such file. Nothing was run.',
    }),
  )
})
