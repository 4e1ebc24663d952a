import { ManualClock } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { atomsOf, atomsText } from './atoms.ts'
import { ExchangeCore } from './exchange-core.ts'
import type { ExchangeEvent } from './exchange-event.ts'
import type { MarketId, MarketSpec } from './market-spec.ts'
import type { OrderIntent, Outcome, Placed } from './order-types.ts'

const SPOT: MarketSpec = {
  kind: 'spot',
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.01',
  lotSize: '0.00001',
  minNotional: '5',
  makerFeeRate: 0.001,
  takerFeeRate: 0.001,
}
const PERP: MarketSpec = {
  kind: 'linear',
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.1',
  lotSize: '0.001',
  makerFeeRate: 0.0002,
  takerFeeRate: 0.0005,
}
const spot = 'spot:BTCUSDT' as const
const perp = 'linear:BTCUSDT' as const

function exchange(markets: readonly MarketSpec[] = [SPOT, PERP]) {
  const clock = new ManualClock(1_700_000_000_000)
  const core = new ExchangeCore({ markets, clock, seed: 7 })
  const events: ExchangeEvent[] = []
  core.on((event) => events.push(event))
  for (const name of ['a', 'b']) {
    core.openAccount({
      apiKey: name,
      secret: 's',
      accountId: name,
      balances: { spot: { USDT: '100000', BTC: '10' }, futures: { USDT: '10000' } },
    })
  }
  return { clock, core, events }
}

function placed(outcome: Outcome<Placed>): Placed {
  if (!outcome.ok) throw new Error(outcome.reason)
  return outcome.value
}

const limit = (marketId: MarketId, side: 'buy' | 'sell', priceTicks: number, qtyLots: number): OrderIntent => ({
  marketId,
  side,
  type: 'limit',
  priceTicks,
  qtyLots,
})
const market = (marketId: MarketId, side: 'buy' | 'sell', qtyLots: number): OrderIntent => ({
  marketId,
  side,
  type: 'market',
  qtyLots,
})
const money = (core: ExchangeCore, id: string, wallet: 'spot' | 'futures' = 'spot') =>
  Object.fromEntries(
    core.balances(id, wallet).map(({ asset, free, locked }) => [asset, `${atomsText(free)} ${atomsText(locked)}`]),
  )

