import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from '@kestrel/core'
import { expect, test } from 'vitest'
import { IdempotencyStore } from '../../src/api/idempotency/idempotency-store.ts'
import { T0 } from './fake-session.ts'
import { type Answer, ask, runApi, type RunningApi } from './running-api.ts'

const KEY = 'f3b1c2d4-0001'

async function act(api: RunningApi, body: object, key = KEY): Promise<Answer> {
  return await ask(api, '/api/v1/sessions/demo-live/actions', { body, headers: { 'idempotency-key': key } })
}

test.each([['pause'], ['resume'], ['stop'], ['halt'], ['reset-risk']])(
  '%s reaches the session with its reason',
  async (action) => {
    await using api = await runApi()
    const { status, json } = await act(api, { action, reason: 'night' })
    expect([status, json.action, json.outcome]).toEqual([200, action, 'done'])
    expect(api.session.acts).toEqual([
      {
        request: { action, reason: 'night' },
        actor: { user: 'local', role: 'operator', by: 'open', idempotencyKey: KEY },
      },
    ])
  },
)

test('flatten takes the name of the session', async () => {
  await using api = await runApi()
  for (const body of [{ action: 'flatten' }, { action: 'flatten', confirm: 'other' }]) {
    expect((await act(api, body)).json.error.code).toBe('ACTION_NOT_CONFIRMED')
  }
  expect(api.session.acts).toHaveLength(0)
  expect((await act(api, { action: 'flatten', confirm: 'demo-live' })).status).toBe(200)
})

test('a repeated key gets the first answer and does nothing, also after a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kestrel-api-'))
  let first: Answer
  {
    await using api = await runApi({ folder })
    api.session.onAct = async () => ({ detail: 'three orders cancelled', timeMs: T0 + 7 })
    first = await act(api, { action: 'halt' })
    const again = await act(api, { action: 'halt' })
    expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([200, first.text, 'true'])
    expect(first.headers['idempotency-replayed']).toBeUndefined()
    expect(api.session.acts).toHaveLength(1)
  }
  await using restarted = await runApi({ folder })
  const later = await act(restarted, { action: 'halt' })
  expect([later.status, later.text, later.headers['idempotency-replayed']]).toEqual([200, first.text, 'true'])
  expect(restarted.session.acts).toHaveLength(0)
})

test('a failure is an answer too: the repeated key gets it again', async () => {
  await using api = await runApi()
  api.session.onAct = async () => {
    throw new UsageError({ code: 'SESSION_STATE', message: 'It is stopped already.' })
  }
  const first = await act(api, { action: 'pause' })
  expect([first.status, first.json.error.code]).toEqual([400, 'SESSION_STATE'])
  api.session.onAct = async () => ({})
  const again = await act(api, { action: 'pause' })
  expect([again.status, again.text]).toEqual([first.status, first.text])
})

test('a key belongs to one request', async () => {
  await using api = await runApi()
  await act(api, { action: 'pause' })
  const other = await act(api, { action: 'resume' })
  expect([other.status, other.json.error.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
  expect(api.session.acts).toHaveLength(1)
})

test('a second call with the key while the first is at work is told so', async () => {
  await using api = await runApi()
  const { promise, resolve } = Promise.withResolvers<object>()
  api.session.onAct = async () => await promise
  const first = act(api, { action: 'stop' })
  while (api.session.acts.length === 0) await new Promise((done) => setImmediate(done))
  expect((await act(api, { action: 'stop' })).json.error.code).toBe('ACTION_RUNNING')
  resolve({})
  expect((await first).status).toBe(200)
  expect((await act(api, { action: 'stop' })).headers['idempotency-replayed']).toBe('true')
  expect(api.session.acts).toHaveLength(1)
})

test('an action that a crash cut short is not done again: its outcome is unknown', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kestrel-api-'))
  const store = new IdempotencyStore(join(folder, 'api.sqlite'))
  const body = { action: 'flatten', confirm: 'demo-live' }
  store.begin(
    'open:local',
    KEY,
    JSON.stringify(['demo-live', { action: 'flatten', reason: '', confirm: 'demo-live' }]),
    T0,
  )
  store.close()
  await using api = await runApi({ folder })
  const { status, json } = await act(api, body)
  expect([status, json.error.code, json.error.retry]).toEqual([409, 'ACTION_OUTCOME_UNKNOWN', 'unknown-outcome'])
  expect(api.session.acts).toHaveLength(0)
})

test.each([[undefined], ['short'], ['with a space'], ['x'.repeat(129)]])(
  'an action needs a key, not %s',
  async (key) => {
    await using api = await runApi()
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key }
    const answer = await ask(api, '/api/v1/sessions/demo-live/actions', { body: { action: 'pause' }, headers })
    expect(answer.status).toBe(400)
    expect(api.session.acts).toHaveLength(0)
  },
)

test('keys of other people and keys of last week do not clash', () => {
  const store = new IdempotencyStore(':memory:')
  expect(store.begin('cookie:a', KEY, 'r', T0).state).toBe('begun')
  expect(store.begin('cookie:b', KEY, 'r', T0).state).toBe('begun')
  store.finish('cookie:a', KEY, { status: 200, body: '{}' })
  expect(store.begin('cookie:a', KEY, 'r', T0 + 1).state).toBe('answered')
  expect(store.begin('cookie:a', KEY, 'r', T0 + 8 * 86_400_000).state).toBe('begun')
  store.close()
})
