import { describe, expect, test } from 'vitest'
import { T0 } from './fake-session.ts'
import { type Anything, ask, bearer, OPERATOR_TOKEN, runApi, VIEWER_TOKEN } from './running-api.ts'

describe('what is read', () => {
  test.each([
    ['/api/v1/sessions', (json: Anything) => expect(json.sessions[0].equity).toBe('10000.5')],
    ['/api/v1/sessions/demo-live', (json: Anything) => expect(json.state).toBe('running')],
    [
      '/api/v1/sessions/demo-live/orders?state=open',
      (json: Anything) => expect(json.items[0].limitPrice).toBe('64000.1'),
    ],
    [
      '/api/v1/sessions/demo-live/fills?limit=2',
      (json: Anything) => expect([json.items.length, json.nextCursor]).toEqual([2, '2']),
    ],
    [
      '/api/v1/sessions/demo-live/fills?limit=2&cursor=2',
      (json: Anything) => expect([json.items.length, json.nextCursor]).toEqual([1, null]),
    ],
    ['/api/v1/sessions/demo-live/positions', (json: Anything) => expect(json.positions[0].unrealised).toBe('4.95')],
    ['/api/v1/sessions/demo-live/balances', (json: Anything) => expect(json.balances[0].total).toBe('10000.5')],
    ['/api/v1/sessions/demo-live/equity', (json: Anything) => expect(json.points).toHaveLength(1)],
    ['/api/v1/sessions/demo-live/feeds', (json: Anything) => expect(json.feeds[0].feed).toBe('bars 1m')],
    ['/api/v1/sessions/demo-live/risk', (json: Anything) => expect(json.mode).toBe('active')],
    ['/health', (json: Anything) => expect(json).toMatchObject({ status: 'ok', timeMs: T0 })],
    ['/ready', (json: Anything) => expect(json.isReady).toBe(true)],
    ['/api/v1/me', (json: Anything) => expect(json).toMatchObject({ user: 'local', role: 'operator', by: 'open' })],
  ])('GET %s', async (path, look) => {
    await using api = await runApi()
    const answer = await ask(api, path)
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)])
    look(answer.json)
  })

  test('an unknown session is named', async () => {
    await using api = await runApi()
    const answer = await ask(api, '/api/v1/sessions/nobody/orders')
    expect([answer.status, answer.json.error.code, answer.json.error.meta]).toEqual([
      404,
      'SESSION_NOT_FOUND',
      { session: 'nobody' },
    ])
  })

  test.each([
    ['/api/v1/sessions/demo-live/orders?limit=0'],
    ['/api/v1/sessions/demo-live/orders?limit=1001'],
    ['/api/v1/sessions/demo-live/orders?unknown=1'],
    ['/api/v1/sessions/demo-live/fills?instrument=btc'],
    ['/api/v1/sessions/demo-live/equity?points=1'],
    ['/api/v1/sessions/..%2F..%2Fetc/orders'],
  ])('%s is refused as a request that cannot be used', async (path) => {
    await using api = await runApi()
    const { status, json } = await ask(api, path)
    expect([status, json.error.code]).toEqual([400, 'API_INVALID'])
  })

  test('what is not there is 404, what takes no such method as well', async () => {
    await using api = await runApi()
    expect((await ask(api, '/api/v2/sessions')).json.error.code).toBe('API_NOT_FOUND')
    expect((await ask(api, '/api/v1/sessions', { body: {} })).status).toBe(404)
  })

  test('readiness turns 503 with the condition that fails', async () => {
    await using api = await runApi({
      readiness: [{ name: 'journal', check: async () => ({ isReady: false, detail: 'disk full' }) }],
    })
    const { status, json } = await ask(api, '/ready')
    expect(status).toBe(503)
    expect(json.checks[0]).toEqual({ name: 'journal', isReady: false, detail: 'disk full' })
  })

  test('metrics tell equity, age of feeds and used limits, and forget a session that is gone', async () => {
    await using api = await runApi()
    const { text, headers } = await ask(api, '/metrics')
    expect(headers['content-type']).toContain('text/plain')
    expect(text).toContain('kestrel_session_equity{session="demo-live",currency="USDT"} 10000.5')
    expect(text).toContain(
      'kestrel_feed_age_seconds{session="demo-live",venue="BINANCE",instrument="BTC-USDT.BINANCE",feed="bars 1m"} 2',
    )
    expect(text).toContain('kestrel_risk_limit_used_ratio{session="demo-live",limit="daily-loss"} 0.25')
    expect(text).toContain('kestrel_risk_mode{session="demo-live",mode="halted"} 0')
    api.registry.publish({
      kind: 'notice',
      sessionId: 'demo-live',
      timeMs: T0,
      data: { severity: 'info', code: 'X', message: '' },
    })
    expect((await ask(api, '/metrics')).text).toContain(
      'kestrel_session_events_total{session="demo-live",kind="notice"} 1',
    )
  })

  test('the OpenAPI document names every route with its answers', async () => {
    await using api = await runApi()
    const { json } = await ask(api, '/openapi.json')
    expect(json.openapi).toBe('3.1.0')
    expect(Object.keys(json.paths).sort()).toEqual([
      '/api/v1/login',
      '/api/v1/logout',
      '/api/v1/me',
      '/api/v1/sessions',
      '/api/v1/sessions/{id}',
      '/api/v1/sessions/{id}/actions',
      '/api/v1/sessions/{id}/balances',
      '/api/v1/sessions/{id}/equity',
      '/api/v1/sessions/{id}/feeds',
      '/api/v1/sessions/{id}/fills',
      '/api/v1/sessions/{id}/orders',
      '/api/v1/sessions/{id}/positions',
      '/api/v1/sessions/{id}/risk',
      '/api/v1/stream',
      '/health',
      '/metrics',
      '/ready',
    ])
    const order = json.paths['/api/v1/sessions/{id}/orders'].get.responses['200'].content['application/json'].schema
    expect(order.properties.items.items.properties.quantity.type).toBe('string')
  })
})

