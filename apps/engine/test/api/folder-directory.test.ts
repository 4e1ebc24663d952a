import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SessionEvent } from '@kestrel/contracts'
import { ManualClock } from '@kestrel/core'
import { expect, test } from 'vitest'
import { buildContext } from '../../src/cli/build-context.ts'
import { createLogger } from '../../src/log/logger.ts'
import { Redactor } from '../../src/log/redactor.ts'
import { FolderDirectory } from '../../src/session-api/folder-directory.ts'
import { thinnedEquity } from '../../src/session-api/thinned-equity.ts'
import { SessionControl } from '../../src/session/session-control.ts'
import { workFolder } from '../kestrel-process.ts'
import { ask, runApi, type RunningApi } from './running-api.ts'
import { T0 } from './fake-session.ts'

const STATUS = {
  id: 'demo',
  mode: 'paper',
  strategy: 'sma-cross',
  pid: process.pid,
  state: 'running',
  trading: 'active',
  risk: { status: 'active', reason: '' },
  writtenMs: T0,
  startEquity: 10_000,
  equity: 10_050.25,
  fills: 1,
  openOrders: [
    {
      orderId: 7,
      strategy: 'sma-cross',
      instrument: 'BTC-USDT.BINANCE',
      side: 'sell',
      type: 'limit',
      state: 'accepted',
      quantity: 0.5,
      filledQuantity: 0,
      limitPrice: 61_000,
      timeInForce: 'GTC',
      postOnly: true,
      reduceOnly: false,
      tag: '',
      createdTimeMs: T0,
    },
  ],
  positions: [
    {
      instrument: 'BTC-USDT.BINANCE',
      strategy: 'sma-cross',
      quantity: 0.5,
      entryPrice: 60_000,
      mark: 60_100.5,
      unrealised: 50.25,
    },
  ],
  feeds: [
    { instrument: 'BTC-USDT.BINANCE', feed: 'bars 1m', isConnected: true, ageMs: 1_000, detail: 'connected' },
    { instrument: null, feed: 'account', isConnected: false, ageMs: 61_000, detail: 'key refused' },
  ],
}
const FILL = {
  fillId: 1,
  orderId: 6,
  instrumentId: 'BTC-USDT.BINANCE',
  strategy: 'sma-cross',
  side: 'buy',
  tsEventMs: T0,
  price: 60_000,
  quantity: 0.5,
  fee: 30,
  feeCurrency: 'USDT',
  liquidity: 'taker',
}

/** A folder as a running session keeps it, and the directory that looks at it. */
function setUp() {
  const cwd = workFolder()
  const path = join(cwd, '.kestrel', 'sessions', 'demo')
  mkdirSync(path, { recursive: true })
  const spec = {
    id: 'BTC-USDT.BINANCE',
    tickSize: '0.01',
    lotSize: '0.00001',
    makerFeeRate: 0.001,
    takerFeeRate: 0.001,
  }
  const descriptor = {
    id: 'demo',
    mode: 'paper',
    strategy: 'sma-cross',
    cwd,
    codeHash: 'abc',
    instruments: [spec],
    venue: 'binance',
    limits: { drawdown: { at: 0.1, action: 'flatten' } },
    createdMs: T0 - 60_000,
    synthetic: false,
  }
  writeFileSync(join(path, 'session.json'), JSON.stringify(descriptor))
  const write = (status: object): void => writeFileSync(join(path, 'status.json'), JSON.stringify(status))
  const happen = (...events: readonly object[]): void =>
    appendFileSync(
      join(path, 'events.ndjson'),
      events.map((event) => `${JSON.stringify({ timeMs: T0, ...event })}\n`).join(''),
    )
  write(STATUS)
  const clock = new ManualClock(T0 + 1_000)
  const log: string[] = []
  const context = buildContext({ color: false, input: false }, cwd, {}, clock)
  const logger = createLogger({ write: (line) => log.push(line), clock, redactor: new Redactor() })
  return { path, write, happen, log, open: () => new FolderDirectory(context, logger) }
}

async function readAll(api: RunningApi, names: readonly string[]): Promise<unknown[]> {
  const answers = await Promise.all(names.map(async (name) => await ask(api, `/api/v1/sessions/demo${name}`)))
  expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200))
  return answers.map(({ json }) => json as unknown)
}

