import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { errorOf, kestrel, workFolder } from './kestrel-process.ts'

let folder: string
let runId: string

beforeAll(async () => {
  folder = workFolder()
  const market = ['--instrument', 'BTC-USDT.SYNTHETIC', '--timeframe', '1h']
  await kestrel(folder, ['data', 'generate', ...market, '--bars', '600'])
  const made = await kestrel(folder, ['backtest', 'buy-and-hold', ...market, '--no-band', '--json'])
  const document = JSON.parse(made.stdout) as { runId: string; runDir: string }
  runId = document.runId
  mkdirSync(join(folder, 'moved'))
  renameSync(document.runDir, join(folder, 'moved', 'the good one'))
  // Neither is a run.
  mkdirSync(join(folder, 'moved', 'notes'))
  mkdirSync(join(folder, 'moved', '.tmp-20230101T000000-x-1'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const MOVED = ['--runs-dir', 'moved']

test('a run folder that was renamed and moved is listed by its id, with the folder it lies in', async () => {
  const { stdout } = await kestrel(folder, ['runs', 'list', ...MOVED, '--json'])
  const { runs } = JSON.parse(stdout) as { runs: { runId: string; runDir: string }[] }
  expect(runs).toMatchObject([{ runId, runDir: join(folder, 'moved', 'the good one') }])
  expect(runs).toHaveLength(1)
})

test.each([
  ['its id', () => [runId, ...MOVED]],
  ['the start of its id', () => [runId.slice(0, 10), ...MOVED]],
  ['the name of its folder', () => ['the good one', ...MOVED]],
  ['last', () => ['last', ...MOVED]],
  ['its path', () => ['moved/the good one']],
  ['its absolute path', () => [join(folder, 'moved', 'the good one')]],
])('its report is found by %s', async (_, words) => {
  const { code, stdout, stderr } = await kestrel(folder, ['report', ...words()])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.trim()).toBe(join(folder, 'moved', 'the good one', 'report.html'))
})

test('two copies of a run are told apart by the names of their folders', async () => {
  cpSync(join(folder, 'moved', 'the good one'), join(folder, 'copies', 'a'), { recursive: true })
  cpSync(join(folder, 'moved', 'the good one'), join(folder, 'copies', 'b'), { recursive: true })
  const unclear = errorOf(await kestrel(folder, ['runs', 'show', runId, '--runs-dir', 'copies', '--json']))
  expect(unclear).toMatchObject({ code: 'RUN_UNKNOWN', hint: 'Write the name of the folder: a, b.' })
  const shown = await kestrel(folder, ['runs', 'show', 'b', '--runs-dir', 'copies', '--json'])
  const { run } = JSON.parse(shown.stdout) as { run: { runDir: string } }
  expect(basename(run.runDir)).toBe('b')
})

test('a path without a run, and a run folder without its files, are refused', async () => {
  const none = errorOf(await kestrel(folder, ['report', 'moved/notes', '--json']))
  expect(none.code).toBe('RUN_UNKNOWN')
  const broken = join(folder, 'broken', '20230101T000000-x-abcdef')
  mkdirSync(broken, { recursive: true })
  writeFileSync(join(broken, 'manifest.json'), '{')
  expect(errorOf(await kestrel(folder, ['report', 'last', '--runs-dir', 'broken', '--json'])).code).toBe('RUN_BROKEN')
})
