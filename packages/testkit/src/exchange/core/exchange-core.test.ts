import { describe, expect, test } from 'vitest'
import { atomsOf } from './atoms.ts'
import type { OrderIntent } from './order-types.ts'
import { exchange, limit, market, money, perp, placed, spot } from './small-exchange.ts'

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

test('an exchange that is told to forget keeps what is open and the newest rows', () => {
  const { core } = exchange(undefined, 10)
  const oldest = placed(core.place('a', limit(spot, 'buy', 1_900_000, 1_000))).order.orderId
  for (let i = 0; i < 50; i++) {
    core.placeForeign(spot, { side: 'sell', priceTicks: 2_000_000, qtyLots: 1_000 })
    placed(core.place('a', market(spot, 'buy', 1_000)))
  }
  const orders = core.orders('a', {})
  expect(orders.length).toBeLessThanOrEqual(21)
  expect(orders[0]?.orderId).toBe(oldest)
  expect(core.order('a', spot, { orderId: oldest })?.status).toBe('open')
  expect(core.trades('a', {}).length).toBeLessThanOrEqual(20)
  expect(core.audit().every(({ deposited, held }) => deposited === held)).toBe(true)
})
