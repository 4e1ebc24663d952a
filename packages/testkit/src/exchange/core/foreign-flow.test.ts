import { expect, test } from 'vitest'
import { exchange, limit, placed, spot } from './small-exchange.ts'

test('recorded levels replace one another and keep the place of orders of accounts', () => {
  const { core, events } = exchange()
  core.setForeignLevels(spot, [{ side: 'sell', priceTicks: 2_000_000, qtyLots: 500 }])
  placed(core.place('a', limit(spot, 'sell', 2_000_000, 1_000)))
  core.setForeignLevels(spot, [{ side: 'sell', priceTicks: 2_000_000, qtyLots: 800 }])
  expect(core.book(spot, 1).asks).toEqual([[2_000_000, 1_800]])
  // 500 stood before the order of the account; 300 came after it and go first.
  core.setForeignLevels(spot, [{ side: 'sell', priceTicks: 2_000_000, qtyLots: 400 }])
  core.placeForeign(spot, { side: 'buy', priceTicks: 2_000_000, qtyLots: 450, timeInForce: 'IOC' })
  const trades = events.filter((event) => event.type === 'trade').map(({ qtyLots }) => qtyLots)
  expect(trades).toEqual([400, 50])
  expect(core.trades('a', {})).toMatchObject([{ qtyLots: 50, maker: true }])
})

test('a recorded level that crosses an account fills it; anonymous levels that cross vanish without a print', () => {
  const { core, events } = exchange()
  placed(core.place('a', limit(spot, 'sell', 2_000_000, 1_000)))
  core.setForeignLevels(spot, [{ side: 'buy', priceTicks: 2_000_000, qtyLots: 300 }])
  expect(core.trades('a', {})).toMatchObject([{ qtyLots: 300, priceTicks: 2_000_000 }])
  core.setForeignLevels(spot, [{ side: 'sell', priceTicks: 1_999_000, qtyLots: 100 }])
  core.setForeignLevels(spot, [{ side: 'buy', priceTicks: 1_999_500, qtyLots: 150 }])
  expect(events.filter(({ type }) => type === 'trade')).toHaveLength(1)
  expect(core.book(spot, 5)).toMatchObject({ bids: [[1_999_500, 50]], asks: [[2_000_000, 700]] })
})

test('an anonymous order can be shortened and taken off, an order of an account cannot', () => {
  const { core } = exchange()
  const id = core.placeForeign(spot, { side: 'sell', priceTicks: 2_000_000, qtyLots: 500 }) ?? 0
  const mine = placed(core.place('a', limit(spot, 'sell', 2_000_000, 1_000))).order.orderId
  expect(core.cancelForeign(spot, id, 200)).toBe(true)
  expect(core.book(spot, 1).asks).toEqual([[2_000_000, 1_300]])
  expect(core.cancelForeign(spot, id)).toBe(true)
  expect(core.cancelForeign(spot, id)).toBe(false)
  expect(core.cancelForeign(spot, mine)).toBe(false)
})

test('a listener may instruct the exchange; what it causes comes after what it heard', () => {
  const { core, events } = exchange()
  core.on((event) => {
    if (event.type === 'trade' && event.qtyLots === 7) {
      core.placeForeign(spot, { side: 'buy', priceTicks: 1_900_000, qtyLots: 1 })
      core.print(spot, 'buy', event.priceTicks, 8)
    }
  })
  placed(core.place('a', limit(spot, 'sell', 2_000_000, 1_000)))
  core.placeForeign(spot, { side: 'buy', priceTicks: 2_000_000, qtyLots: 7, timeInForce: 'IOC' })
  const kinds = events.slice(-6).map((event) => (event.type === 'trade' ? `trade ${event.qtyLots}` : event.type))
  expect(kinds).toEqual(['book', 'trade 7', 'order', 'account', 'book', 'trade 8'])
})