describe('who may do what', () => {
  test('everything but health and login asks who it is', async () => {
    await using api = await runApi({ guarded: true })
    for (const path of ['/api/v1/sessions', '/metrics', '/openapi.json', '/api/v1/stream', '/api/v1/me', '/nowhere']) {
      expect([path, (await ask(api, path)).status]).toEqual([path, 401])
    }
    for (const path of ['/health', '/ready']) expect((await ask(api, path)).status).toBe(200)
  })

  test('a viewer reads and does nothing; an operator does both', async () => {
    await using api = await runApi({ guarded: true })
    const body = { action: 'pause' }
    const key = { 'idempotency-key': 'a-key-of-its-own' }
    expect((await ask(api, '/api/v1/sessions', { headers: bearer(VIEWER_TOKEN) })).status).toBe(200)
    const refused = await ask(api, '/api/v1/sessions/demo-live/actions', {
      body,
      headers: { ...bearer(VIEWER_TOKEN), ...key },
    })
    expect([refused.status, refused.json.error.code]).toEqual([403, 'API_ROLE'])
    expect(api.session.acts).toHaveLength(0)
    const done = await ask(api, '/api/v1/sessions/demo-live/actions', {
      body,
      headers: { ...bearer(OPERATOR_TOKEN), ...key },
    })
    expect([done.status, done.json.outcome]).toEqual([200, 'done'])
    expect(api.session.acts[0]?.actor).toEqual({
      user: 'script',
      role: 'operator',
      by: 'bearer',
      idempotencyKey: 'a-key-of-its-own',
    })
  })

  test.each([['Bearer '], ['Bearer x'], [`Bearer kst_${'x'.repeat(43)}`], ['Basic b2xnYTpwYXNz'], [OPERATOR_TOKEN]])(
    'Authorization "%s" is nobody',
    async (authorization) => {
      await using api = await runApi({ guarded: true })
      expect((await ask(api, '/api/v1/sessions', { headers: { authorization } })).status).toBe(401)
    },
  )
})
