import type { SessionEvent } from '@kestrel/contracts'
import { ManualClock } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { SessionRegistry } from '../api/session-registry.ts'
import { createLogger } from '../../src/log/logger.ts'
import { Redactor } from '../../src/log/redactor.ts'
import { type Channel, ChannelError } from '../../src/notify/channel.ts'
import { startHeartbeat } from '../../src/notify/heartbeat.ts'
import type { Message } from '../../src/notify/message.ts'
import { Notifier, type NotifierOptions } from '../../src/notify/notifier.ts'
import { watchSessions } from '../../src/notify/watch-sessions.ts'
import { orderOf, sessionOf, T0 } from '../api/fake-session.ts'
import { startReceiver } from './local-receiver.ts'

/** A channel that fails as told and keeps what it took. */
class FakeChannel implements Channel {
  readonly name = 'fake'
  readonly kind = 'webhook'
  readonly taken: Message[] = []
  readonly failures: (Error | undefined)[]
  tries = 0

  constructor(failures: (Error | undefined)[] = []) {
    this.failures = failures
  }

  async send(message: Message): Promise<void> {
    const failure = this.failures[this.tries++]
    if (failure !== undefined) throw failure
    this.taken.push(message)
  }
}

interface Setup {
  readonly notifier: Notifier
  readonly clock: ManualClock
  readonly waits: number[]
  readonly log: string[]
}

function setUp(channel: Channel, changes: Partial<NotifierOptions> = {}): Setup {
  const clock = new ManualClock(T0)
  const redactor = changes.redactor ?? new Redactor()
  const waits: number[] = []
  const log: string[] = []
  const notifier = new Notifier({
    routes: [{ channel, severity: 'warning' }],
    clock,
    logger: createLogger({ write: (line) => log.push(line), clock, redactor }),
    redactor,
    repeatMs: 900_000,
    mostPerHour: 60,
    wait: async (ms) => void waits.push(ms),
    ...changes,
  })
  return { notifier, clock, waits, log }
}

function message(text: string, severity: Message['severity'] = 'error'): Message {
  return { severity, code: 'TEST', text, sessionId: 'demo', timeMs: T0 }
}

const busy = (waitMs?: number): ChannelError => new ChannelError({ message: 'busy', isWorthRetrying: true, waitMs })

test('each channel gets what reaches its severity', async () => {
  const [quiet, loud] = [new FakeChannel(), new FakeChannel()]
  const { notifier } = setUp(quiet, {
    routes: [
      { channel: quiet, severity: 'critical' },
      { channel: loud, severity: 'debug' },
    ],
  })
  for (const severity of ['debug', 'info', 'warning', 'error', 'critical'] as const)
    notifier.notify(message(severity, severity))
  await notifier.close(1_000)
  expect(quiet.taken.map(({ text }) => text)).toEqual(['critical'])
  expect(loud.taken.map(({ text }) => text)).toEqual(['debug', 'info', 'warning', 'error', 'critical'])
})

test('a failure is tried again after waits that double, at least as long as the service asks', async () => {
  const channel = new FakeChannel([busy(), busy(), busy(9_000), undefined])
  const { notifier, waits } = setUp(channel)
  notifier.notify(message('a'))
  notifier.notify(message('b'))
  await notifier.close(1_000)
  expect(channel.taken.map(({ text }) => text)).toEqual(['a', 'b'])
  expect(waits).toEqual([1_000, 2_000, 9_000])
})

test('after six tries a message is given up, and the next has its turn', async () => {
  const channel = new FakeChannel(Array.from({ length: 6 }, () => busy()))
  const { notifier, log } = setUp(channel)
  notifier.notify(message('lost'))
  notifier.notify(message('next'))
  await notifier.close(1_000)
  expect(channel.taken.map(({ text }) => text)).toEqual(['next'])
  expect(log.join('')).toContain('message given up')
})

test('a final refusal is not tried again', async () => {
  const channel = new FakeChannel([new ChannelError({ message: 'no', isWorthRetrying: false }), new Error('bug')])
  const { notifier, waits } = setUp(channel)
  for (const text of ['a', 'b', 'c']) notifier.notify(message(text))
  await notifier.close(1_000)
  expect(channel.taken.map(({ text }) => text)).toEqual(['c'])
  expect(waits).toEqual([])
})

test('the same message is told once in a while, with the number that was held back', async () => {
  const channel = new FakeChannel()
  const { notifier, clock } = setUp(channel)
  for (let n = 0; n < 5; n++) notifier.notify(message('again'))
  notifier.notify(message('other'))
  clock.advanceTo(T0 + 900_000)
  notifier.notify(message('again'))
  await notifier.close(1_000)
  expect(channel.taken.map(({ text }) => text)).toEqual(['again', 'other', 'again (and 4 times before this)'])
})

test('an hour takes only so many, the urgent ones always; the rest is counted', async () => {
  const channel = new FakeChannel()
  const { notifier, clock } = setUp(channel, { mostPerHour: 3 })
  for (let n = 0; n < 10; n++) notifier.notify(message(`m${n}`))
  notifier.notify(message('urgent', 'critical'))
  clock.advanceTo(T0 + 3_600_000)
  notifier.notify(message('later'))
  await notifier.close(1_000)
  expect(channel.taken.map(({ text }) => text)).toEqual([
    'm0',
    'm1',
    'm2',
    'urgent (7 messages were held back before this)',
    'later',
  ])
})