describe('matching', () => {
  test('takes the best price first and, at one price, who came first', () => {
    const { core, events } = exchange()
    const first = core.placeForeign(spot, { side: 'sell', priceTicks: 2_000_100, qtyLots: 10 })
    const mine = placed(core.place('a', limit(spot, 'sell', 2_000_100, 1_000))).order.orderId
    const last = core.placeForeign(spot, { side: 'sell', priceTicks: 2_000_100, qtyLots: 10 })
    const best = core.placeForeign(spot, { side: 'sell', priceTicks: 2_000_000, qtyLots: 5 })
    core.placeForeign(spot, { side: 'buy', priceTicks: 2_000_100, qtyLots: 1_020, timeInForce: 'IOC' })
    const trades = events.filter((event) => event.type === 'trade')
    expect(trades.map(({ sellOrderId, qtyLots, priceTicks }) => [sellOrderId, qtyLots, priceTicks])).toEqual([
      [best, 5, 2_000_000],
      [first, 10, 2_000_100],
      [mine, 1_000, 2_000_100],
      [last, 5, 2_000_100],
    ])
    expect(core.book(spot, 5).asks).toEqual([[2_000_100, 5]])
  })

  test('fewer lots keep the place in the queue, another price or more lots lose it', () => {
    const { core, events } = exchange()
    const a = placed(core.place('a', limit(spot, 'sell', 2_000_000, 1_000))).order.orderId
    const b = placed(core.place('b', limit(spot, 'sell', 2_000_000, 1_000))).order.orderId
    expect(core.amend('a', spot, { orderId: a }, { qtyLots: 600 }).ok).toBe(true)
    core.placeForeign(spot, { side: 'buy', priceTicks: 2_000_000, qtyLots: 100, timeInForce: 'IOC' })
    expect(core.amend('a', spot, { orderId: a }, { qtyLots: 2_000 }).ok).toBe(true)
    core.placeForeign(spot, { side: 'buy', priceTicks: 2_000_000, qtyLots: 100, timeInForce: 'IOC' })
    const sellers = events.filter((event) => event.type === 'trade').map(({ sellOrderId }) => sellOrderId)
    expect(sellers).toEqual([a, b])
  })

  test('an iceberg shows its peak and goes to the back of the queue for the next', () => {
    const { core, events } = exchange()
    const ice = placed(core.place('a', { ...limit(spot, 'sell', 2_000_000, 1_000), visibleLots: 300 })).order.orderId
    const other = core.placeForeign(spot, { side: 'sell', priceTicks: 2_000_000, qtyLots: 300 })
    expect(core.book(spot, 1).asks).toEqual([[2_000_000, 600]])
    core.placeForeign(spot, { side: 'buy', priceTicks: 2_000_000, qtyLots: 800, timeInForce: 'IOC' })
    const trades = events.filter((event) => event.type === 'trade')
    expect(trades.map(({ sellOrderId, qtyLots }) => [sellOrderId, qtyLots])).toEqual([
      [ice, 300],
      [other, 300],
      [ice, 200],
    ])
  })

  test.each([
    ['IOC', 'expired', 500],
    ['FOK', 'expired', 0],
    ['GTC', 'partly-filled', 500],
  ] as const)('%s that finds half of its quantity ends as %s', (timeInForce, status, filledLots) => {
    const { core } = exchange()
    core.placeForeign(spot, { side: 'sell', priceTicks: 2_000_000, qtyLots: 500 })
    const { order } = placed(core.place('a', { ...limit(spot, 'buy', 2_000_000, 1_000), timeInForce }))
    expect(order).toMatchObject({ status, filledLots })
  })

  test('post-only is refused where it would take', () => {
    const { core } = exchange()
    core.placeForeign(spot, { side: 'sell', priceTicks: 2_000_000, qtyLots: 500 })
    const post = (ticks: number) => core.place('a', { ...limit(spot, 'buy', ticks, 1_000), timeInForce: 'GTX' })
    expect(post(2_000_000)).toEqual({ ok: false, reason: 'would-take' })
    expect(post(1_999_999).ok).toBe(true)
  })

  test.each([
    ['expire-maker', 'expired-in-match', 'open', 0],
    ['expire-taker', 'open', 'expired-in-match', 0],
    ['expire-both', 'expired-in-match', 'expired-in-match', 0],
    ['none', 'filled', 'filled', 1_000],
    ['decrement', 'expired-in-match', 'expired-in-match', 0],
  ] as const)('self-trade prevention %s', (selfTradePrevention, resting, incoming, filledLots) => {
    const { core } = exchange()
    const first = placed(core.place('a', limit(spot, 'sell', 2_000_000, 1_000))).order.orderId
    const { order } = placed(core.place('a', { ...limit(spot, 'buy', 2_000_000, 1_000), selfTradePrevention }))
    expect(order).toMatchObject({ status: incoming, filledLots })
    expect(core.order('a', spot, { orderId: first })).toMatchObject({ status: resting, filledLots })
    expect(core.audit().every(({ deposited, held }) => deposited === held)).toBe(true)
  })
})