test('a session of another process is served from its folder', async () => {
  const { happen, open } = setUp()
  using directory = open()
  happen({ kind: 'fill', fill: FILL }, { kind: 'equity', equity: 10_100 }, { kind: 'equity', equity: 10_050.25 })
  await using api = await runApi({ directory })
  const [session, orders, fills, positions, equity, feeds, risk] = await readAll(api, [
    '',
    '/orders',
    '/fills',
    '/positions',
    '/equity',
    '/feeds',
    '/risk',
  ])
  expect(session).toMatchObject({
    id: 'demo',
    mode: 'paper',
    state: 'running',
    equity: '10050.25',
    unrealised: '50.25',
    reportingCurrency: 'USDT',
  })
  expect(orders).toMatchObject({
    items: [{ clientOrderId: 'demo-7', limitPrice: '61000', postOnly: true }],
    nextCursor: null,
  })
  expect(fills).toMatchObject({ items: [{ fillId: '1', price: '60000', fee: '30' }] })
  expect(positions).toMatchObject({
    positions: [{ side: 'long', quantity: '0.5', unrealised: '50.25', currency: 'USDT' }],
  })
  expect(equity).toEqual({
    points: [
      { timeMs: T0, equity: '10100', drawdown: 0 },
      { timeMs: T0, equity: '10050.25', drawdown: 10_050.25 / 10_100 - 1 },
    ],
  })
  expect(feeds).toMatchObject({
    feeds: [
      { feed: 'bars 1m', isConnected: true, isStale: false, lastEventTimeMs: T0 - 1_000 },
      { instrumentId: null, feed: 'account', isConnected: false, isStale: true, detail: 'key refused' },
    ],
  })
  expect(risk).toMatchObject({
    mode: 'active',
    limits: [{ name: 'drawdown', action: 'flatten', limit: '0.1', unit: 'fraction' }],
  })
})

test('what happens is told once: news of the folder, and what changed', () => {
  const { write, happen, open } = setUp()
  happen({ kind: 'equity', equity: 9_000 })
  using directory = open()
  const told: SessionEvent[] = []
  directory.subscribe((event) => told.push(event))
  directory.look()
  expect(told.map(({ kind }) => kind)).toEqual(['session', 'risk', 'feed', 'feed'])
  told.length = 0
  happen(
    { kind: 'fill', fill: FILL },
    { kind: 'alarm', severity: 'critical', code: 'LIVE_SESSION_FAILED', message: 'x' },
  )
  write({ ...STATUS, writtenMs: T0 + 900 })
  directory.look()
  directory.look()
  expect(told.map(({ kind }) => kind)).toEqual(['fill', 'notice'])
  told.length = 0
  write({ ...STATUS, trading: 'paused', risk: { status: 'halted', reason: 'daily loss' } })
  directory.look()
  expect(told).toMatchObject([
    { kind: 'session', data: { state: 'halted', detail: 'daily loss' } },
    { kind: 'risk', data: { mode: 'halted' } },
  ])
})

test('bars are late when the next one is, whatever their length', async () => {
  const { write, open } = setUp()
  const [bars] = STATUS.feeds
  const feed = (name: string, ageMs: number) => ({ ...bars, feed: name, ageMs })
  // A second passes until somebody looks.
  write({
    ...STATUS,
    feeds: [
      feed('bars 1m', 119_000),
      feed('bars 1m', 119_001),
      feed('bars 1h', 3_659_000),
      feed('bars 1h', 3_659_001),
      feed('mark', 59_000),
      feed('mark', 59_001),
    ],
  })
  using directory = open()
  await using api = await runApi({ directory })
  const [{ feeds }] = (await readAll(api, ['/feeds'])) as [{ feeds: { staleAfterMs: number; isStale: boolean }[] }]
  expect(feeds.map(({ staleAfterMs, isStale }) => [staleAfterMs, isStale])).toEqual([
    [120_000, false],
    [120_000, true],
    [3_660_000, false],
    [3_660_000, true],
    [60_000, false],
    [60_000, true],
  ])
})

test('an action goes to the session, whose answer comes back; halt needs none', async () => {
  const { path, open } = setUp()
  using directory = open()
  await using api = await runApi({ directory })
  using control = new SessionControl(join(path, 'control.sqlite'))
  const seen: string[] = []
  const session = setInterval(() => {
    for (const { id, command, reason } of control.waiting()) {
      seen.push(`${command}: ${reason}`)
      control.done(id, { text: 'trading is paused', isRefused: reason.startsWith('never') })
    }
  }, 10)
  const act = async (body: object, key: string) =>
    await ask(api, '/api/v1/sessions/demo/actions', { body, headers: { 'idempotency-key': key } })
  const paused = await act({ action: 'pause', reason: 'night' }, 'key-of-pause')
  const refused = await act({ action: 'pause', reason: 'never' }, 'key-of-refusal')
  clearInterval(session)
  expect([paused.status, paused.json.outcome, paused.json.detail]).toEqual([200, 'accepted', 'trading is paused'])
  expect(refused.json).toMatchObject({ outcome: 'refused', detail: 'trading is paused' })
  expect(seen).toEqual(['pause: night (local through the API)', 'pause: never (local through the API)'])
  expect((await act({ action: 'halt' }, 'key-of-halt')).json.outcome).toBe('done')
  expect((await ask(api, '/api/v1/sessions/demo')).json).toMatchObject({
    state: 'halted',
    detail: 'halted from outside',
  })
})

