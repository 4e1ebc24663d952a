import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startExchange } from '@kestrel/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { KEYS } from './local-trading.ts'

test('a closed gateway lets the process end by itself', async () => {
  const exchange = await startExchange({
    venues: ['binance'],
    flow: 'none',
    historyMinutes: 0,
    accounts: [{ ...KEYS, balances: { futures: { USDT: '1000' } } }],
  })
  onTestFinished(exchange.close)
  const file = fileURLToPath(new URL('./open-and-close.fixture.ts', import.meta.url))
  const child = spawn(process.execPath, [file, exchange.venue('binance').url, KEYS.apiKey, KEYS.secret])
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const watchdog = setTimeout(() => child.kill('SIGKILL'), 30_000)
  const code = await ended
  clearTimeout(watchdog)
  expect(said.replaceAll(/\(node:\d+\).*\n?|\(Use `node.*\n?/g, '')).toBe('closed\n')
  expect(code).toBe(0)
}, 40_000)
