import { describe, expect, test } from 'vitest'
import { PERPETUAL, SPOT, World } from './session-world.ts'

const coded = (code: string) => expect.objectContaining({ code })

describe('orders of a live session', () => {
  test('are sent once and booked as the venue filled them', async () => {
    using world = new World()
    const session = await world.open()
    for (const price of [100, 101, 102, 103]) await world.minute(session, price)
    expect(world.gateway.received.map(({ side }) => side)).toEqual(['buy', 'sell', 'buy', 'sell'])
    const fills = session.core.records().fills()
    expect(fills.map(({ price }) => price)).toEqual([100, 101, 102, 103])
    const { ledger } = session.core.kernel
    expect((ledger.cash[0] as number) + 50_000).toBeCloseTo(world.gateway.balance['USDT'] ?? 0, 9)
    await session.stop()
  })

  test('a create whose answer was lost is found by its client id and not sent again', async () => {
    using world = new World()
    const session = await world.open()
    world.gateway.isStreaming = false
    world.gateway.faults.push({ of: 'create', how: 'answer-lost' }, { of: 'find', how: 'lost' })
    await world.minute(session, 100)
    expect(world.gateway.received).toHaveLength(1)
    expect(session.core.records().fills()).toHaveLength(1)
    await session.stop()
  })

  test('"no such order" right after creation is not taken as a rejection', async () => {
    using world = new World()
    const session = await world.open()
    world.gateway.isStreaming = false
    world.gateway.faults.push(
      { of: 'create', how: 'answer-lost' },
      { of: 'find', how: 'not-found' },
      { of: 'find', how: 'not-found' },
      { of: 'find', how: 'not-found' },
    )
    await world.minute(session, 100)
    expect(world.gateway.received).toHaveLength(1)
    expect(
      session.core
        .records()
        .orders()
        .map(({ state }) => state),
    ).toEqual(['filled'])
    await session.stop()
  })

  test('an order that never arrived is given up after the venue has denied it for long enough, and not sent again', async () => {
    using world = new World()
    const session = await world.open()
    world.gateway.faults.push({ of: 'create', how: 'lost' })
    await world.minute(session, 100)
    expect(world.gateway.received).toHaveLength(0)
    const [order] = session.core.records().orders()
    expect(order).toMatchObject({ state: 'rejected', reason: 'the venue never received it' })
    await session.stop()
  })

  test('what the venue refuses is rejected with its reason', async () => {
    using world = new World()
    const session = await world.open()
    world.gateway.faults.push({ of: 'create', how: 'refused' })
    await world.minute(session, 100)
    expect(session.core.records().orders()[0]).toMatchObject({ state: 'rejected', reason: 'no answer' })
    await session.stop()
  })
})

describe('recovery', () => {
  test('plays the journal again and goes on', async () => {
    using world = new World()
    const first = await world.open()
    for (const price of [100, 101, 102]) await world.minute(first, price)
    const before = first.core.records()
    await first.suspend()
    world.crash()
    const second = await world.open()
    expect(second.core.records().fills()).toEqual(before.fills())
    expect(second.core.records().endEquity).toBe(before.endEquity)
    await world.minute(second, 103)
    expect(world.gateway.received).toHaveLength(4)
    expect(new Set(world.gateway.received.map(({ clientOrderId }) => clientOrderId)).size).toBe(4)
    await second.stop()
  })

  test('finds fills that came while it was away', async () => {
    using world = new World('live', PERPETUAL)
    const first = await world.open()
    world.gateway.fillLots = 400
    await world.minute(first, 100)
    expect(
      first.core
        .records()
        .fills()
        .map(({ quantity }) => quantity),
    ).toEqual([0.4])
    await first.suspend()
    world.crash()
    world.gateway.fill(world.gateway.received[0]?.clientOrderId ?? '', 600)
    const second = await world.open()
    expect(
      second.core
        .records()
        .fills()
        .map(({ quantity }) => quantity),
    ).toEqual([0.4, 0.6])
    await second.stop()
  })

  test('refuses a journal of another strategy or program', async () => {
    using world = new World()
    const first = await world.open()
    await first.suspend()
    world.crash()
    await expect(world.open({ ...world.setup, identity: { strategy: 'other' } })).rejects.toThrow(
      coded('LIVE_IDENTITY'),
    )
  })

  test('a second process on the journal is refused', async () => {
    using world = new World()
    const first = await world.open()
    const { Journal } = await import('../src/index.ts')
    expect(() => new Journal(world.journal.path)).toThrow(coded('LIVE_JOURNAL'))
    await first.stop()
  })
})

