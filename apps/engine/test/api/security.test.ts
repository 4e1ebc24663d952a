import { chmodSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { writeAccess } from '../../src/api/auth/access-file.ts'
import { ask, bearer, OPERATOR_PASSWORD, OPERATOR_TOKEN, runApi, VIEWER_TOKEN } from './running-api.ts'

const ACTIONS = '/api/v1/sessions/demo-live/actions'
const PAUSE = { action: 'pause' }

describe('where it listens', () => {
  test.each([['0.0.0.0'], ['::'], ['192.0.2.1']])('on %s it does not start without a password', async (host) => {
    await expect(runApi({ host })).rejects.toMatchObject({
      name: 'UsageError',
      code: 'API_NEEDS_PASSWORD',
      meta: { host },
    })
  })

  test('with a password it does, and says that passwords travel in the clear', async () => {
    await using api = await runApi({ host: '0.0.0.0', guarded: true })
    expect((await ask(api, '/api/v1/sessions')).status).toBe(401)
    expect(api.log.join('')).toContain('in the clear')
  })

  test('when the password is taken away while it runs, nobody is let in', async () => {
    await using api = await runApi({ host: '0.0.0.0', guarded: true })
    await writeAccess(join(api.folder, 'access.json'), { version: 1, users: [], tokens: [] })
    const { status, json } = await ask(api, '/api/v1/sessions')
    expect([status, json.error.code]).toEqual([503, 'API_ACCESS_FILE'])
  })

  test.skipIf(process.platform === 'win32')('an access file that others may read lets nobody in', async () => {
    await using api = await runApi({ guarded: true })
    chmodSync(join(api.folder, 'access.json'), 0o644)
    expect((await ask(api, '/api/v1/sessions', { headers: bearer(OPERATOR_TOKEN) })).status).toBe(503)
    await expect(runApi({ folder: api.folder })).rejects.toMatchObject({ code: 'FILE_PERMISSIONS' })
  })

  test('a port that is taken is a usage error', async () => {
    await using api = await runApi()
    await expect(runApi({ port: api.server.port })).rejects.toMatchObject({ name: 'UsageError', code: 'API_PORT' })
  })
})

describe('another site', () => {
  test.each([
    ['evil.example'],
    ['evil.example:8380'],
    ['127.0.0.1.evil.example'],
    ['localhost.evil.example'],
    ['192.0.2.7'],
    ['user@127.0.0.1'],
    ['127.0.0.1, evil.example'],
  ])('Host %s is refused: its name may point here for an hour', async (host) => {
    await using api = await runApi()
    const { status, text } = await ask(api, '/api/v1/sessions', { headers: { host } })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(text).not.toContain('demo-live')
  })

  test.each([['localhost'], ['127.0.0.1:80'], ['[::1]:8380'], ['kestrel.lan']])('Host %s is ours', async (host) => {
    await using api = await runApi({ allowedHosts: ['kestrel.lan'] })
    expect((await ask(api, '/api/v1/sessions', { headers: { host } })).status).toBe(200)
  })

  test.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'http://127.0.0.1:1' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
  ])('a change from %o is refused', async (headers) => {
    await using api = await runApi()
    const answer = await ask(api, ACTIONS, {
      body: PAUSE,
      headers: { 'idempotency-key': 'key-of-a-page', ...(headers as Record<string, string>) },
    })
    expect([answer.status, answer.json.error.code]).toEqual([403, 'API_FOREIGN_ORIGIN'])
    expect(api.session.acts).toHaveLength(0)
    expect((await ask(api, '/api/v1/login', { body: {}, headers })).status).toBe(403)
  })

  test('reading by a script of another site is refused, following a link is not', async () => {
    await using api = await runApi()
    expect((await ask(api, '/api/v1/sessions', { headers: { origin: 'https://evil.example' } })).status).toBe(403)
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
    expect((await ask(api, '/health', { headers: link })).status).toBe(200)
  })

  test('no answer allows another site to read it', async () => {
    await using api = await runApi()
    const { headers } = await ask(api, '/api/v1/sessions', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example' },
    })
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  test.each([['text/plain'], ['application/x-www-form-urlencoded'], ['multipart/form-data; boundary=x']])(
    'a form of type %s is no request',
    async (type) => {
      await using api = await runApi()
      const answer = await ask(api, ACTIONS, {
        raw: JSON.stringify(PAUSE),
        headers: { 'content-type': type, 'idempotency-key': 'key-of-a-form' },
      })
      expect(answer.status).toBe(415)
      expect(api.session.acts).toHaveLength(0)
    },
  )

  test('the origin of a proxy in front counts as ours, and its cookie travels over TLS only', async () => {
    await using api = await runApi({ guarded: true, publicOrigin: 'https://kestrel.example' })
    const headers = { host: 'kestrel.example', origin: 'https://kestrel.example' }
    const answer = await ask(api, '/api/v1/login', { body: { user: 'olga', password: OPERATOR_PASSWORD }, headers })
    expect(answer.status).toBe(200)
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^__Host-kestrel_session=.*; Path=\/; HttpOnly; SameSite=Strict; .*; Secure$/,
    )
  })
})