describe('spot money', () => {
  test('locks the limit, pays the better price, takes the fee from what is received', () => {
    const { core } = exchange()
    core.placeForeign(spot, { side: 'sell', priceTicks: 2_000_000, qtyLots: 50_000 })
    placed(core.place('a', limit(spot, 'buy', 2_100_000, 100_000)))
    // Half a coin at 20,000 bought, half a coin at 21,000 wanted; the fee is 0.001 of half a coin.
    expect(money(core, 'a')).toEqual({ BTC: '10.49950000 0.00000000', USDT: '79500.00000000 10500.00000000' })
    core.cancelAll('a')
    expect(money(core, 'a')['USDT']).toBe('90000.00000000 0.00000000')
  })

  test('a market purchase for a sum spends no more than the sum', () => {
    const { core } = exchange()
    core.placeForeign(spot, { side: 'sell', priceTicks: 2_000_001, qtyLots: 20_000 })
    core.placeForeign(spot, { side: 'sell', priceTicks: 3_000_000, qtyLots: 20_000 })
    const { order } = placed(
      core.place('a', { marketId: spot, side: 'buy', type: 'market', quoteAtoms: atomsOf('5000') }),
    )
    expect(order.status).toBe('filled')
    expect(order.filledQuoteAtoms).toBeLessThanOrEqual(atomsOf('5000'))
    expect(atomsOf('5000') - order.filledQuoteAtoms).toBeLessThan(atomsOf('0.3'))
  })

  test.each([
    ['more coins than there are', limit(spot, 'sell', 2_000_000, 1_000_001), 'insufficient-balance'],
    ['more money than there is', limit(spot, 'buy', 2_000_000, 500_001), 'insufficient-balance'],
    ['too little', limit(spot, 'buy', 2_000_000, 24), 'notional-too-small'],
    ['nothing', limit(spot, 'buy', 2_000_000, 0), 'quantity-too-small'],
    ['no price', { marketId: spot, side: 'buy', type: 'limit', qtyLots: 1_000 }, 'price-missing'],
    ['another market', limit('spot:ETHUSDT', 'buy', 1, 1), 'unknown-market'],
  ] as const)('refuses %s', (_what, intent, reason) => {
    expect(exchange().core.place('a', intent)).toEqual({ ok: false, reason })
  })
})

describe('conditional orders', () => {
  test('a stop waits with its money locked, goes off at the trigger and keeps its number', () => {
    const { core } = exchange()
    core.print(spot, 'buy', 2_000_000, 1)
    core.placeForeign(spot, { side: 'buy', priceTicks: 1_890_000, qtyLots: 100_000 })
    const { order } = placed(
      core.place('a', { ...market(spot, 'sell', 1_000), trigger: { by: 'last', when: 'fall', priceTicks: 1_900_000 } }),
    )
    expect(order.status).toBe('pending')
    expect(money(core, 'a')['BTC']).toBe('9.99000000 0.01000000')
    core.print(spot, 'sell', 1_900_001, 1)
    expect(core.order('a', spot, { orderId: order.orderId })?.status).toBe('pending')
    core.print(spot, 'sell', 1_900_000, 1)
    expect(core.order('a', spot, { orderId: order.orderId })).toMatchObject({ status: 'filled', filledLots: 1_000 })
    expect(core.trades('a', {})[0]?.priceTicks).toBe(1_890_000)
  })

  test('one stop can set off the next', () => {
    const { core } = exchange()
    core.print(spot, 'buy', 2_000_000, 1)
    core.placeForeign(spot, { side: 'buy', priceTicks: 1_940_000, qtyLots: 1_000 })
    core.placeForeign(spot, { side: 'buy', priceTicks: 1_900_000, qtyLots: 100_000 })
    const stop = (priceTicks: number): OrderIntent => ({
      ...market(spot, 'sell', 1_000),
      trigger: { by: 'last', when: 'fall', priceTicks },
    })
    placed(core.place('a', stop(1_950_000)))
    placed(core.place('b', stop(1_940_000)))
    core.print(spot, 'sell', 1_950_000, 1)
    expect(core.trades('b', {})).toMatchObject([{ priceTicks: 1_900_000 }])
  })

  test('a trigger that already holds is refused', () => {
    const { core } = exchange()
    core.print(perp, 'buy', 200_000, 1)
    const trigger = { by: 'last', when: 'fall', priceTicks: 200_000 } as const
    expect(core.place('a', { ...market(perp, 'sell', 10), trigger })).toEqual({ ok: false, reason: 'would-trigger' })
  })

  test('a trailing stop follows the high and goes off at its distance', () => {
    const { core } = exchange()
    core.print(perp, 'buy', 200_000, 1)
    core.placeForeign(perp, { side: 'buy', priceTicks: 190_000, qtyLots: 1_000 })
    core.placeForeign(perp, { side: 'sell', priceTicks: 200_000, qtyLots: 10 })
    placed(core.place('a', market(perp, 'buy', 10)))
    const trailing = { callbackBps: 100, when: 'fall', activationTicks: undefined } as const
    const { orderId } = placed(core.place('a', { ...market(perp, 'sell', 10), trailing, reduceOnly: true })).order
    for (const [ticks, status, trigger] of [
      [210_000, 'pending', 207_900],
      [208_000, 'pending', 207_900],
      [207_900, 'filled', 207_900],
    ] as const) {
      core.print(perp, 'buy', ticks, 1)
      expect(core.order('a', perp, { orderId })).toMatchObject({ status, trigger: { priceTicks: trigger } })
    }
  })
})

