import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { errorOf, kestrel, workFolder, writeStrategy } from '../kestrel-process.ts'
import { documentOf } from './run-command.ts'

// What a strategy may do beside throwing from a callback: each ends in one message with its place, and leaves no run.
const MARKET = ['--instrument', 'BTC-USDT.SYNTHETIC', '--timeframe', '1h', '--no-band', '--no-report', '--json']
let folder: string

beforeAll(async () => {
  folder = workFolder()
  await documentOf(folder, ['data', 'generate', '--instrument', 'BTC-USDT.SYNTHETIC', '--bars', '500'])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a strategy file that must end the run with 1. */
async function failed(file: string, more: readonly string[] = []) {
  const result = await kestrel(folder, ['backtest', file, ...MARKET, ...more])
  expect(result).toMatchObject({ code: 1, stdout: '' })
  expect(result.stderr.match(/^Error: /gm)).toHaveLength(1)
  const runs = join(folder, '.kestrel', 'runs')
  expect(existsSync(runs) ? readdirSync(runs) : []).toEqual([])
  return errorOf(result)
}

test.each([
  [
    'a promise that fails',
    "if (n === 50) void Promise.reject(new Error('later'))",
    'STRATEGY_UNCAUGHT',
    ['later', ':13'],
  ],
  [
    'an error from a timer',
    "if (n === 50) setTimeout(() => { throw new Error('tick') }, 0)",
    'STRATEGY_UNCAUGHT',
    ['tick', ':13'],
  ],
  ['the end of its thread', 'if (n === 50) process.exit(0)', 'STRATEGY_EXITED', ['process.exit']],
  ['null thrown', 'if (n === 50) throw null', 'KERNEL_STRATEGY_FAILED', ['null']],
  [
    'a quantity of NaN',
    "submit({ instrument, side: 'buy', type: 'market', quantity: Number.NaN })",
    'KERNEL_ORDER_REQUEST',
    ['quantity NaN', ':13'],
  ],
  [
    'a limit of NaN',
    "submit({ instrument, side: 'buy', type: 'limit', quantity: 1, limitPrice: Number.NaN })",
    'KERNEL_ORDER_REQUEST',
    ['price NaN'],
  ],
] as const)('%s', async (name, body, code, words) => {
  const error = await failed(writeStrategy(folder, name.replaceAll(' ', '-').toLowerCase(), body))
  expect(error.code).toBe(code)
  for (const word of words) expect(`${error.message} ${error.hint ?? ''}`).toContain(word)
})

test.each([
  ['forgets its return', /return \{\n/, 'const handlers = {\n', 'start returned undefined'],
  ['is async', '  start(', '  async start(', 'start returned a promise'],
])('a start that %s', async (_, found, put, words) => {
  const path = writeStrategy(folder, 'no-handlers', '')
  writeFileSync(path, readFileSync(path, 'utf8').replace(found, put))
  const { code, message } = await failed(path)
  expect(code).toBe('KERNEL_NO_HANDLERS')
  expect(message).toContain(words)
})

test('a start that never returns is stopped', async () => {
  const path = writeStrategy(folder, 'endless-start', '')
  writeFileSync(path, readFileSync(path, 'utf8').replace('let n = 0', 'for (;;) {}'))
  const { code, message } = await failed(path, ['--strategy-timeout', '1'])
  expect(code).toBe('STRATEGY_STUCK')
  expect(message).toContain('no progress for 1 s')
})
