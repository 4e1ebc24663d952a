import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kestrel, workFolder, writeStrategy } from './kestrel-process.ts'

const PLANTED = {
  KESTREL_KEY_MAIN__VENUE: 'binance',
  KESTREL_KEY_MAIN__API_KEY: 'plantedApiKeyVmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0Mu',
  KESTREL_KEY_MAIN__SECRET: 'plantedSecretNhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZj',
  KESTREL_KEYS_PASSPHRASE: 'planted words picked by dice',
  TELEGRAM_TOKEN: '123456789:plantedTokenAAHdqTcvCH1vGWJxfSeofSAs0K5',
}
const MARKET = 'BTC-USDT.SYNTHETIC'

let folder: string
beforeAll(async () => {
  folder = workFolder()
  const made = await kestrel(folder, ['data', 'generate', '--instrument', MARKET, '--bars', '500', '--seed', '3'])
  expect(made.code).toBe(0)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Everything below a folder, as one text. */
function textBelow(path: string): string {
  if (!existsSync(path)) return ''
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')
}

test('a strategy that looks for keys finds none, and a run folder holds none', async () => {
  const look = `if (n === 1) { console.log('ENV ' + JSON.stringify(process.env)); target(instrument, 1) }`
  const path = writeStrategy(folder, 'thief', look)
  const words = ['backtest', path, '--instrument', MARKET, '--timeframe', '1h', '--json', '-v']
  const { code, stdout, stderr } = await kestrel(folder, words, { ...PLANTED, HARMLESS: 'seen' })
  expect(code).toBe(0)
  expect(stderr).toContain('"HARMLESS":"seen"')
  const everything = [stdout, stderr, textBelow(join(folder, '.kestrel', 'runs'))].join('\n')
  expect(everything).toContain('thief')
  for (const secret of Object.values(PLANTED).slice(1)) expect(everything).not.toContain(secret)
})

test('a strategy that throws a key that it was told does not get it into an error that looks like one', async () => {
  const path = writeStrategy(
    folder,
    'leaky',
    `throw new Error('request failed: apiKey=${PLANTED.KESTREL_KEY_MAIN__API_KEY}')`,
  )
  const words = ['backtest', path, '--instrument', MARKET, '--timeframe', '1h', '--json', '-v']
  const { code, stderr } = await kestrel(folder, words)
  expect(code).not.toBe(0)
  expect(stderr).toContain('request failed: apiKey=[redacted]')
  expect(stderr).not.toContain(PLANTED.KESTREL_KEY_MAIN__API_KEY)
})