describe('a start compares the account with the books', () => {
  test('refuses a position that somebody else opened, with a table; takes it over where it may', async () => {
    using world = new World('live', PERPETUAL)
    world.gateway.lots[PERPETUAL.id] = 250
    await expect(world.open()).rejects.toThrow(/position .*BTC-USDT-PERP.TEST net .*0 lots .*250 lots .*refused/)
    world.crash()
    const session = await world.open({ ...world.setup, rules: { ...world.setup.rules, positions: 'adopt' } })
    await world.minute(session, 100)
    expect(world.gateway.lots[PERPETUAL.id]).toBe(1_250)
    await session.stop()
  })

  test('refuses a foreign open order; leaves it alone or cancels it by rule', async () => {
    using world = new World()
    world.gateway.placeForeign(SPOT)
    await expect(world.open()).rejects.toThrow(coded('LIVE_DIFFERENCE'))
    world.crash()
    const session = await world.open({ ...world.setup, rules: { ...world.setup.rules, foreignOrders: 'cancel' } })
    expect((await world.gateway.openOrders()).length).toBe(0)
    await session.stop()
  })

  test('refuses an account with less money than the session is to trade with', async () => {
    using world = new World()
    world.gateway.balance['USDT'] = 10
    await expect(world.open()).rejects.toThrow(/USDT .*50000 for the session .*10 .*refused/)
  })

  test('refuses to go on where money is missing', async () => {
    using world = new World()
    const first = await world.open()
    await world.minute(first, 100)
    await first.suspend()
    world.crash()
    world.gateway.balance['USDT'] = (world.gateway.balance['USDT'] ?? 0) - 5_000
    await expect(world.open()).rejects.toThrow(coded('LIVE_DIFFERENCE'))
  })

  test('refuses keys that may withdraw', async () => {
    using world = new World()
    world.gateway.canWithdraw = true
    await expect(world.open()).rejects.toThrow(coded('LIVE_KEY_RIGHTS'))
  })

  test('says at each start where a venue does not tell whether a key may withdraw', async () => {
    using world = new World()
    world.gateway.canWithdraw = 'unknown'
    const alarms = () => world.events.filter(({ kind }) => kind === 'alarm')
    const told = {
      severity: 'warning',
      code: 'LIVE_KEY_RIGHTS_UNREAD',
      message: expect.stringMatching(
        /^TEST does not say whether its key may withdraw money.*see that withdrawing is off/,
      ),
    }
    const first = await world.open()
    expect([first.state, alarms()]).toEqual(['running', [expect.objectContaining(told)]])
    await first.suspend()
    world.crash()
    const second = await world.open()
    expect(alarms()).toHaveLength(2)
    await second.stop()
  })
})

describe('a paper session', () => {
  test('fills in the simulated venue and survives a restart', async () => {
    using world = new World('paper')
    const first = await world.open()
    for (const price of [100, 101, 102, 103]) await world.minute(first, price)
    const before = first.core.records()
    expect(before.fills().length).toBe(3)
    await first.suspend()
    world.crash()
    const second = await world.open()
    expect(second.core.records().fills()).toEqual(before.fills())
    second.command('pause', 'test')
    await world.minute(second, 104)
    expect(second.core.records().orders().at(-1)).toMatchObject({ state: 'rejected', reason: 'the session is paused' })
    await second.stop()
  })
})
