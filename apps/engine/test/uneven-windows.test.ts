import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readParquetColumns } from '@kestrel/data'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kestrel, workFolder } from './kestrel-process.ts'

// BTC ends after 500 hours, SOL begins 200 hours later than BTC and ends after 1,200.
const BTC_END = '2023-01-21T20:00:00Z'
const SOL_START = '2023-01-09T08:00:00Z'
const RUN_END = '2023-02-20T00:00:00Z'
const BOTH = ['backtest', 'buy-and-hold', '--instrument', 'BTC-USDT.SYNTHETIC', '--instrument', 'SOL-USDT.SYNTHETIC']

/** Holds the first instrument, and tries to sell it once its bars have ended. */
const LATE_SELLER = `import { defineStrategy, z } from 'kestrel'

export default defineStrategy({
  name: 'late-seller',
  about: 'For a test.',
  params: z.object({}),
  start({ instruments, bars, target }) {
    for (const each of instruments) bars(each)
    const [first] = instruments
    let slices = 0
    return {
      onSlice() {
        slices += 1
        if (slices === 1) target(first, 0.5)
        if (slices === 600) target(first, 0)
      },
    }
  },
})
`

let folder: string

beforeAll(async () => {
  folder = workFolder()
  const make = ['data', 'generate', '--timeframe', '1h', '--instrument']
  await kestrel(folder, [...make, 'BTC-USDT.SYNTHETIC', '--bars', '500', '--from', '2023-01-01'])
  await kestrel(folder, [...make, 'SOL-USDT.SYNTHETIC', '--bars', '1000', '--from', '2023-01-09T08:00'])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('instruments that end or begin inside the run are told on the terminal, in the document and in the report', async () => {
  const plain = await kestrel(folder, [...BOTH, '--timeframe', '1h', '--to', '2024-01-01'])
  expect(plain.code).toBe(0)
  const said = plain.stderr.replaceAll(/\s+/g, ' ')
  const texts = [
    `the bars end at ${RUN_END}, not 2024-01-01T00:00:00Z.`,
    `BTC-USDT.SYNTHETIC has no bars from ${BTC_END} to ${RUN_END}: a position in it is valued at the last close`,
    `SOL-USDT.SYNTHETIC has no bars from 2023-01-01T00:00:00Z to ${SOL_START}`,
  ]
  for (const text of texts) expect(said).toContain(text)

  const json = await kestrel(folder, [...BOTH, '--timeframe', '1h', '--json'])
  const { warnings, runDir } = JSON.parse(json.stdout) as {
    warnings: { code: string; message: string }[]
    runDir: string
  }
  const absent = warnings.filter(({ code }) => code === 'instrument-absent').map(({ message }) => message)
  expect(absent).toHaveLength(2)
  expect(warnings.map(({ code }) => code)).not.toContain('window-shortened')
  const report = readFileSync(join(runDir, 'report.html'), 'utf8')
  for (const message of absent) expect(report).toContain(message)
})

test('nothing fills where an instrument has no bars, and its position keeps its last value', async () => {
  writeFileSync(join(folder, 'late-seller.ts'), LATE_SELLER)
  const args = [
    'backtest',
    './late-seller.ts',
    ...BOTH.slice(2),
    '--timeframe',
    '1h',
    '--json',
    '--no-report',
    '--no-band',
  ]
  const { stdout } = await kestrel(folder, args)
  const { runDir } = JSON.parse(stdout) as { runDir: string }
  const fills = await readParquetColumns(join(runDir, 'fills.parquet'))
  expect(fills['side']).toEqual(['buy'])
  const equity = await readParquetColumns(join(runDir, 'equity.parquet'))
  const times = [...(equity['time_ms'] ?? [])].map(Number)
  expect(times.at(-1)).toBe(Date.parse(RUN_END))
  const after = [...(equity['equity'] ?? [])].filter((_, i) => (times[i] as number) >= Date.parse(BTC_END))
  expect(after).toHaveLength(701)
  expect(new Set(after).size).toBe(1)
})
