import { expect, test } from 'vitest'
import { exchange, limit, market, perp, PERP, placed, SPOT, spot } from './small-exchange.ts'

const QUIET = [SPOT, PERP].map((spec) => ({ ...spec, mode: 'noiseless' as const }))

test('takes any quantity at the touch and moves nothing', () => {
  const { core } = exchange(QUIET)
  core.setTouch(spot, 2_000_000, 2_000_000)
  for (const qtyLots of [1_000, 200_000]) {
    expect(placed(core.place('a', market(spot, 'buy', qtyLots))).order.filledQuoteAtoms).toBe(
      BigInt(qtyLots) * 20_000_000n,
    )
  }
  expect(core.prices(spot)).toMatchObject({ bidTicks: 2_000_000, askTicks: 2_000_000, lastTicks: 2_000_000 })
})

test.each([
  ['touch', 1_990_000, 'filled'],
  ['through', 1_990_000, 'open'],
  ['through', 1_989_999, 'filled'],
] as const)('fills a resting order by the rule %s when the touch comes to %i', (fillRule, ticks, status) => {
  const { core } = exchange(QUIET.map((spec) => ({ ...spec, fillRule })))
  core.setTouch(spot, 2_000_000, 2_000_000)
  const { orderId } = placed(core.place('a', limit(spot, 'buy', 1_990_000, 1_000))).order
  core.setTouch(spot, ticks, ticks)
  expect(core.order('a', spot, { orderId })?.status).toBe(status)
  expect(core.trades('a', {}).every(({ priceTicks, maker }) => priceTicks === 1_990_000 && maker)).toBe(true)
})

test('sets off stops at the last price and fills them at the touch', () => {
  const { core } = exchange(QUIET)
  core.setTouch(perp, 200_000, 200_000, 200_000)
  placed(core.place('a', market(perp, 'buy', 10)))
  const trigger = { by: 'last', when: 'fall', priceTicks: 195_000 } as const
  placed(core.place('a', { ...market(perp, 'sell', 10), trigger, reduceOnly: true }))
  core.setTouch(perp, 194_000, 194_000, 194_000)
  expect(core.trades('a', {})).toMatchObject([{ priceTicks: 200_000 }, { priceTicks: 194_000 }])
  expect(core.audit().every(({ deposited, held }) => deposited === held)).toBe(true)
})

test('shows the touch as a level and refuses one on a market with a book', () => {
  const { core } = exchange([{ ...SPOT, mode: 'noiseless' }, PERP])
  core.setTouch(spot, 1_999_999, 2_000_001)
  expect(core.book(spot, 5)).toMatchObject({ bids: [[1_999_999, 1e9]], asks: [[2_000_001, 1e9]] })
  expect(() => core.setTouch(perp, 1, 2)).toThrow(expect.objectContaining({ code: 'TESTKIT_TOUCH' }))
  expect(() => core.setTouch(spot, 3, 2)).toThrow(expect.objectContaining({ code: 'TESTKIT_TOUCH' }))
})
