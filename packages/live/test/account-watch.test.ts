import { setTimeout as wait } from 'node:timers/promises'
import { KestrelError } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { AccountRisk, riskLimitsSchema } from '../src/index.ts'
import { barActor } from './bar-actor.ts'
import { LimitWorld, order } from './limits/limit-world.ts'
import { PERPETUAL, World } from './session-world.ts'

const IDLE = barActor(() => undefined)
const LOOK_MS = 50
const PATIENT = { timeout: 10_000 }

/** A live session that looks at its account all the time. */
class Looking extends World {
  constructor(definition = IDLE) {
    super('live', PERPETUAL, definition)
  }

  /** What somebody was told, as `severity CODE`. */
  get alarms(): readonly string[] {
    return this.events.flatMap((event) => (event.kind === 'alarm' ? [`${event.severity} ${event.code}`] : []))
  }

  /** Looks that failed. */
  refusals = 0

  /** The venue answers no question about the account. */
  refuse(): () => void {
    const openOrders = this.gateway.openOrders.bind(this.gateway)
    this.gateway.openOrders = async () => {
      this.refusals++
      throw new KestrelError({ code: 'VENUE_KEYS', message: 'The venue refuses the key.', retry: 'never' })
    }
    return () => {
      this.gateway.openOrders = openOrders
    }
  }
}

describe('an account that cannot be looked at', () => {
  test('is told of once, and again when it can be', async () => {
    using world = new Looking()
    const session = await world.open({ ...world.setup, reconcileMs: LOOK_MS })
    const admit = world.refuse()
    await expect.poll(() => world.alarms[0], PATIENT).toBe('critical LIVE_ACCOUNT_UNSEEN')
    expect(world.events.find(({ kind }) => kind === 'alarm')).toMatchObject({
      message: expect.stringContaining('refuses the key') as string,
    })
    expect(session.accounts()).toMatchObject([{ venue: 'TEST', isConnected: false }])
    expect(session.accounts()[0]?.detail).toContain('refuses the key')
    expect(session.facts().isConnected).toBe(false)
    await expect.poll(() => world.refusals, PATIENT).toBeGreaterThan(6)
    expect(world.alarms).toHaveLength(1)
    admit()
    await expect.poll(() => world.alarms[1], PATIENT).toBe('info LIVE_ACCOUNT_UNSEEN')
    await expect.poll(() => session.accounts()[0]?.isConnected, PATIENT).toBe(true)
    await session.stop()
  })

  test('is one of which the look has no end as well', async () => {
    using world = new Looking()
    const session = await world.open({ ...world.setup, reconcileMs: LOOK_MS })
    const answer = Promise.withResolvers<never[]>()
    world.gateway.openOrders = async () => answer.promise
    await expect.poll(() => world.alarms[0], PATIENT).toBe('critical LIVE_ACCOUNT_UNSEEN')
    expect(session.facts().isConnected).toBe(false)
    answer.resolve([])
    await expect.poll(() => session.facts().isConnected, PATIENT).toBe(true)
    await session.stop()
  })

  test('is not opened on, and got out of', async () => {
    const trader = barActor(({ submit, instrument }, bar) => {
      submit({ instrument, side: bar === 3 ? 'sell' : 'buy', quantity: 1 })
    })
    using world = new Looking(trader)
    const limits = riskLimitsSchema.parse({ disconnectedMs: { at: 1 } })
    const risk = new AccountRisk(limits, undefined, () => undefined)
    const session = await world.open({ ...world.setup, reconcileMs: LOOK_MS }, risk)
    await world.minute(session, 100)
    world.refuse()
    await expect.poll(() => risk.memory.disconnectedSinceMs, PATIENT).toBeGreaterThan(0)
    await wait(5)
    await world.minute(session, 100)
    expect(world.gateway.received.map(({ side }) => side)).toEqual(['buy'])
    await world.minute(session, 100)
    expect(world.gateway.received.map(({ side }) => side)).toEqual(['buy', 'sell'])
    await session.stop()
  })

  test('is not told of after the session', async () => {
    using world = new Looking()
    const session = await world.open({ ...world.setup, reconcileMs: LOOK_MS })
    world.refuse()
    await session.stop()
    await wait(10 * LOOK_MS)
    expect(world.alarms).toEqual([])
  })
})

describe('a stream that is down', () => {
  test('is told of when it stays down, and when it is back', async () => {
    await using world = await LimitWorld.open({ clockSkewMs: { at: 1_000 } })
    const alarms = (): readonly string[] => world.alarms.map(({ severity, code }) => `${severity} ${code}`)
    await world.minute(100, { first: order('buy', 1) })
    expect(world.session.accounts()).toMatchObject([{ isConnected: true, detail: 'connected' }])
    world.gateway.setUp(false)
    await world.until(world.clock.nowMs() + 29_999)
    expect(alarms()).toEqual([])
    await world.until(world.clock.nowMs() + 1)
    await world.until(world.clock.nowMs() + 60_000)
    expect(alarms()).toEqual(['critical LIVE_ACCOUNT_STREAM'])
    const [account] = world.session.accounts()
    expect([account?.isConnected, world.clock.nowMs() - (account?.lastSeenMs ?? 0) >= 90_000]).toEqual([false, true])
    world.gateway.setUp(true)
    expect(alarms()).toEqual(['critical LIVE_ACCOUNT_STREAM', 'info LIVE_ACCOUNT_STREAM'])
    expect(world.alarms.at(-1)?.message).toBe('The stream of the account at TEST is back after 90 s.')
  })

  test('is told of where it never came as well', async () => {
    await using world = await LimitWorld.open({ clockSkewMs: { at: 1_000 } })
    world.gateway.isUp = false
    await world.crash()
    expect(world.session.accounts()).toMatchObject([{ isConnected: false, detail: 'connecting' }])
    await world.until(world.clock.nowMs() + 30_000)
    expect(world.alarms).toMatchObject([{ severity: 'critical', code: 'LIVE_ACCOUNT_STREAM' }])
  })
})