test('no secret leaves in a message', async () => {
  const redactor = new Redactor()
  redactor.keep('plantedSecret02')
  const channel = new FakeChannel()
  const { notifier } = setUp(channel, { redactor })
  notifier.notify(message('key plantedSecret02, apiKey=abcdefghijkl'))
  await notifier.close(1_000)
  expect(channel.taken[0]?.text).toBe('key [redacted], apiKey=[redacted]')
})

test('the end does not wait for ever for a channel that hangs', async () => {
  const channel: Channel = { name: 'dead', kind: 'webhook', send: async () => await Promise.reject(busy()) }
  const gate = Promise.withResolvers<void>()
  const { notifier } = setUp(channel, {
    wait: async (_ms, signal) => {
      signal.addEventListener('abort', () => gate.resolve())
      await gate.promise
    },
  })
  notifier.notify(message('a'))
  await notifier.close(10)
})

describe('what is told of sessions', () => {
  function told(events: readonly SessionEvent[]): string[] {
    const registry = new SessionRegistry()
    const messages: string[] = []
    const unwatch = watchSessions(registry, ({ severity, code }) => messages.push(`${severity} ${code}`))
    for (const event of events) registry.publish(event)
    unwatch()
    for (const event of events) registry.publish(event)
    return messages
  }
  const base = { sessionId: 'demo', timeMs: T0 }
  const risk = (mode: 'active' | 'reducing' | 'halted'): SessionEvent => ({
    ...base,
    kind: 'risk',
    data: { mode, reason: 'daily loss', sinceTimeMs: T0, limits: [], breaches: [] },
  })
  const feed = (isStale: boolean): SessionEvent => ({
    ...base,
    kind: 'feed',
    data: {
      venue: 'BINANCE',
      instrumentId: null,
      feed: 'account',
      isConnected: !isStale,
      lastEventTimeMs: null,
      staleAfterMs: 1,
      isStale,
      events: 0,
      resubscriptions: 0,
      detail: '',
    },
  })

  test('a mode of risk is told when it begins', () => {
    expect(told([risk('active'), risk('reducing'), risk('reducing'), risk('halted'), risk('active')])).toEqual([
      'error RISK_REDUCING',
      'critical RISK_HALTED',
    ])
  })

  test('a session that fails is critical, and so is one that halts', () => {
    const states = ['running', 'running', 'failed', 'halted'] as const
    expect(told(states.map((state) => ({ ...base, kind: 'session', data: { ...sessionOf('demo'), state } })))).toEqual([
      'info SESSION_RUNNING',
      'critical SESSION_FAILED',
      'critical SESSION_HALTED',
    ])
  })

  test('stale feeds and rejected orders are told, fills and open orders are not', () => {
    expect(
      told([
        feed(false),
        feed(true),
        feed(true),
        feed(false),
        { ...base, kind: 'order', data: orderOf(1) },
        { ...base, kind: 'order', data: { ...orderOf(2), state: 'rejected', reason: 'LOT_SIZE' } },
        { ...base, kind: 'notice', data: { severity: 'error', code: 'MISMATCH', message: 'one fill missing' } },
      ]),
    ).toEqual(['info FEED_FRESH', 'error FEED_STALE', 'info FEED_FRESH', 'warning ORDER_REJECTED', 'error MISMATCH'])
  })
})

describe('the heartbeat', () => {
  const logger = (log: string[]) =>
    createLogger({ write: (line) => log.push(line), clock: new ManualClock(T0), redactor: new Redactor() })

  test('asks again and again, and says once that it failed and once that it works again', async () => {
    const log: string[] = []
    await using receiver = await startReceiver((index) => ({ status: index === 1 || index === 2 ? 500 : 200 }))
    const end = startHeartbeat({
      url: `${receiver.url}/planted-uuid`,
      everyMs: 5,
      logger: logger(log),
      isWell: () => true,
    })
    await receiver.count(6)
    await end()
    expect(receiver.received[0]).toMatchObject({ method: 'GET', path: '/planted-uuid' })
    expect(log.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual([
      'no heartbeat sent',
      'heartbeat sent again',
    ])
    expect(log.join('')).not.toContain('planted-uuid')
  })

  test('is silent while the engine is not well', async () => {
    await using receiver = await startReceiver()
    const asked = Promise.withResolvers<void>()
    let times = 0
    const isWell = (): boolean => {
      times += 1
      if (times === 3) asked.resolve()
      return false
    }
    const end = startHeartbeat({ url: receiver.url, everyMs: 1, logger: logger([]), isWell })
    await asked.promise
    await end()
    expect(receiver.received).toEqual([])
  })

  test('is silent, and goes on, where it cannot be told whether the engine is well', async () => {
    await using receiver = await startReceiver()
    const log: string[] = []
    let times = 0
    const isWell = async (): Promise<boolean> => {
      times += 1
      if (times < 3) throw new Error('status.json is damaged')
      return true
    }
    const end = startHeartbeat({ url: receiver.url, everyMs: 1, logger: logger(log), isWell })
    await receiver.count(1)
    await end()
    expect(times).toBeGreaterThanOrEqual(3)
    expect(log[0]).toContain('status.json is damaged')
  })
})
