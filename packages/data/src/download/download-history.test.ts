import { ManualClock } from '@kestrel/core'
import { expect, onTestFinished, test } from 'vitest'
import { refusal, temporaryFolder, temporaryLake } from '../../test/temporary-lake.ts'
import { hourlyRow, ScriptedSource } from '../../test/scripted-source.ts'
import { type Lake, openLake } from '../lake/lake.ts'
import { normaliseBars } from '../normalise/normalise-bars.ts'
import { downloadHistory } from './download-history.ts'
import type { HistoryRow } from './history-kind.ts'

const HOUR_MS = 3_600_000
const START = Date.UTC(2024, 0, 1)
const NOW = START + 100 * HOUR_MS + 720_000
const REQUEST = { instrument: 'BTC-USDT.SCRIPTED', kind: 'bars', timeframe: '1h' } as const
const KEY = { instrument: REQUEST.instrument, kind: 'bars', timeframe: '1h' } as const

const hour = (n: number): number => START + n * HOUR_MS
const clock = new ManualClock(NOW)

async function hoursIn(lake: Lake): Promise<number[]> {
  const { bars } = await lake.loadBars(REQUEST.instrument, '1h')
  for (const [i, openTimeMs] of bars.openTimeMs.entries()) expect(bars.close[i]).toBe(hourlyRow(openTimeMs)[4])
  return [...bars.openTimeMs].map((ms) => (ms - START) / HOUR_MS)
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

async function importHours(lake: Lake, hours: readonly number[], change: (row: HistoryRow) => HistoryRow = (r) => r) {
  const rows = hours.map((n) => change(hourlyRow(hour(n))))
  const column = (k: number): Float64Array => Float64Array.from(rows, (row) => row[k] as number)
  const raw = {
    openTimeMs: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  }
  const { bars, ledger } = normaliseBars(raw, HOUR_MS, { what: 'a file', source: 'file.csv' })
  await lake.write({ key: KEY, table: bars, ledger, source: { name: 'file.csv', format: 'csv' }, sparse: false })
}

test('stores what has closed by the clock of the venue, and asks for it once', async () => {
  const lake = temporaryLake()
  const source = new ScriptedSource(NOW)
  const first = await downloadHistory(lake, source, { ...REQUEST, fromMs: hour(0) }, { clock })
  expect(first).toMatchObject({ added: 100, identical: 0, rows: 100, window: { fromMs: hour(0), toMs: hour(100) } })
  expect(await hoursIn(lake)).toEqual(range(0, 100))
  const again = await downloadHistory(lake, source, { ...REQUEST, fromMs: hour(0) }, { clock })
  expect(again).toMatchObject({ added: 0, rows: 0, pages: 0, asked: [] })
  source.now = hour(103) + 1_000
  // The 102nd closed a second ago, and the venue may still be at it.
  const later = await downloadHistory(lake, source, REQUEST, { clock })
  expect(later).toMatchObject({ added: 2, asked: [{ fromMs: hour(100), toMs: hour(102) }] })
  expect(source.requests.at(-1)?.after?.[0]).toBe(hour(99))
})

test.each(range(0, 12))('a failure at page %i keeps the pages before, and the next call goes on', async (failing) => {
  const lake = temporaryLake()
  const source = new ScriptedSource(NOW)
  source.onPage = (page) => {
    if (page === failing) throw new Error('the network is gone')
  }
  const request = { ...REQUEST, fromMs: hour(0) }
  const outcome = await downloadHistory(lake, source, request, { clock }).then(
    () => 'whole',
    () => 'failed',
  )
  expect(outcome).toBe(failing < 11 ? 'failed' : 'whole')
  // Ten rows in the first page and nine new ones in each of the others.
  const stored = (await lake.find(KEY))?.rows ?? 0
  expect(stored).toBe(failing === 0 ? 0 : Math.min(100, 1 + 9 * failing))
  source.onPage = () => undefined
  const report = await downloadHistory(lake, source, request, { clock })
  expect(report.added).toBe(100 - stored)
  expect(await hoursIn(lake)).toEqual(range(0, 100))
  expect(report.record.ledger).toEqual([])
})

test('a process that dies between a page and its write loses that page alone', async () => {
  const folder = temporaryFolder()
  const opened = (): Lake => {
    const lake = openLake(folder, { clock })
    onTestFinished(async () => lake.close())
    return lake
  }
  const lake = opened()
  const source = new ScriptedSource(NOW)
  let writes = 0
  const dying: Lake = {
    ...lake,
    write: async (...args) => {
      writes += 1
      if (writes >= 4) throw new Error('killed')
      return lake.write(...args)
    },
  }
  const request = { ...REQUEST, fromMs: hour(0) }
  await expect(downloadHistory(dying, source, request, { clock })).rejects.toThrow('killed')
  expect(await hoursIn(lake)).toEqual(range(0, 28))
  await downloadHistory(opened(), source, request, { clock })
  expect(source.requests.at(-1)).toMatchObject({ fromMs: hour(28), after: hourlyRow(hour(27)) })
  expect(await hoursIn(opened())).toEqual(range(0, 100))
})

test('Ctrl-C stores what was joined and ends with INTERRUPTED', async () => {
  const lake = temporaryLake()
  const source = new ScriptedSource(NOW)
  const controller = new AbortController()
  source.onPage = (page) => {
    if (page === 3) controller.abort()
  }
  const { signal } = controller
  await expect(downloadHistory(lake, source, { ...REQUEST, fromMs: hour(0) }, { clock, signal })).rejects.toThrow(
    expect.objectContaining({ code: 'INTERRUPTED', retry: 'safe' }),
  )
  expect(await hoursIn(lake)).toEqual(range(0, 37))
})

test('writes of a large dataset are drawn together, and none is lost when the pages end early', async () => {
  const lake = temporaryLake()
  const source = new ScriptedSource(START + 3_000 * HOUR_MS + 720_000, 10)
  let writes = 0
  const counting: Lake = { ...lake, write: async (...args) => ((writes += 1), lake.write(...args)) }
  source.onPage = (page) => {
    if (page === 300) throw new Error('the network is gone')
  }
  const request = { ...REQUEST, fromMs: hour(0) }
  await expect(downloadHistory(counting, source, request, { clock })).rejects.toThrow('gone')
  expect(await hoursIn(lake)).toEqual(range(0, 2_701))
  expect(writes).toBeLessThan(130)
})

test('an earlier start is downloaded in front of what is stored; stopped half-way, the rest is known to be missing', async () => {
  const lake = temporaryLake()
  const source = new ScriptedSource(NOW)
  await downloadHistory(lake, source, { ...REQUEST, fromMs: hour(60), toMs: hour(80) }, { clock })
  source.onPage = (page) => {
    if (page === 2) throw new Error('the network is gone')
  }
  await expect(downloadHistory(lake, source, { ...REQUEST, fromMs: hour(0) }, { clock })).rejects.toThrow('gone')
  expect(await hoursIn(lake)).toEqual([...range(0, 19), ...range(60, 80)])
  expect((await lake.find(KEY))?.ledger).toMatchObject([
    { kind: 'missing', fromMs: hour(19), toMs: hour(60), reason: 'no row in the source' },
  ])
  source.onPage = () => undefined
  const report = await downloadHistory(lake, source, { ...REQUEST, fromMs: hour(0) }, { clock })
  expect(report.asked).toEqual([
    { fromMs: hour(19), toMs: hour(60) },
    { fromMs: hour(80), toMs: hour(100) },
  ])
  expect(await hoursIn(lake)).toEqual(range(0, 100))
  expect(report.record.ledger).toEqual([])
})

test('holes of an imported file are asked for; those of the venue get its word and are not asked for again', async () => {
  const lake = temporaryLake()
  await importHours(lake, [...range(0, 20), ...range(25, 40), ...range(44, 100)])
  const source = new ScriptedSource(NOW)
  for (const n of range(40, 44)) source.absent.add(hour(n))
  const report = await downloadHistory(lake, source, { ...REQUEST, fromMs: hour(0) }, { clock })
  expect(report).toMatchObject({
    added: 5,
    asked: [
      { fromMs: hour(20), toMs: hour(25) },
      { fromMs: hour(40), toMs: hour(44) },
    ],
  })
  expect(report.record.ledger).toMatchObject([
    {
      kind: 'missing',
      fromMs: hour(40),
      toMs: hour(44),
      reason: 'scripted has no bar; asked twice',
      source: 'scripted',
    },
  ])
  const again = await downloadHistory(lake, source, { ...REQUEST, fromMs: hour(0) }, { clock })
  expect(again).toMatchObject({ asked: [], added: 0 })
})

test('a file that contradicts the venue at the seam is refused, or replaced where one says so', async () => {
  const lake = temporaryLake()
  await importHours(lake, range(0, 30), (row) => row.with(5, (row[5] as number) + 1))
  const source = new ScriptedSource(NOW)
  const error = await refusal(downloadHistory(lake, source, { ...REQUEST, fromMs: hour(0) }, { clock }))
  expect(error).toMatchObject({ code: 'DATA_PAGE_OVERLAP', hint: expect.stringContaining('--on-conflict replace') })
  expect((await lake.find(KEY))?.rows).toBe(30)
  const request = { ...REQUEST, fromMs: hour(0), onConflict: 'replace' } as const
  const report = await downloadHistory(lake, source, request, { clock })
  expect(report).toMatchObject({ added: 70, replaced: 30, kept: 0 })
  expect(await hoursIn(lake)).toEqual(range(0, 100))
})

test('a second writer is waited for', async () => {
  const lake = temporaryLake()
  let refused = 0
  const busy: Lake = {
    ...lake,
    write: async (...args) => {
      if (refused++ > 0) return lake.write(...args)
      throw Object.assign(await refusal(lake.loadBars('X-Y.Z', '1h')), { code: 'DATA_LAKE_BUSY' })
    },
  }
  const request = { ...REQUEST, fromMs: hour(0), toMs: hour(10) }
  expect((await downloadHistory(busy, new ScriptedSource(NOW), request, { clock })).added).toBe(10)
})

test.each([
  ['no start and nothing stored', {}, 'DOWNLOAD_FROM'],
  ['a start in the future', { fromMs: NOW + HOUR_MS }, 'DOWNLOAD_WINDOW'],
  ['a window without a finished bar', { fromMs: hour(100) }, 'DOWNLOAD_WINDOW'],
])('%s is refused', async (_, window, code) => {
  const download = downloadHistory(temporaryLake(), new ScriptedSource(NOW), { ...REQUEST, ...window }, { clock })
  await expect(download).rejects.toThrow(expect.objectContaining({ name: 'UsageError', code }))
})

test('a venue that has nothing there is told from one that was not asked', async () => {
  const source = new ScriptedSource(NOW)
  for (const n of range(0, 100)) source.absent.add(hour(n))
  const error = await refusal(downloadHistory(temporaryLake(), source, { ...REQUEST, fromMs: hour(0) }, { clock }))
  expect(error).toMatchObject({ code: 'DATA_NONE_AT_VENUE', meta: { venue: 'scripted' } })
})
