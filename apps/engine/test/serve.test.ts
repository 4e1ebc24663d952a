import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { ended, errorOf, kestrel, startKestrel, workFolder } from './kestrel-process.ts'
import type { ChildProcess } from 'node:child_process'

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

/** Starts `kestrel serve` and reads the document that it prints. */
async function serve(
  folder: string,
  args: readonly string[],
): Promise<{ readonly child: ChildProcess; readonly url: string; readonly finished: ReturnType<typeof ended> }> {
  const child = startKestrel(folder, ['serve', '--port', '0', '--json', ...args])
  started.push(child)
  const finished = ended(child)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let text = ''
  child.stdout?.on('data', (part: string) => {
    text += part
    if (text.includes('\n')) resolve(text)
  })
  void finished.then(({ stderr }) => reject(new Error(stderr)))
  const { url } = JSON.parse(await promise) as { url: string }
  return { child, url, finished }
}

/** A `kestrel` command with this on stdin. */
async function withInput(folder: string, args: readonly string[], input: string): ReturnType<typeof ended> {
  const child = startKestrel(folder, args)
  child.stdin?.end(input)
  return await ended(child)
}

describe('kestrel serve', () => {
  test('prints its address, answers, and ends with 0 at SIGTERM', async () => {
    const folder = workFolder()
    const { child, url, finished } = await serve(folder, [])
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: 'ok' })
    expect(await (await fetch(`${url}/api/v1/sessions`)).json()).toEqual({ sessions: [] })
    child.kill('SIGTERM')
    const { code, stdout } = await finished
    expect(code).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(1)
  })

  test('beyond this machine it refuses without a password, with exit 2', async () => {
    const folder = workFolder()
    const result = await kestrel(folder, ['serve', '--host', '0.0.0.0', '--port', '0', '--json'])
    expect([result.code, result.stdout, errorOf(result).code]).toEqual([2, '', 'API_NEEDS_PASSWORD'])
  })

  test('with a password from stdin it serves there, to those who know it', async () => {
    const folder = workFolder()
    const short = await withInput(folder, ['access', 'set', 'anna', '--json'], 'short\n')
    expect([short.code, errorOf(short).code]).toEqual([2, 'PASSWORD_SHORT'])
    const password = 'four words picked by dice'
    const set = await withInput(folder, ['access', 'set', 'anna', '--role', 'operator'], `${password}\n`)
    expect([set.code, set.stdout]).toEqual([0, 'anna may log in as operator.\n'])
    const file = join(folder, '.kestrel', 'access.json')
    expect(readFileSync(file, 'utf8')).not.toContain(password)
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
    const { stdout: token } = await kestrel(folder, ['access', 'token', 'script', '-q'])
    const listed = await kestrel(folder, ['access', 'list', '--json'])
    expect(listed.stdout).not.toContain(token.trim())
    const { child, url, finished } = await serve(folder, ['--host', '0.0.0.0'])
    const own = url.replace('0.0.0.0', '127.0.0.1')
    expect((await fetch(`${own}/api/v1/sessions`)).status).toBe(401)
    expect((await fetch(`${own}/api/v1/me`, { headers: { authorization: `Bearer ${token.trim()}` } })).status).toBe(200)
    const login = await fetch(`${own}/api/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'anna', password }),
    })
    expect(await login.json()).toMatchObject({ user: 'anna', role: 'operator' })
    child.kill('SIGTERM')
    const { stderr } = await finished
    for (const secret of [password, token.trim()]) expect(stderr).not.toContain(secret)
  })

  test('settings name port and channels; a channel whose secret is missing keeps it from starting', async () => {
    const folder = workFolder()
    const settings = { notify: { channels: { phone: { kind: 'telegram', token: 'env:NO_SUCH_TOKEN', chat: '1' } } } }
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings))
    const result = await kestrel(folder, ['serve', '--port', '0', '-c', 'settings.json', '--json'])
    expect([result.code, errorOf(result).code]).toEqual([2, 'SECRET_MISSING'])
    expect(existsSync(join(folder, '.kestrel', 'api.sqlite'))).toBe(false)
  })

  test('a secret in a settings file is refused and not repeated', async () => {
    const folder = workFolder()
    const secret = '123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0'
    const settings = { notify: { channels: { phone: { kind: 'telegram', token: secret, chat: '1' } } } }
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings))
    const result = await kestrel(folder, ['notify', 'test', '-c', 'settings.json', '--json'])
    expect([result.code, errorOf(result).code]).toEqual([2, 'CONFIG_VALUE'])
    expect(result.stderr).not.toContain(secret)
  })

  test.each([['-1'], ['65536'], ['http']])('port %s is a usage error', async (port) => {
    expect((await kestrel(workFolder(), ['serve', '--port', port])).code).toBe(2)
  })
})
