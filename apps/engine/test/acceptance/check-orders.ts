import { expect } from 'vitest'
import type { FillRow, OrderRow, RunRows } from './read-run.ts'

const UNFILLED = ['refused', 'rejected']
const ENDED = ['filled', 'refused', 'rejected', 'cancelled', 'expired']

/** A relative difference that rounding explains. */
function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))
}

/**
 * Orders are what their fills say: quantity, average price, state, limits, grid and fees.
 *
 * @param amends - The strategy amends limits. The file has an order's last limit, so only the fill that ended the order can
 *   be held against it.
 */
export function checkOrders({ manifest, metrics, fills, orders, equity }: RunRows, amends: boolean): void {
  const instruments = new Map(manifest.config.instruments.map((each) => [each.id, each]))
  const byOrder = Map.groupBy(fills, ({ order_id }) => order_id)
  const wrong: string[] = []
  // What is decided at the last instant waits for an open that never comes.
  const lastMs = equity.at(-1)?.time_ms ?? 0
  for (const order of orders) wrong.push(...orderFaults(order, byOrder.get(order.order_id) ?? [], amends, lastMs))
  for (const fill of fills) {
    const instrument = instruments.get(fill.instrument)
    if (instrument === undefined) wrong.push(`fill ${fill.fill_id} of an unknown instrument`)
    else {
      const { tickSize, lotSize, makerFeeRate, takerFeeRate } = { ...instrument, ...manifest.config.fill }
      const rate = fill.liquidity === 'maker' ? makerFeeRate : takerFeeRate
      if (!near(fill.fee, fill.price * fill.quantity * rate)) wrong.push(`fill ${fill.fill_id}: fee ${fill.fee}`)
      for (const [value, step] of [
        [fill.price, tickSize],
        [fill.quantity, lotSize],
      ] as const)
        if (!near(Math.round(value / step) * step, value)) wrong.push(`fill ${fill.fill_id}: ${value} is off the grid`)
    }
  }
  expect(wrong).toEqual([])
  expect(orders.map(({ order_id }) => order_id)).toEqual(orders.map((_, i) => i + 1))
  expect(fills.map(({ fill_id }) => fill_id)).toEqual(fills.map((_, i) => i + 1))
  const fees = fills.reduce((sum, { fee }) => sum + fee, 0)
  expect(near(fees, metrics['fees'] ?? Number.NaN)).toBe(true)
  expect(metrics).toMatchObject({
    fills: fills.length,
    orders: orders.length,
    endEquity: equity.at(-1)?.equity,
    rejects: orders.filter(({ state }) => state === 'rejected').length,
    refusals: orders.filter(({ state }) => state === 'refused').length,
  })
}

function orderFaults(order: OrderRow, fills: readonly FillRow[], amends: boolean, lastMs: number): string[] {
  const { state, type, side, quantity, limit_price: limit, closed_time_ms: closed } = order
  const filled = fills.reduce((sum, fill) => sum + fill.quantity, 0)
  const average = fills.reduce((sum, fill) => sum + fill.price * fill.quantity, 0) / filled
  const limited = amends ? fills.slice(state === 'filled' ? -1 : fills.length) : fills
  const ended = ENDED.includes(state)
  const faults: [string, boolean][] = [
    ['filled quantity', !near(filled, order.filled_quantity)],
    ['average price', fills.length > 0 && !near(average, order.average_price)],
    ['more filled than ordered', filled > quantity * (1 + 1e-12)],
    ['filled in part', state === 'filled' && !near(filled, quantity)],
    ['whole', state === 'partially-filled' && (fills.length === 0 || near(filled, quantity))],
    ['filled though never sent', UNFILLED.includes(state) && fills.length > 0],
    ['no reason', ended && state !== 'filled' && order.reason === ''],
    ['no end', ended !== closed >= 0],
    [
      'open at the end of a FOK or IOC',
      !ended && ['IOC', 'FOK'].includes(order.time_in_force) && type === 'limit' && order.created_time_ms < lastMs,
    ],
    ['FOK in part', order.time_in_force === 'FOK' && fills.length > 0 && !near(filled, quantity)],
    [
      'fill of another instrument or side',
      fills.some((fill) => fill.instrument !== order.instrument || fill.side !== side),
    ],
    ['fill before it was created', fills.some((fill) => fill.time_ms < order.created_time_ms)],
    ['beyond its limit', limited.some(({ price }) => (side === 'buy' ? price > limit : price < limit))],
  ]
  return faults.filter(([, is]) => is).map(([name]) => `order ${order.order_id} (${type}, ${state}): ${name}`)
}
