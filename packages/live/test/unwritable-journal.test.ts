import { describe, expect, test, vi } from 'vitest'
import { Journal, journalledRisk, type LiveSession, riskLimitsSchema } from '../src/index.ts'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, World } from './session-world.ts'

const BAD_BAR = { openTimeMs: 0, closeTimeMs: 0, open: -1, high: 0, low: 0, close: 0, volume: 0, tsRecvMs: 0 }

test('what cannot be written down is not sent, and half a step does not remain', async () => {
  using world = new World()
  const session = await world.open()
  await world.minute(session, 100)
  expect(world.gateway.received).toHaveLength(1)
  const full = vi.spyOn(Journal.prototype, 'commit').mockImplementation(() => {
    throw new Error('database or disk is full')
  })
  await world.minute(session, 101)
  full.mockRestore()
  expect(session.state).toBe('failed')
  expect(world.gateway.received).toHaveLength(1)
  expect(world.events).toContainEqual(expect.objectContaining({ kind: 'alarm', code: 'LIVE_SESSION_FAILED' }))
  // It takes no more, and says nothing of it a second time.
  await world.minute(session, 102)
  await session.stop()
  world.crash()

  const again = await world.open()
  const { desk, ledger } = again.core.kernel
  expect([desk.fills.count, ledger.lots[0]]).toEqual([1, 1_000])
  await world.minute(again, 103)
  expect(world.gateway.received).toHaveLength(2)
  await again.stop()
})

test('the dead-man timer is for sessions that died: it is taken off by whoever leaves', async () => {
  using world = new World('live', PERPETUAL)
  const armed: number[] = []
  Object.assign(world.gateway, {
    abilities: { ...world.gateway.abilities, hasDeadManTimer: true },
    armDeadManTimer: async (timeoutMs: number) => void armed.push(timeoutMs),
  })
  const session = await world.open({ ...world.setup, deadManMs: 60_000 })
  await session.suspend()
  expect(armed).toEqual([60_000, 0])
  expect(world.events.filter(({ kind }) => kind === 'alarm')).toEqual([])
})

test('where the venue keeps its timer, whoever leaves is told what it will do', async () => {
  using world = new World('live', PERPETUAL)
  Object.assign(world.gateway, {
    abilities: { ...world.gateway.abilities, hasDeadManTimer: true, deadManStaysMs: 300_000 },
  })
  const session = await world.open({ ...world.setup, deadManMs: 60_000 })
  await session.suspend()
  const alarm = world.events.find((event) => event.kind === 'alarm')
  expect(alarm).toMatchObject({ severity: 'critical', code: 'LIVE_DEAD_MAN_STAYS' })
  expect(alarm?.message).toContain('300 s from now it cancels all orders, protective ones too')
})

describe('a disk that is full', () => {
  /** From here on nothing more can be written. */
  function fill(world: World): void {
    const full = (): never => {
      throw new Error('database or disk is full')
    }
    Object.assign(world.journal, { append: full, put: full })
  }

  function failures(world: World): number {
    return world.events.filter((event) => event.kind === 'alarm' && event.code === 'LIVE_SESSION_FAILED').length
  }

  const status = (isConnected: boolean) => ({ isConnected, lastFrameMs: 0, reconnects: 1, detail: 'socket closed' })

  test.each<[string, (world: World, session: LiveSession) => void]>([
    ['a stream that breaks', ({ gateway }) => gateway.stream?.onStatus(status(false))],
    ['a gap in a stream', ({ gateway }) => gateway.stream?.onGap(0, 1, 'socket closed')],
    ['what limits count at a tick', (_, session) => session.tick()],
    ['a bar that cannot be used', (_, session) => session.onBar(PERPETUAL, '1m', BAD_BAR)],
    ['a command', (_, session) => session.command('pause', 'somebody')],
  ])('fails the session at %s, and throws nothing', async (_, act) => {
    using world = new World('live', PERPETUAL)
    const risk = journalledRisk(riskLimitsSchema.parse({ drawdown: { at: 0.5 } }), world.journal, world.clock)
    const session = await world.open(world.setup, risk)
    await world.minute(session, 100)
    // A new highest equity: to be written down at the next look.
    risk.reset(1)
    fill(world)
    expect(() => act(world, session)).not.toThrow()
    expect([session.state, failures(world)]).toEqual(['failed', 1])
    const { received } = world.gateway
    // Whatever happens then is taken in quietly, and nothing is sent.
    expect(() => {
      world.gateway.stream?.onStatus(status(true))
      world.gateway.stream?.onGap(0, 1, 'socket closed')
      session.tick()
    }).not.toThrow()
    await world.minute(session, 100)
    expect([received.length, failures(world)]).toEqual([1, 1])
    await session.suspend()
  })

  test('fails the session at a look at the account that fails', async () => {
    using world = new World('live', PERPETUAL)
    const session = await world.open({ ...world.setup, reconcileMs: 10 })
    world.gateway.openOrders = async () => {
      throw new Error('no answer')
    }
    fill(world)
    await expect.poll(() => session.state, { timeout: 10_000 }).toBe('failed')
    await session.suspend()
  })

  test('sends no order in the place of one that a venue cannot change', async () => {
    const amender = barActor(({ submit, amend, openOrders, instrument }, bar) => {
      if (bar === 1) submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 90 })
      for (const each of bar === 2 ? openOrders(instrument) : []) amend(each, { limitPrice: 91 })
    })
    using world = new World('live', PERPETUAL, amender)
    Object.assign(world.gateway, { abilities: { ...world.gateway.abilities, amendsInPlace: false } })
    const session = await world.open()
    await world.minute(session, 100)
    const cancel = world.gateway.cancelOrder.bind(world.gateway)
    world.gateway.cancelOrder = async (reference) => {
      const answer = await cancel(reference)
      fill(world)
      return answer
    }
    await world.minute(session, 100)
    expect([session.state, world.gateway.received.length]).toEqual(['failed', 1])
    await session.suspend()
  })
})

test('a start that cannot write fails itself', async () => {
  using world = new World('live', PERPETUAL)
  const written = vi.spyOn(Journal.prototype, 'append').mockImplementation((_, kind) => {
    if (kind === 'note:reconciled') throw new Error('database or disk is full')
    return 1
  })
  await expect(world.open()).rejects.toThrow('disk is full')
  written.mockRestore()
})
