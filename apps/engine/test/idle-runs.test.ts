import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kestrel, workFolder, writeStrategy } from './kestrel-process.ts'

const MARKET = 'BTC-USDT.SYNTHETIC'
const RUN = ['--instrument', MARKET, '--timeframe', '1h', '--no-band', '--no-report', '--json']
let folder: string

beforeAll(async () => {
  folder = workFolder()
  const made = await kestrel(folder, ['data', 'generate', '--instrument', MARKET, '--bars', '100'])
  expect(made).toMatchObject({ code: 0 })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a run in which nothing happens says why', () => {
  test('bars without volume, and how to trade on them all the same', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => `${Date.UTC(2024, 0, 1) + i * 3_600_000},100,101,99,100,0`)
    writeFileSync(join(folder, 'silent.csv'), `ts,open,high,low,close,volume\n${rows.join('\n')}\n`)
    const id = 'SILENT-USD.TEST'
    expect(
      (await kestrel(folder, ['data', 'import', 'silent.csv', '--instrument', id, '--timeframe', '1h'])).code,
    ).toBe(0)
    const run = async (...flags: string[]) => {
      const file = writeStrategy(folder, 'once', "if (n === 1) submit({ instrument, side: 'buy', quantity: 1 })")
      const args = ['backtest', file, '--instrument', id, '--timeframe', '1h', '--no-band', '--json', ...flags]
      const { stdout } = await kestrel(folder, args)
      return JSON.parse(stdout) as { metrics: { fills: number }; warnings: { code: string; message: string }[] }
    }
    const capped = await run()
    expect(capped.warnings.find(({ code }) => code === 'no-volume')?.message).toContain('--volume-share none')
    const free = await run('--volume-share', 'none')
    expect(free.warnings.map(({ code }) => code)).not.toContain('no-volume')
  })

  test('a strategy that sends no order, and where it shows what it saw', async () => {
    const file = writeStrategy(folder, 'quiet', '')
    const result = await kestrel(folder, ['backtest', file, ...RUN])
    const { warnings } = JSON.parse(result.stdout) as { warnings: { code: string; message: string }[] }
    expect(warnings.find(({ code }) => code === 'no-orders')?.message).toContain('--decisions all')
  })
})