test('one damaged session is told of once, and silences no other', async () => {
  const { path, happen, open, log } = setUp()
  const beside = (id: string, file: string, text: string): void => {
    cpSync(path, join(path, '..', id), { recursive: true })
    const descriptor = readFileSync(join(path, 'session.json'), 'utf8')
    writeFileSync(join(path, '..', id, 'session.json'), descriptor.replace('"id":"demo"', `"id":"${id}"`))
    writeFileSync(join(path, '..', id, file), text)
  }
  beside('cut', 'status.json', '{"id":"cut","mode":"p')
  beside('odd', 'status.json', JSON.stringify({ ...STATUS, id: 'odd', positions: 5 }))
  beside('lost', 'session.json', '{"id":"lo')
  using directory = open()
  const told: SessionEvent[] = []
  directory.subscribe((event) => told.push(event))
  for (let i = 0; i < 3; i++) directory.look()
  happen({ kind: 'fill', fill: FILL })
  directory.look()
  const ofKind = (kind: string, id: string) => told.filter((each) => each.kind === kind && each.sessionId === id)
  for (const id of ['cut', 'odd']) {
    expect(ofKind('session', id)).toMatchObject([
      { data: { state: 'failed', detail: expect.stringContaining('status.json') } },
    ])
  }
  expect(ofKind('session', 'demo')).toMatchObject([{ data: { state: 'running' } }])
  expect(ofKind('fill', 'demo')).toHaveLength(1)
  expect(log.filter((line) => line.includes('session.json'))).toHaveLength(1)
  await using api = await runApi({ directory })
  const { status, json } = await ask(api, '/api/v1/sessions')
  expect(status).toBe(200)
  const states = (json.sessions as { id: string; state: string }[]).map(({ id, state }) => `${id} ${state}`)
  expect(states).toEqual(['cut failed', 'demo running', 'odd failed'])
  expect((await ask(api, '/api/v1/sessions/odd/positions')).status).toBe(200)
  expect((await ask(api, '/metrics')).status).toBe(200)
})

test('a session that is not running takes no action but the one that needs nobody', async () => {
  const { write, open } = setUp()
  write({ ...STATUS, state: 'ended' })
  using directory = open()
  await using api = await runApi({ directory })
  const headers = { 'idempotency-key': 'key-of-stop' }
  const answer = await ask(api, '/api/v1/sessions/demo/actions', { body: { action: 'stop' }, headers })
  expect([answer.status, answer.json.error.code]).toEqual([409, 'SESSION_NOT_RUNNING'])
  expect((await ask(api, '/api/v1/sessions/demo')).json.state).toBe('stopped')
})

test('a session whose process is gone without a word has failed', () => {
  const { write, open } = setUp()
  using directory = open()
  const told: SessionEvent[] = []
  directory.look()
  directory.subscribe((event) => told.push(event))
  write({ ...STATUS, writtenMs: T0 - 60_000 })
  directory.look()
  expect(told[0]).toMatchObject({ kind: 'session', data: { state: 'failed', detail: 'its process is gone or hangs' } })
})

test('thinned equity keeps ends and extremes, and the peak from before the window', () => {
  const all = Array.from({ length: 1_000 }, (_, at) => ({
    timeMs: at,
    equity: at === 10 ? 500 : at === 700 ? 50 : 100,
  }))
  const thin = thinnedEquity(all, { points: 20 })
  expect(thin.length).toBeLessThanOrEqual(20)
  expect([thin[0]?.timeMs, thin.at(-1)?.timeMs]).toEqual([0, 999])
  expect(thin.some(({ equity }) => equity === 500) && thin.some(({ equity }) => equity === 50)).toBe(true)
  expect(thinnedEquity(all, { fromMs: 700, toMs: 701, points: 20 })).toEqual([
    { timeMs: 700, equity: 50, drawdown: 0.1 - 1 },
  ])
})