describe('time', () => {
  test('a dead-man timer that is not renewed cancels everything', () => {
    const { core, clock } = exchange()
    placed(core.place('a', limit(perp, 'buy', 190_000, 10)))
    core.countdownCancelAll('a', perp, 5_000)
    clock.advanceTo(clock.nowMs() + 4_000)
    core.countdownCancelAll('a', perp, 5_000)
    clock.advanceTo(clock.nowMs() + 4_999)
    expect(core.openOrders('a')).toHaveLength(1)
    clock.advanceTo(clock.nowMs() + 1)
    expect(core.openOrders('a')).toHaveLength(0)
  })

  test('good-till-date ends at its date', () => {
    const { core, clock } = exchange()
    const expiresMs = clock.nowMs() + 700_000
    const { orderId } = placed(
      core.place('a', { ...limit(perp, 'buy', 190_000, 10), timeInForce: 'GTD', expiresMs }),
    ).order
    clock.advanceTo(expiresMs)
    expect(core.order('a', perp, { orderId })?.status).toBe('expired')
  })
})

describe('whatever is done', () => {
  const step = fc.record({
    what: fc.constantFrom(
      'limit',
      'market',
      'foreign',
      'cancel',
      'amend',
      'stop',
      'mark',
      'time',
      'level',
      'sum',
      'ice',
    ),
    who: fc.constantFrom('a', 'b'),
    where: fc.constantFrom(spot, perp),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    ticks: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 195, max: 205 }) }, fc.integer({ min: 120, max: 280 })),
    lots: fc.integer({ min: 1, max: 4_000 }),
    tif: fc.constantFrom('GTC' as const, 'IOC' as const, 'FOK' as const, 'GTX' as const),
    stp: fc.constantFrom('none', 'expire-taker', 'expire-maker', 'expire-both', 'decrement'),
    pick: fc.nat(20),
    reduceOnly: fc.boolean(),
  })
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

  function act({ core, clock }: ReturnType<typeof exchange>, { where, who, side, pick, ...s }: Step): void {
    const unit = where === spot ? 10_000 : 1_000
    const priceTicks = s.ticks * unit
    const qtyLots = where === spot ? s.lots * 50 : s.lots
    const plain = { marketId: where, side, selfTradePrevention: s.stp as 'none', timeInForce: s.tif }
    const reduceOnly = where === perp && s.reduceOnly
    const open = core.openOrders(who, where)
    const chosen = open[pick % Math.max(1, open.length)]
    switch (s.what) {
      case 'limit':
        core.place(who, { ...plain, type: 'limit', priceTicks, qtyLots, reduceOnly })
        break
      case 'ice':
        core.place(who, { ...plain, type: 'limit', priceTicks, qtyLots, visibleLots: Math.ceil(qtyLots / 4) })
        break
      case 'market':
        core.place(who, { ...plain, timeInForce: 'GTC', type: 'market', qtyLots, reduceOnly })
        break
      case 'sum':
        core.place(who, { ...plain, timeInForce: 'GTC', type: 'market', quoteAtoms: BigInt(s.lots) * 12_345_678_901n })
        break
      case 'stop':
        core.place(who, {
          ...plain,
          type: pick % 2 === 0 ? 'market' : 'limit',
          ...(pick % 2 === 0 ? {} : { priceTicks }),
          qtyLots,
          reduceOnly,
          trigger: { by: 'last', when: pick % 3 === 0 ? 'rise' : 'fall', priceTicks },
        })
        break
      case 'foreign':
        core.placeForeign(where, { side, priceTicks, qtyLots })
        break
      case 'level':
        core.setForeignLevels(where, [{ side, priceTicks, qtyLots: pick % 3 === 0 ? 0 : qtyLots }])
        break
      case 'cancel':
        if (chosen !== undefined) core.cancel(who, where, { orderId: chosen.orderId })
        break
      case 'amend':
        if (chosen !== undefined) core.amend(who, where, { orderId: chosen.orderId }, { priceTicks, qtyLots })
        break
      case 'mark':
        core.setMark(perp, { markPrice: s.ticks * 100, fundingRate: (pick - 10) / 10_000 })
        break
      default:
        clock.advanceTo(clock.nowMs() + pick * 3_600_000)
        core.advance()
    }
  }

  const script = fc.array(step, { minLength: 1, maxLength: 100, size: 'max' })

  test('no money and no coin is made or lost, no book is crossed, nothing spot is owed', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const world = exchange()
        for (const one of steps) {
          act(world, one)
          const { core } = world
          for (const { asset, deposited, held } of core.audit())
            expect(`${asset} ${held}`).toBe(`${asset} ${deposited}`)
          for (const where of [spot, perp]) {
            const { bids, asks } = core.book(where, 100)
            const [bid, ask] = [bids[0]?.[0], asks[0]?.[0]]
            if (bid !== undefined && ask !== undefined) expect(bid).toBeLessThan(ask)
            for (const [, lots] of [...bids, ...asks]) expect(lots).toBeGreaterThan(0)
          }
          for (const id of ['a', 'b']) {
            for (const { free, locked } of core.balances(id, 'spot')) {
              expect(free).toBeGreaterThanOrEqual(0n)
              expect(locked).toBeGreaterThanOrEqual(0n)
            }
            if (core.openOrders(id, spot).length === 0) {
              expect(core.balances(id, 'spot').every(({ locked }) => locked === 0n)).toBe(true)
            }
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  test('every order equals the sum of its fills, and the book what its events add up to', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const world = exchange()
        for (const one of steps) act(world, one)
        const { core, events } = world
        for (const id of ['a', 'b']) {
          for (const order of core.orders(id, {})) {
            const fills = core.trades(id, { marketId: order.marketId, orderId: order.orderId })
            expect(fills.reduce((sum, { qtyLots }) => sum + qtyLots, 0)).toBe(order.filledLots)
            expect(fills.reduce((sum, { quoteAtoms }) => sum + quoteAtoms, 0n)).toBe(order.filledQuoteAtoms)
            const last = events.findLast((event) => event.type === 'order' && event.order.orderId === order.orderId)
            expect(last).toMatchObject({ order: { status: order.status, filledLots: order.filledLots } })
            if (order.qtyLots !== undefined) expect(order.filledLots).toBeLessThanOrEqual(order.qtyLots)
          }
        }
        for (const where of [spot, perp]) {
          const levels = new Map<string, number>()
          let updateId = 0
          for (const event of events) {
            if (event.type !== 'book' || event.marketId !== where) continue
            expect(event.updateId).toBe(++updateId)
            levels.set(`${event.side} ${event.priceTicks}`, event.qtyLots)
          }
          const { bids, asks, lastUpdateId } = core.book(where, 1_000)
          expect(lastUpdateId).toBe(updateId)
          const seen = [...levels].filter(([, lots]) => lots > 0).sort()
          const shown = [
            ...asks.map(([ticks, lots]) => [`sell ${ticks}`, lots]),
            ...bids.map(([ticks, lots]) => [`buy ${ticks}`, lots]),
          ].sort()
          expect(seen).toEqual(shown)
        }
      }),
      { numRuns: 100 },
    )
  })

  test('the same script gives the same events', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const worlds = [exchange(), exchange()] as const
        for (const world of worlds) for (const one of steps) act(world, one)
        expect(worlds[0].events).toEqual(worlds[1].events)
      }),
      { numRuns: 30 },
    )
  })
})
