import { prepareData, resolveConfig, simulate } from '@kestrel/backtest'
import { instrumentOf } from '@kestrel/core'
import { workloadBars } from '@kestrel/data'
import { configureStrategy } from '@kestrel/kernel'
import { referenceMatch, type ScriptAction, type ScriptOrder } from '@kestrel/testkit'
import { expect, test } from 'vitest'
import { P2_CASH, P2_EVERY, P2_LEVELS, P2_STEP, P2_STOP, P2_TARGET, p2Grid } from './p2-grid.ts'

const BARS = 400

/** The same grid as a script for the reference matcher. */
function gridActions(close: number, made: number): ScriptAction[] {
  const previous = Array.from({ length: 2 * P2_LEVELS }, (_, i) => made - 6 * P2_LEVELS + 3 * i)
  const cancels = made === 0 ? [] : previous.map((order): ScriptAction => ({ kind: 'cancel', order }))
  const bracket = (side: 'buy' | 'sell', limit: number, win: 1 | -1): ScriptAction => {
    const exit = { side: side === 'buy' ? 'sell' : 'buy', quantity: 1 } as const
    const stop: ScriptOrder = { ...exit, type: 'stop-market', trigger: limit - win * P2_STOP }
    const target: ScriptOrder = { ...exit, type: 'limit', limit: limit + win * P2_TARGET }
    const entry: ScriptOrder = { side, type: 'limit', quantity: 1, limit }
    return { kind: 'group', entry, members: [stop, target], link: 'one-cancels-other', activeFrom: 'next-bar' }
  }
  const grid = Array.from({ length: P2_LEVELS }, (_, i) => P2_STEP * (i + 1)).flatMap((distance) => [
    bracket('buy', close - distance, 1),
    bracket('sell', close + distance, -1),
  ])
  return [...cancels, ...grid]
}

test('the engine fills the grid as the reference matcher does', () => {
  const bars = workloadBars(BARS)
  const instrument = instrumentOf({
    id: 'A-USDT-PERP.WORKLOAD',
    tickSize: '1',
    lotSize: '1',
    makerFeeRate: 0,
    takerFeeRate: 0,
  })
  const config = resolveConfig({
    instruments: [instrument],
    timeframe: '1m',
    strategies: [configureStrategy(p2Grid)],
    cash: P2_CASH,
    sizeMode: 'units',
    fill: { spreadBps: 0, slippageBps: 0, throughTicks: 0, volumeShare: undefined },
  })
  const run = simulate(config, prepareData(config, { bars: () => bars }), config.fill)
  let made = 0
  const script = Array.from({ length: BARS }, (_, i) => {
    if (i % P2_EVERY !== 0) return []
    const actions = gridActions(bars.close[i] as number, made)
    made += 6 * P2_LEVELS
    return actions
  })
  const rows = Array.from({ length: BARS }, (_, i) => ({
    open: bars.open[i] as number,
    high: bars.high[i] as number,
    low: bars.low[i] as number,
    close: bars.close[i] as number,
    volume: bars.volume[i] as number,
  }))
  const rules = { marketFill: 'next-open', throughTicks: 0, spreadBps: 0, slippageBps: 0, latency: 0 } as const
  const right = referenceMatch(rows, script, { ...rules, selfTrade: 'cancel-oldest' })
  expect(right.fills.length).toBeGreaterThan(2 * BARS)
  expect(run.fills.map(({ orderId, price, quantity }) => [orderId - 1, price, quantity])).toEqual(
    right.fills.map(({ order, price, lots }) => [order, price, lots]),
  )
  expect(run.orders.map(({ state }) => state)).toEqual(right.states)
})
