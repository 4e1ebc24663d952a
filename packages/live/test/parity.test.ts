import type { OrderRecord, RoundTrip } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import {
  attributeDifference,
  type Cause,
  type LiveSession,
  parityHtml,
  type ParityReport,
  parityReport,
  rerunSession,
  SessionJournal,
} from '../src/index.ts'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, World } from './session-world.ts'

const PRICES = [100, 101, 102, 103, 104, 103, 102, 104, 105, 106]

async function played(
  world: World,
  act?: (session: LiveSession, minute: number) => void,
  prices = PRICES,
): Promise<ParityReport> {
  const session = await world.open()
  for (const [minute, price] of prices.entries()) {
    act?.(session, minute)
    await world.minute(session, price)
  }
  await session.suspend()
  const rerun = rerunSession(new SessionJournal(world.journal), world.setup.config)
  if (rerun === undefined) throw new Error('no session')
  return parityReport(rerun)
}

describe('parity of a session', () => {
  test('a paper session equals its backtest', async () => {
    using world = new World('paper')
    const report = await played(world)
    expect(report.trades).toMatchObject({ attributed: 0, matched: 0, unexplained: 0 })
    expect(report.trades.equal).toBeGreaterThan(2)
    expect(report.endEquity.session).toBe(report.endEquity.backtest)
  })

  test('what fills at other prices is split into fee, latency and fill rule that add up', async () => {
    using world = new World()
    const report = await played(world)
    expect(report.trades.session).toBeGreaterThan(2)
    expect(report.trades.unexplained).toBe(0)
    expect(report.causes.length).toBeGreaterThan(0)
    const money = report.causes.reduce((sum, cause) => sum + cause.money, 0)
    const difference = report.rows.reduce((sum, row) => sum + row.difference, 0)
    expect(money).toBeCloseTo(difference, 6)
    expect(parityHtml(report)).toContain('Every trade is matched or attributed.')
  })

  test('a trade that the venue turned down is put down to that', async () => {
    using world = new World('live', PERPETUAL)
    const report = await played(world, (_, minute) => {
      if (minute === 2) world.gateway.faults.push({ of: 'create', how: 'refused' })
    })
    expect(report.trades.unexplained).toBe(0)
    expect(report.causes.map(({ cause }) => cause)).toContain('reject')
  })

  test('a trade that a pause kept back is put down to the operator', async () => {
    using world = new World('live', PERPETUAL)
    const report = await played(world, (session, minute) => {
      if (minute === 2) session.command('pause', 'lunch')
      if (minute === 5) session.command('resume', 'back')
    })
    expect(report.trades.unexplained).toBe(0)
    expect(report.causes.map(({ cause }) => cause)).toContain('manual')
  })
})

const causesOf = (report: ParityReport): Cause[] => report.causes.map(({ cause }) => cause)
const sumOf = (report: ParityReport): number => report.rows.reduce((sum, { difference }) => sum + difference, 0)

describe('what is put down to a cause', () => {
  test('a limit of the account that closed everything is no operator', async () => {
    using world = new World('live', PERPETUAL)
    const report = await played(world, (session, minute) => {
      if (minute === 4) session.command('flatten', 'risk: drawdown 0.2 of 0.1')
    })
    expect(causesOf(report)).toContain('risk')
    expect(causesOf(report)).not.toContain('manual')
    expect(report.isExplained).toBe(true)
  })

  test('what is held at the end is compared too, so that all of the difference in equity is in the rows', async () => {
    const holder = barActor(({ target, instrument }, bar) => {
      if (bar === 3) target(instrument, { quantity: 1 })
    })
    using world = new World('live', PERPETUAL, holder)
    const report = await played(world)
    expect(report.openPositions).toEqual({ session: 1, backtest: 1 })
    expect(report.rows).toMatchObject([
      { session: { exitReason: 'open' }, backtest: { exitReason: 'open' }, verdict: 'matched' },
    ])
    expect(report.rows[0]?.difference).not.toBe(0)
    expect(report.trades).toMatchObject({ session: 0, matched: 0, unexplained: 0 })
    expect(report.rest).toBeCloseTo(0, 9)
    expect(sumOf(report)).toBeCloseTo(report.endEquity.session - report.endEquity.backtest, 9)
  })

  test('what is bought at the last bar, which the simulator has no open for', async () => {
    using world = new World('live', PERPETUAL)
    const report = await played(world, undefined, PRICES.slice(0, -1))
    expect(report.openPositions).toEqual({ session: 1, backtest: 0 })
    expect(report.rows.at(-1)?.attributions).toMatchObject([
      { cause: 'fill-rule', detail: 'not filled in the simulator: the window ended first' },
    ])
    expect(report.isExplained).toBe(true)
  })

  test('a fill that the venue told of twice is not explained', async () => {
    using world = new World('live', PERPETUAL)
    const report = await played(world, (_, minute) => {
      const [fill] = world.gateway.fills
      if (minute === 1 && fill !== undefined) world.gateway.stream?.onFill({ ...fill, fillId: 'again' })
    })
    expect(causesOf(report)).toContain('unexplained')
    expect([report.trades.unexplained > 0, report.isExplained]).toEqual([true, false])
    expect(parityHtml(report)).toMatch(/not explained/)
  })
})

