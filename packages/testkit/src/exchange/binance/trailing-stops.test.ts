import { expect, test } from 'vitest'
import { signedClient } from './signed-client.ts'

/**
 * Reference: the scenarios A to E of Binance's "Spot Trailing Stop order FAQ" (binance-spot-api-docs, faqs/trailing-stop-faq.md).
 * Turning points of the price until just before the trigger, and the price that triggers.
 */
const SCENARIOS = [
  ['A', 'BUY', 'STOP_LOSS_LIMIT', 44_000, 500, 45_000, [40_000, 37_000, 45_000, 46_000, 42_000], 44_100],
  ['B', 'SELL', 'STOP_LOSS_LIMIT', 39_000, 1_000, 38_000, [40_000, 41_500, 39_000, 37_000, 41_000], 36_900],
  ['C', 'BUY', 'TAKE_PROFIT_LIMIT', 38_000, 850, 38_500, [40_000, 42_000, 37_000, 39_000, 38_000], 40_145],
  ['D', 'SELL', 'TAKE_PROFIT_LIMIT', 42_000, 750, 41_000, [40_000, 41_500, 39_000, 45_000, 44_000, 46_500], 43_012.5],
  ['E', 'SELL', 'STOP_LOSS_LIMIT', undefined, 700, 39_000, [40_000, 42_000, 39_500, 45_500], 42_315],
] as const

test.each(SCENARIOS)('scenario %s: %s %s', (_name, side, type, stopPrice, trailingDelta, price, path, last) => {
  const { call, core } = signedClient()
  let at = 0
  /** Trades at every hundred on the way and at the end, as the scenarios say: a series of linear trades. */
  const walk = (to: number): void => {
    const from = at
    const step = to > from ? 100 : -100
    if (from !== 0) for (let next = from + step; (to - next) * step > 0; next += step) print(next)
    print(to)
    at = to
  }
  const print = (to: number): void => core.print('spot:BTCUSDT', 'buy', Math.round(to * 100), 1)
  walk(path[0])
  // Nobody may take the order once it works, so that its state shows.
  core.setForeignLevels('spot:BTCUSDT', [
    { side: 'buy', priceTicks: 5_999_900, qtyLots: 0 },
    { side: 'sell', priceTicks: 6_000_100, qtyLots: 0 },
  ])
  const order = call('POST', '/api/v3/order', {
    symbol: 'BTCUSDT',
    side,
    type,
    timeInForce: 'GTC',
    quantity: 0.01,
    price,
    trailingDelta,
    ...(stopPrice === undefined ? {} : { stopPrice }),
  })
  const isWorking = (): unknown => {
    const { orderId } = order as { orderId: number }
    return (call('GET', '/api/v3/order', { symbol: 'BTCUSDT', orderId }) as { isWorking: boolean }).isWorking
  }
  for (const to of path.slice(1)) walk(to)
  const short = last > at ? last - 0.01 : last + 0.01
  walk(short)
  expect(isWorking()).toBe(false)
  walk(last)
  expect(isWorking()).toBe(true)
})
