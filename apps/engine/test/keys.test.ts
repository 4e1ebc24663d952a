import { chmodSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startExchange } from '@kestrel/testkit'
import { describe, expect, test } from 'vitest'
import { ended, errorOf, kestrel, startKestrel, workFolder } from './kestrel-process.ts'

const API_KEY = 'plantedApiKeyVmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0Mu'
const SECRET = 'plantedSecretNhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZj'
const PASSPHRASE = 'planted words picked by dice'
const PLANTED = [API_KEY, SECRET, PASSPHRASE]

/** A command with this on stdin and the passphrase in a file, watched in /proc while it runs. */
async function run(
  folder: string,
  args: readonly string[],
  input = '',
): Promise<Awaited<ReturnType<typeof ended>> & { readonly watched: string }> {
  const file = join(folder, 'passphrase')
  writeFileSync(file, `${PASSPHRASE}\n`, { mode: 0o600 })
  const child = startKestrel(folder, args, { KESTREL_KEYS_PASSPHRASE_FILE: file })
  child.stdin?.end(input)
  let watched = ''
  const watch = setInterval(() => {
    for (const name of ['cmdline', 'environ']) {
      try {
        watched += readFileSync(`/proc/${child.pid}/${name}`, 'utf8')
      } catch {
        // It has ended, or this is no Linux.
      }
    }
  }, 20)
  const result = await ended(child)
  clearInterval(watch)
  return { ...result, watched }
}

