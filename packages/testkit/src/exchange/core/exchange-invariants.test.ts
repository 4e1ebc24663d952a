import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exchange, perp, spot } from './small-exchange.ts'

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
          const seen = [...levels].filter(([, lots]) => lots > 0).map(([level, lots]) => `${level} ${lots}`)
          const shown = [
            ...asks.map(([ticks, lots]) => `sell ${ticks} ${lots}`),
            ...bids.map(([ticks, lots]) => `buy ${ticks} ${lots}`),
          ]
          expect(seen.sort()).toEqual(shown.sort())
        }
      }),
      { numRuns: 100 },
    )
  })

  test('a unified account keeps its one purse whole', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const world = exchange(undefined, undefined, true)
        for (const one of steps) {
          act(world, one)
          for (const { asset, deposited, held } of world.core.audit()) {
            expect(`${asset} ${held}`).toBe(`${asset} ${deposited}`)
          }
          for (const id of ['a', 'b']) {
            for (const { free, locked } of world.core.balances(id, 'futures')) {
              expect(free + locked).toBeGreaterThanOrEqual(0n)
            }
          }
        }
      }),
      { numRuns: 60 },
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

/** The plainest book there is: a list that is sorted anew for every order. */
class PlainBook {
  readonly #rows: { id: number; side: 'buy' | 'sell'; ticks: number; lots: number }[] = []
  readonly trades: string[] = []

  place(id: number, side: 'buy' | 'sell', ticks: number, lots: number): void {
    const sign = side === 'buy' ? 1 : -1
    const against = this.#rows
      .filter((row) => row.side !== side && row.lots > 0 && sign * row.ticks <= sign * ticks)
      .sort((a, b) => sign * (a.ticks - b.ticks) || a.id - b.id)
    let left = lots
    for (const row of against) {
      const taken = Math.min(left, row.lots)
      if (taken === 0) break
      row.lots -= taken
      left -= taken
      this.trades.push(`${taken} at ${row.ticks} of ${row.id}`)
    }
    if (left > 0) this.#rows.push({ id, side, ticks, lots: left })
  }
}

test('trades are those of a list sorted by price and then by time', () => {
  const order = fc.record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    ticks: fc.integer({ min: 1_995_000, max: 2_005_000 }).map((ticks) => ticks - (ticks % 1_000)),
    lots: fc.integer({ min: 1, max: 50 }).map((lots) => lots * 1_000),
    who: fc.constantFrom('a', 'b', 'foreign'),
  })
  fc.assert(
    fc.property(fc.array(order, { maxLength: 60, size: 'max' }), (orders) => {
      const { core, events } = exchange()
      const plain = new PlainBook()
      let placedOrders = 0
      for (const { side, ticks, lots, who } of orders) {
        const intent = { side, priceTicks: ticks, qtyLots: lots }
        if (who === 'foreign') core.placeForeign(spot, intent)
        else if (!core.place(who, { ...intent, marketId: spot, type: 'limit', selfTradePrevention: 'none' }).ok)
          continue
        // Every accepted order takes the next number.
        plain.place(++placedOrders, side, ticks, lots)
      }
      const trades = events
        .filter((event) => event.type === 'trade')
        .map((event) => {
          const maker = event.takerSide === 'buy' ? event.sellOrderId : event.buyOrderId
          return `${event.qtyLots} at ${event.priceTicks} of ${maker}`
        })
      expect(trades).toEqual(plain.trades)
    }),
    { numRuns: 200 },
  )
})