describe('abuse', () => {
  test('requests beyond the rate are refused and come back after a while', async () => {
    await using api = await runApi({ requestsPerMinute: 5 })
    const statuses: number[] = []
    for (let n = 0; n < 7; n++) statuses.push((await ask(api, '/api/v1/sessions')).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429])
  })

  test('tokens cannot be guessed fast either', async () => {
    await using api = await runApi({ guarded: true, requestsPerMinute: 3 })
    const statuses: number[] = []
    for (let n = 0; n < 5; n++) {
      statuses.push((await ask(api, '/api/v1/sessions', { headers: bearer(`kst_${String(n).repeat(43)}`) })).status)
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429])
  })

  test('an oversized body is refused before it is read', async () => {
    await using api = await runApi()
    const answer = await ask(api, ACTIONS, {
      raw: JSON.stringify({ action: 'pause', reason: 'x'.repeat(70_000) }),
      headers: { 'idempotency-key': 'key-of-a-giant' },
    })
    expect([answer.status, answer.json.error.code]).toEqual([413, 'API_BODY_TOO_LARGE'])
  })

  test.each([
    ['{"action":"pause","__proto__":{"x":1}}'],
    ['{"action":"pause","constructor":{"prototype":{"x":1}}}'],
    ['{"action":"pause","extra":1}'],
    ['{"action":"format-disk"}'],
    ['[]'],
    ['null'],
    [''],
    ['{'],
  ])('the body %s is refused', async (raw) => {
    await using api = await runApi()
    const answer = await ask(api, ACTIONS, { method: 'POST', raw, headers: { 'idempotency-key': 'key-of-a-body' } })
    expect(answer.status).toBe(400)
    expect(api.session.acts).toHaveLength(0)
  })

  test('every answer forbids framing, sniffing, caching and loading', async () => {
    await using api = await runApi({ guarded: true })
    for (const path of ['/health', '/api/v1/sessions', '/nowhere']) {
      const { headers } = await ask(api, path)
      expect(headers).toMatchObject({
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      })
      expect(headers['content-security-policy']).toContain("default-src 'none'")
      expect(headers['x-powered-by'] ?? headers['server']).toBeUndefined()
    }
  })

  test('a fault of ours names its request and nothing else', async () => {
    await using api = await runApi()
    api.session.session = async () => {
      throw new Error('SELECT secret FROM keys failed')
    }
    const { status, text, json } = await ask(api, '/api/v1/sessions/demo-live')
    expect([status, json.error.code]).toEqual([500, 'INTERNAL'])
    expect(text).not.toContain('SELECT')
    expect(api.log.join('')).toContain(json.error.requestId)
  })

  test('text that is no HTTP is answered or cut off, and the server lives on', async () => {
    await using api = await runApi()
    for (const bytes of [
      'GARBAGE\r\n\r\n',
      'GET / HTTP/1.1\r\n\r\n',
      `GET /${'a'.repeat(40_000)} HTTP/1.1\r\n\r\n`,
      '\u0000\u0001\u0002',
    ]) {
      const socket = connect(api.server.port, '127.0.0.1')
      const { promise, resolve } = Promise.withResolvers<void>()
      socket.on('close', () => resolve())
      socket.on('error', () => resolve())
      socket.on('data', () => socket.destroy())
      socket.end(bytes)
      await promise
    }
    expect((await ask(api, '/health')).status).toBe(200)
  })
})

test('planted secrets are in no answer, event or log line', async () => {
  await using api = await runApi({ guarded: true })
  const secret = 'plantedSecret/7yQ+Zt4=9vLw2'
  api.redactor.keep(secret)
  api.session.detail = `venue said ${secret}`
  api.session.onAct = async () => {
    throw new Error(`signature of ${secret} is wrong`)
  }
  const headers = { ...bearer(OPERATOR_TOKEN), 'idempotency-key': 'key-with-secret' }
  const answers = [
    await ask(api, '/api/v1/sessions', { headers }),
    await ask(api, ACTIONS, { body: { action: 'pause', reason: secret }, headers }),
    await ask(api, ACTIONS, { body: { action: 'pause', reason: secret }, headers }),
    await ask(api, `/api/v1/sessions/${encodeURIComponent(secret)}`, { headers }),
    await ask(api, '/metrics', { headers }),
    await ask(api, '/api/v1/login', { body: { user: secret, password: secret } }),
    await ask(api, '/api/v1/sessions', { headers: bearer(VIEWER_TOKEN) }),
  ]
  const everything = [...answers.map(({ text }) => text), ...api.log].join('\n')
  for (const form of [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    OPERATOR_TOKEN,
    OPERATOR_PASSWORD,
  ]) {
    expect(everything).not.toContain(form)
  }
  expect(answers[0]?.text).toContain('[redacted]')
})