describe('kestrel keys', () => {
  test('stores, lists and removes keys; no command shows them, and no process list does', async () => {
    const folder = workFolder()
    const seen: string[] = []
    const added = await run(folder, ['keys', 'add', 'main', '--venue', 'binance', '--json'], `${API_KEY}\n${SECRET}\n`)
    expect([added.code, added.stderr]).toEqual([0, ''])
    const twice = await run(folder, ['keys', 'add', 'main', '--venue', 'binance', '--json'], `${API_KEY}\n${SECRET}\n`)
    expect([twice.code, errorOf(twice).code]).toEqual([2, 'KEYS_EXISTS'])
    const listed = await run(folder, ['keys', 'list', '--json'])
    const document = JSON.parse(listed.stdout) as { readonly keys: readonly Readonly<Record<string, unknown>>[] }
    expect(document.keys).toEqual([
      {
        name: 'main',
        kind: 'exchange',
        venue: 'binance',
        fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
        source: 'file',
      },
    ])
    const removed = await run(folder, ['keys', 'remove', 'main'])
    expect(removed.code).toBe(0)
    for (const { stdout, stderr, watched } of [added, twice, listed, removed]) seen.push(stdout, stderr, watched)
    for (const name of readdirSync(join(folder, '.kestrel')))
      seen.push(readFileSync(join(folder, '.kestrel', name), 'utf8'))
    if (existsSync('/proc/self/cmdline')) expect(seen.join('')).toContain('KESTREL_KEYS_PASSPHRASE_FILE')
    for (const secret of PLANTED) expect(seen.join('\n')).not.toContain(secret)
  })

  test('a key in an argument is refused, and not repeated', async () => {
    const folder = workFolder()
    const result = await run(folder, ['keys', 'add', 'main', '--venue', 'binance', SECRET, '--json'])
    expect(result.code).toBe(2)
    expect(existsSync(join(folder, '.kestrel', 'keys.json'))).toBe(false)
  })

  test('without a passphrase and nobody to ask it says how to give one', async () => {
    const folder = workFolder()
    const child = startKestrel(folder, ['keys', 'add', 'bot', '--json'], { KESTREL_KEYS_PASSPHRASE: undefined })
    child.stdin?.end('plantedToken\n')
    const result = await ended(child)
    expect([result.code, result.stdout, errorOf(result).code]).toEqual([2, '', 'KEYS_NO_PASSPHRASE'])
    expect(errorOf(result).hint).toContain('KESTREL_KEYS_PASSPHRASE_FILE')
    expect(result.stderr).not.toContain('plantedToken')
  })

  test.skipIf(process.platform === 'win32')('a passphrase file that others may read is refused', async () => {
    const folder = workFolder()
    const file = join(folder, 'open')
    writeFileSync(file, PASSPHRASE)
    chmodSync(file, 0o644)
    const child = startKestrel(folder, ['keys', 'add', 'bot', '--json'], { KESTREL_KEYS_PASSPHRASE_FILE: file })
    child.stdin?.end('plantedToken\n')
    const result = await ended(child)
    expect([result.code, errorOf(result).code]).toEqual([2, 'FILE_PERMISSIONS'])
    expect(result.stderr).not.toContain('plantedToken')
  })

  test('keys of the environment need no file and no passphrase', async () => {
    const env = {
      KESTREL_KEY_MAIN__VENUE: 'binance',
      KESTREL_KEY_MAIN__API_KEY: API_KEY,
      KESTREL_KEY_MAIN__SECRET: SECRET,
    }
    const result = await kestrel(workFolder(), ['keys', 'list', '--json'], env)
    expect(result.code).toBe(0)
    expect(result.stdout).toContain('"source":"environment"')
    for (const secret of PLANTED) expect(result.stdout + result.stderr).not.toContain(secret)
    const unknown = await kestrel(workFolder(), ['keys', 'test', 'other', '--json'], env)
    expect([unknown.code, errorOf(unknown).code]).toEqual([2, 'KEYS_UNKNOWN'])
  })

  describe('test, at a local exchange', () => {
    const env = {
      KESTREL_KEY_MAIN__VENUE: 'binance',
      KESTREL_KEY_MAIN__API_KEY: API_KEY,
      KESTREL_KEY_MAIN__SECRET: SECRET,
    }

    /** `kestrel keys test main` against a server at this address. */
    async function testKey(baseUrl: string): ReturnType<typeof ended> {
      const folder = workFolder()
      writeFileSync(join(folder, 'settings.json'), JSON.stringify({ venues: { binance: { baseUrl } } }))
      const words = ['keys', 'test', 'main', '--product', 'spot', '-c', 'settings.json', '--json', '-v']
      return await kestrel(folder, words, env)
    }

    test.each([
      [{ withdraw: false }, 0, undefined],
      [{ withdraw: true }, 4, 'KEY_MAY_WITHDRAW'],
      [{ spot: false }, 4, 'KEY_MAY_NOT_TRADE'],
    ])('a key with the rights %o ends with %s', async (permissions, code, error) => {
      await using exchange = await startExchange({
        venues: ['binance'],
        flow: 'none',
        historyMinutes: 0,
        accounts: [{ apiKey: API_KEY, secret: SECRET, permissions, balances: { spot: { USDT: '100' } } }],
      })
      const result = await testKey(exchange.venue('binance').url)
      expect([result.code, result.code === 0 ? undefined : errorOf(result).code]).toEqual([code, error])
      if (code === 0) expect(JSON.parse(result.stdout)).toMatchObject({ canTrade: true, canWithdraw: false })
      for (const secret of PLANTED) expect(result.stdout + result.stderr).not.toContain(secret)
    })

    test('a wrong secret is exit code 4, and the error tells no key', async () => {
      await using exchange = await startExchange({
        venues: ['binance'],
        flow: 'none',
        historyMinutes: 0,
        accounts: [{ apiKey: API_KEY, secret: 'another secret' }],
      })
      const result = await testKey(exchange.venue('binance').url)
      expect([result.code, result.stdout]).toEqual([4, ''])
      for (const secret of PLANTED) expect(result.stderr).not.toContain(secret)
    })

    test('a venue that does not answer is exit code 4, and the error tells no key', async () => {
      // Nothing listens on the discard port of this machine.
      const result = await testKey('http://127.0.0.1:9')
      expect([result.code, result.stdout]).toEqual([4, ''])
      for (const secret of PLANTED) expect(result.stderr).not.toContain(secret)
    })
  })
})