describe('a trade of another size', () => {
  const quantities = (session: number, backtest: number) => {
    const common = { instrumentId: 'A', strategy: 's', direction: 'long', entryTimeMs: 100, exitTimeMs: 200 }
    const fees = { entryFee: 0, exitFee: 0, funding: 0, slippage: 0, entryPrice: 10, exitPrice: 13 }
    const of = (quantity: number) => ({ ...common, ...fees, quantity, profit: 3 * quantity }) as RoundTrip
    return { session: of(session), backtest: of(backtest) }
  }
  const part = (side: 'buy' | 'sell', createdTimeMs = 99) =>
    ({
      instrumentId: 'A',
      strategy: 's',
      side,
      createdTimeMs,
      closedTimeMs: createdTimeMs + 1,
      quantity: 2,
      filledQuantity: 1,
      reason: 'replaced',
    }) as OrderRecord
  const nothing = { orders: [], simulatedOrders: [], lateBarsMs: [], commands: [], absentStops: [], toleranceMs: 10 }
  const same = { inHoldings: false, inMoney: false }
  const [venue, simulator] = ['filled 1 of 2 at the venue: replaced', 'filled 1 of 2 in the simulator: replaced']

  test.each([
    ['the simulator bought less', 2, 1, { simulatedOrders: [part('buy')] }, simulator],
    ['the simulator sold less and went on', 1, 2, { simulatedOrders: [part('sell', 199)] }, simulator],
    ['the venue sold less to us', 1, 2, { orders: [part('buy')] }, venue],
    ['the venue bought less of us', 2, 1, { orders: [part('sell', 199)] }, venue],
  ] as const)('because %s', (_, session, backtest, changes, detail) => {
    const found = attributeDifference(quantities(session, backtest), { ...nothing, ...changes }, same)
    expect(found).toEqual([{ cause: 'fill-rule', detail, money: 3 * (session - backtest) }])
  })

  test.each([
    ['the simulator bought less too', 1, 2, { simulatedOrders: [part('buy')] }],
    ['the venue sold less to us', 2, 1, { orders: [part('buy')] }],
    ['the simulator bought less at another time', 2, 1, { simulatedOrders: [part('buy', 300)] }],
  ] as const)('though %s', (_, session, backtest, changes) => {
    const found = attributeDifference(quantities(session, backtest), { ...nothing, ...changes }, same)
    expect(found).toMatchObject([{ cause: 'unexplained' }])
  })

  test('of a backtest that filled no more than its share of the volume', async () => {
    using world = new World('live', PERPETUAL)
    // A bar of 1000 coins gives the simulator 0.4 of them.
    Object.assign(world.setup.config, { fill: { volumeShare: 0.0004 } })
    const report = await played(world)
    expect(report.rows[0]).toMatchObject({ session: { quantity: 1 }, backtest: { quantity: 0.4 } })
    expect(report.rows[0]?.attributions).toContainEqual(
      expect.objectContaining({
        cause: 'fill-rule',
        detail: expect.stringMatching(/^filled 0.4 of 1 in the simulator/),
      }),
    )
    expect(report.isExplained).toBe(true)
  })
})

