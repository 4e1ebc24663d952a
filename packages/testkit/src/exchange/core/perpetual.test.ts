import { describe, expect, test } from 'vitest'
import { atomsNumber, atomsOf } from './atoms.ts'
import type { ExchangeCore } from './exchange-core.ts'
import { exchange, limit, market, perp, placed } from './small-exchange.ts'

/** A deep book at 20,000. */
function traded() {
  const world = exchange()
  world.core.placeForeign(perp, { side: 'sell', priceTicks: 200_000, qtyLots: 1_000_000 })
  world.core.placeForeign(perp, { side: 'buy', priceTicks: 199_990, qtyLots: 1_000_000 })
  world.core.setMark(perp, { markPrice: 20_000, indexPrice: 20_000 })
  return world
}

const wallet = (core: ExchangeCore, id = 'a'): number => atomsNumber(core.margin(id, 'USDT').wallet)
const balanced = (core: ExchangeCore): boolean => core.audit().every(({ deposited, held }) => deposited === held)

describe('positions', () => {
  test('average in, realise against the average, and turn around', () => {
    const { core } = traded()
    placed(core.place('a', market(perp, 'buy', 1_000)))
    core.setForeignLevels(perp, [{ side: 'sell', priceTicks: 200_000, qtyLots: 0 }])
    core.placeForeign(perp, { side: 'sell', priceTicks: 202_000, qtyLots: 1_000_000 })
    placed(core.place('a', market(perp, 'buy', 1_000)))
    expect(core.positions('a')).toMatchObject([{ qtyLots: 2_000, entryPrice: 20_100 }])
    placed(core.place('a', market(perp, 'sell', 3_000)))
    // Two coins from 20,100 to 19,999; one coin short from 19,999.
    expect(core.positions('a')).toMatchObject([{ qtyLots: -1_000, entryPrice: 19_999 }])
    const fees = (20_000 + 20_200 + 3 * 19_999) * 0.0005
    expect(wallet(core)).toBeCloseTo(10_000 - 2 * 101 - fees, 8)
    expect(balanced(core)).toBe(true)
  })

  test('orders need margin for what they can lead to, and not for what they close', () => {
    const { core } = traded()
    // 10,000 at 20 times carries 200,000.
    expect(core.place('a', limit(perp, 'buy', 199_000, 10_100))).toEqual({ ok: false, reason: 'insufficient-margin' })
    placed(core.place('a', limit(perp, 'buy', 199_000, 10_000)))
    expect(atomsNumber(core.margin('a', 'USDT').openOrderInitial)).toBeCloseTo(199_000 / 20, 8)
    // The other way counts only where it leads further.
    placed(core.place('a', limit(perp, 'sell', 201_000, 9_000)))
    expect(atomsNumber(core.margin('a', 'USDT').openOrderInitial)).toBeCloseTo(199_000 / 20, 8)
  })

  test('reduce-only does no more than the position, and goes with it', () => {
    const { core } = traded()
    expect(core.place('a', { ...market(perp, 'sell', 10), reduceOnly: true })).toEqual({
      ok: false,
      reason: 'reduce-only-refused',
    })
    placed(core.place('a', market(perp, 'buy', 100)))
    const rest = placed(core.place('a', { ...limit(perp, 'sell', 210_000, 100), reduceOnly: true })).order
    const { order } = placed(core.place('a', { ...market(perp, 'sell', 150), reduceOnly: true }))
    expect(order).toMatchObject({ status: 'expired', filledLots: 100 })
    expect(core.positions('a')).toMatchObject([{ qtyLots: 0 }])
    expect(core.order('a', perp, { orderId: rest.orderId })?.status).toBe('expired')
  })

  test('hedge mode keeps the legs apart', () => {
    const { core } = traded()
    expect(core.setHedgeMode('a', true).ok).toBe(true)
    expect(core.place('a', market(perp, 'buy', 100))).toEqual({ ok: false, reason: 'position-side-mismatch' })
    placed(core.place('a', { ...market(perp, 'buy', 100), positionSide: 'long' }))
    placed(core.place('a', { ...market(perp, 'sell', 60), positionSide: 'short' }))
    expect(core.positions('a')).toMatchObject([
      { positionSide: 'long', qtyLots: 100 },
      { positionSide: 'short', qtyLots: -60 },
    ])
    expect(core.place('a', { ...market(perp, 'sell', 101), positionSide: 'long' })).toEqual({
      ok: false,
      reason: 'reduce-only-refused',
    })
    expect(core.setHedgeMode('a', false)).toEqual({ ok: false, reason: 'order-not-open' })
  })

  test('closePosition closes whatever there is when it goes off', () => {
    const { core } = traded()
    placed(core.place('a', market(perp, 'buy', 100)))
    const trigger = { by: 'mark', when: 'fall', priceTicks: 195_000 } as const
    const stop = placed(
      core.place('a', { marketId: perp, side: 'sell', type: 'market', closePosition: true, trigger }),
    ).order
    placed(core.place('a', market(perp, 'buy', 50)))
    core.setMark(perp, { markPrice: 19_500 })
    expect(core.order('a', perp, { orderId: stop.orderId })).toMatchObject({ status: 'filled', filledLots: 150 })
    expect(core.positions('a')).toMatchObject([{ qtyLots: 0 }])
  })
})

