import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { documentOf } from './acceptance/run-command.ts'
import { kestrel, workFolder } from './kestrel-process.ts'

let folder: string
const MARKET = ['--instrument', 'BTC-USDT.SYNTHETIC', '--timeframe', '1h']
const RUN = ['backtest', 'sma-cross', '--param', 'fast=5', '--param', 'slow=20', ...MARKET, '--no-band']

interface Run {
  readonly runDir: string
  readonly metrics: { readonly trades: number }
}

const run = (...flags: string[]): Promise<Run> => documentOf<Run>(folder, [...RUN, ...flags])
const manifest = ({ runDir }: Run) =>
  JSON.parse(readFileSync(resolve(folder, runDir, 'manifest.json'), 'utf8')) as {
    config: { protections: unknown[] }
    hashes: { log: string }
  }

beforeAll(async () => {
  folder = workFolder()
  // A project from the start, so that all runs read one lake.
  writeFileSync(join(folder, 'kestrel.config.json'), '{}')
  await documentOf(folder, ['data', 'generate', ...MARKET, '--bars', '2000', '--seed', '3'])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('protections of the command line and of the settings are the same, and stand in manifest and report', async () => {
  const free = await run('--no-report')
  const byFlag = await run('--protect', 'cooldown:pause=2d', '--protect', 'session-hours:windows=mon-fri@06:00-20:00')
  const settings = {
    backtest: {
      protections: [
        { kind: 'cooldown', pause: '2d' },
        { kind: 'session-hours', windows: ['mon-fri@06:00-20:00'] },
      ],
    },
  }
  writeFileSync(join(folder, 'kestrel.config.json'), JSON.stringify(settings))
  const bySettings = await run('--no-report')

  expect(manifest(byFlag).config.protections).toEqual([
    { kind: 'cooldown', after: 'trade', pause: '2d', scope: 'instrument' },
    { kind: 'session-hours', windows: ['mon-fri@06:00-20:00'] },
  ])
  expect(manifest(bySettings).hashes.log).toBe(manifest(byFlag).hashes.log)
  expect(byFlag.metrics.trades).toBeLessThan(free.metrics.trades)
  const report = readFileSync(resolve(folder, byFlag.runDir, 'report.html'), 'utf8')
  expect(report).toContain('Entries are stopped, exits never: cooldown:after=trade,pause=2d,scope=instrument')
  expect(report).toContain('--protect session-hours:windows=mon-fri@06:00-20:00')
})

test.each([
  ['nap:pause=2d', 'KERNEL_PROTECTION'],
  ['cooldown:pause=2x', 'KERNEL_PROTECTION'],
  ['drawdown-pause:limit=15', 'KERNEL_PROTECTION'],
])('--protect %s is refused with exit code 2', async (text, code) => {
  const { code: exitCode, stderr } = await kestrel(folder, [...RUN, '--protect', text, '--json'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain(code)
})
