import { describe, expect, test } from 'vitest'
import { type Answer, ask, OPERATOR_PASSWORD, runApi, type RunningApi } from './running-api.ts'

const ACTIONS = '/api/v1/sessions/demo-live/actions'
const PAUSE = { action: 'pause' }

async function logIn(api: RunningApi, password = OPERATOR_PASSWORD, user = 'olga'): Promise<Answer> {
  return await ask(api, '/api/v1/login', { body: { user, password } })
}

function cookieOf({ headers }: Answer): string {
  return String(headers['set-cookie']).split(';')[0] ?? ''
}

describe('logins', () => {
  test('the cookie is out of reach of scripts and of other sites; a change needs the token of the login', async () => {
    await using api = await runApi({ guarded: true })
    const login = await logIn(api)
    expect(login.json).toMatchObject({ user: 'olga', role: 'operator', by: 'cookie' })
    expect(login.headers['set-cookie']?.[0]).toMatch(
      /^kestrel_session=kst_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
    )
    const cookie = cookieOf(login)
    expect((await ask(api, '/api/v1/me', { headers: { cookie } })).json.user).toBe('olga')
    const headers = { cookie, 'idempotency-key': 'key-of-olga' }
    for (const forged of [{}, { 'x-csrf-token': '' }, { 'x-csrf-token': `kst_${'a'.repeat(43)}` }]) {
      const answer = await ask(api, ACTIONS, { body: PAUSE, headers: { ...headers, ...forged } })
      expect([answer.status, answer.json.error.code]).toEqual([403, 'API_CSRF'])
    }
    expect(api.session.acts).toHaveLength(0)
    const own = { 'x-csrf-token': login.json.csrfToken as string }
    expect((await ask(api, ACTIONS, { body: PAUSE, headers: { ...headers, ...own } })).status).toBe(200)
    expect((await ask(api, '/api/v1/logout', { body: {}, headers: { ...headers, ...own } })).status).toBe(200)
    expect((await ask(api, '/api/v1/me', { headers: { cookie } })).status).toBe(401)
  })

  test('a login ends after half a day without use', async () => {
    await using api = await runApi({ guarded: true })
    const cookie = cookieOf(await logIn(api))
    api.clock.advanceTo(api.clock.nowMs() + 11 * 3_600_000)
    expect((await ask(api, '/api/v1/me', { headers: { cookie } })).status).toBe(200)
    api.clock.advanceTo(api.clock.nowMs() + 12 * 3_600_000 + 1)
    expect((await ask(api, '/api/v1/me', { headers: { cookie } })).status).toBe(401)
  })

  test('guessing is slowed down: after five failures even the right password has to wait', async () => {
    await using api = await runApi({ guarded: true })
    for (let tries = 0; tries < 5; tries++) {
      const { status, json } = await logIn(api, `wrong password ${tries}`)
      expect([status, json.error.code]).toEqual([401, 'LOGIN_WRONG'])
    }
    const refused = await logIn(api)
    expect([refused.status, refused.json.error.code]).toEqual([429, 'LOGIN_LOCKED'])
    api.clock.advanceTo(api.clock.nowMs() + 30_000)
    expect((await logIn(api)).status).toBe(200)
  })

  test('a wrong name and a wrong password get the same answer', async () => {
    await using api = await runApi({ guarded: true })
    const strip = ({ json }: Answer): object => ({ ...json.error, requestId: '' })
    expect(strip(await logIn(api, 'not the password', 'olga'))).toEqual(
      strip(await logIn(api, 'not the password', 'nobody')),
    )
    expect(api.log.join('')).not.toContain('not the password')
  })

  test('a flood of logins is turned away by the rate limit before any password is checked', async () => {
    await using api = await runApi({ guarded: true })
    const answers = await Promise.all(Array.from({ length: 40 }, async () => await logIn(api, 'guess', 'nobody')))
    const limited = answers.filter(({ json }) => json.error.code === 'API_TOO_MANY_REQUESTS')
    expect(limited).toHaveLength(30)
    expect(limited.every(({ status }) => status === 429)).toBe(true)
    expect(answers.some(({ status }) => status === 200)).toBe(false)
  })
})