describe('funding', () => {
  test('is paid on the position held before the instant, at mark times rate', () => {
    const { core, clock } = traded()
    placed(core.place('a', market(perp, 'buy', 1_000)))
    placed(core.place('b', market(perp, 'sell', 500)))
    core.setMark(perp, { markPrice: 21_000, fundingRate: 0.0001 })
    const [beforeA, beforeB] = [wallet(core), wallet(core, 'b')]
    clock.advanceTo(core.prices(perp).nextFundingMs)
    placed(core.place('a', market(perp, 'buy', 1_000)))
    expect(core.income('a', {}).filter(({ kind }) => kind === 'funding')).toMatchObject([
      { amountAtoms: atomsOf('-2.1') },
    ])
    expect(wallet(core)).toBeCloseTo(beforeA - 2.1 - 20_000 * 0.0005, 8)
    expect(wallet(core, 'b')).toBeCloseTo(beforeB + 1.05, 8)
    expect(balanced(core)).toBe(true)
  })
})

describe('liquidation', () => {
  test('of a cross position happens at the price that was told, and not before', () => {
    const { core, events } = traded()
    placed(core.place('a', market(perp, 'buy', 9_000)))
    placed(core.place('a', limit(perp, 'buy', 150_000, 10)))
    const { liquidationPrice } = core.positions('a')[0] ?? {}
    // (wallet - entry) / (rate - 1) a coin, after a fee of 90.
    expect(liquidationPrice).toBeCloseTo((10_000 - 90 - 9 * 20_000) / (9 * 0.004 - 9), 6)
    core.setForeignLevels(perp, [
      { side: 'buy', priceTicks: 199_990, qtyLots: 0 },
      { side: 'buy', priceTicks: 188_000, qtyLots: 5_000 },
    ])
    core.setMark(perp, { markPrice: (liquidationPrice ?? 0) + 0.01 })
    expect(events.filter(({ type }) => type === 'liquidation')).toHaveLength(0)
    core.setMark(perp, { markPrice: (liquidationPrice ?? 0) - 0.01 })
    expect(events.filter(({ type }) => type === 'liquidation')).toMatchObject([{ side: 'sell', qtyLots: 9_000 }])
    expect(core.positions('a')).toMatchObject([{ qtyLots: 0 }])
    expect(core.openOrders('a')).toEqual([])
    expect(core.orders('a', {}).findLast(({ liquidation }) => liquidation)).toMatchObject({ status: 'filled' })
    expect(wallet(core)).toBeGreaterThanOrEqual(0)
    expect(balanced(core)).toBe(true)
  })

  test('beyond bankruptcy is paid by the insurance fund', () => {
    const { core } = traded()
    placed(core.place('a', market(perp, 'buy', 9_000)))
    core.setForeignLevels(perp, [{ side: 'buy', priceTicks: 199_990, qtyLots: 0 }])
    core.setMark(perp, { markPrice: 15_000 })
    expect(wallet(core)).toBe(0)
    expect(core.income('a', {}).some(({ kind, amountAtoms }) => kind === 'insurance' && amountAtoms > 0n)).toBe(true)
    expect(balanced(core)).toBe(true)
  })

  test('of an isolated position costs what was set aside, and nothing else', () => {
    const { core } = traded()
    expect(core.setMarginMode('a', perp, 'isolated').ok).toBe(true)
    expect(core.setLeverage('a', perp, 10).ok).toBe(true)
    placed(core.place('a', market(perp, 'buy', 1_000)))
    const fee = 20_000 * 0.0005
    expect(core.positions('a')).toMatchObject([{ isolatedAtoms: atomsOf('2000') }])
    core.setForeignLevels(perp, [{ side: 'buy', priceTicks: 199_990, qtyLots: 0 }])
    core.setMark(perp, { markPrice: 17_000 })
    expect(core.positions('a')).toMatchObject([{ qtyLots: 0, isolatedAtoms: 0n }])
    expect(wallet(core)).toBeCloseTo(8_000 - fee, 8)
    expect(balanced(core)).toBe(true)
  })

  test('margin can be added to an isolated position and taken back', () => {
    const { core } = traded()
    core.setMarginMode('a', perp, 'isolated')
    placed(core.place('a', market(perp, 'buy', 1_000)))
    const before = core.positions('a')[0]?.liquidationPrice ?? 0
    expect(core.addMargin('a', perp, 'both', atomsOf('500')).ok).toBe(true)
    expect(core.positions('a')[0]?.liquidationPrice).toBeCloseTo(before - 500 / (1 - 0.004), 6)
    expect(core.addMargin('a', perp, 'both', atomsOf('-501'))).toEqual({ ok: false, reason: 'insufficient-margin' })
  })
})