describe('a trade on one side alone', () => {
  const trade = { instrumentId: 'A', strategy: 's', direction: 'long', entryTimeMs: 100, profit: 3 } as RoundTrip
  const nothing = { orders: [], simulatedOrders: [], lateBarsMs: [], commands: [], absentStops: [], toleranceMs: 10 }
  const order = (changes: Partial<OrderRecord>) =>
    ({
      instrumentId: 'A',
      strategy: 's',
      side: 'buy',
      createdTimeMs: 95,
      closedTimeMs: 96,
      quantity: 1,
      filledQuantity: 0,
      ...changes,
    }) as OrderRecord
  const same = { inHoldings: false, inMoney: false }
  const causeOf = (
    side: 'session' | 'backtest',
    changes: Partial<typeof nothing> & { readonly [key: string]: unknown },
    earlier = same,
  ) => {
    const pair = { session: undefined, backtest: undefined, [side]: trade }
    const [only] = attributeDifference(pair, { ...nothing, ...changes }, earlier)
    expect(only?.money).toBe(side === 'session' ? 3 : -3)
    return only?.cause
  }
  const command = (timeMs: number, name: string, reason: string) => ({ timeMs, command: name, reason })

  test.each([
    ['of which nothing is recorded', {}, 'unexplained'],
    [
      'an order at another time',
      { orders: [order({ state: 'rejected', createdTimeMs: 1, closedTimeMs: 2 })] },
      'unexplained',
    ],
    ['an order turned down', { orders: [order({ state: 'rejected', reason: 'no funds' })] }, 'reject'],
    ['an order refused by a limit', { orders: [order({ state: 'rejected', reason: 'risk: too many' })] }, 'risk'],
    ['an order refused by a rule', { orders: [order({ state: 'refused', reason: 'too small' })] }, 'filter'],
    [
      'an order that was kept back on old bars',
      { orders: [order({ state: 'rejected', reason: 'the session was away at this bar' })] },
      'data',
    ],
    [
      'an order on a bar that came late',
      { orders: [order({ state: 'rejected', reason: 'the bar came too late: its price is gone' })] },
      'data',
    ],
    ['an order that rests', { orders: [order({ state: 'accepted', closedTimeMs: undefined })] }, 'fill-rule'],
    ['bars that were late', { lateBarsMs: [95] }, 'data'],
    ['bars that were late at another time', { lateBarsMs: [5] }, 'unexplained'],
    ['a pause long before', { commands: [command(3, 'pause', 'lunch')] }, 'manual'],
    ['a pause by a limit', { commands: [command(3, 'pause', 'risk: loss')] }, 'risk'],
    [
      'a pause that was over',
      { commands: [command(3, 'pause', 'lunch'), command(50, 'resume', 'back')] },
      'unexplained',
    ],
    [
      'a limit that closed again',
      { commands: [command(3, 'flatten', 'risk: loss'), command(9, 'flatten', 'still held')] },
      'risk',
    ],
  ] as const)('in the backtest: %s', (_, changes, cause) => {
    expect(causeOf('backtest', changes as never)).toBe(cause)
  })

  test.each([
    ['of which nothing is recorded', {}, 'unexplained'],
    ['that the simulator did not fill', { simulatedOrders: [order({ state: 'expired' })] }, 'fill-rule'],
    ['of an order that filled twice', { orders: [order({ filledQuantity: 2 })], lateBarsMs: [100] }, 'unexplained'],
    ['on late bars', { lateBarsMs: [100] }, 'data'],
  ] as const)('in the session: %s', (_, changes, cause) => {
    expect(causeOf('session', changes as never)).toBe(cause)
  })

  test('follows from what was held otherwise before, not from other money alone', () => {
    expect(causeOf('session', {}, { inHoldings: true, inMoney: true })).toBe('consequence')
    expect(causeOf('session', {}, { inHoldings: false, inMoney: true })).toBe('unexplained')
  })
})
