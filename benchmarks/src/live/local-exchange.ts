/**
 * The exchange that sessions of case L1 trade on, in a process of its own so that its time is not theirs. Nobody else
 * trades, and orders at the market fill at once at the price that stands.
 */
import { numberToSteps } from '@kestrel/core'
import { EXAMPLE_PERPETUAL, startExchange } from '@kestrel/testkit'
import { L1_KEYS, L1_PRICE } from './bench-session.ts'

const exchange = await startExchange({
  venues: ['binanceusdm'],
  markets: [{ spec: { ...EXAMPLE_PERPETUAL, mode: 'noiseless' }, startPrice: L1_PRICE }],
  accounts: [{ ...L1_KEYS, accountId: 'bench', balances: { futures: { USDT: '10000000' } } }],
  flow: 'none',
  historyMinutes: 0,
  rateLimits: false,
})
const venue = exchange.venue('binanceusdm')
for (const market of venue.exchange.markets.values()) {
  const ticks = numberToSteps(L1_PRICE, market.tick, 'price')
  venue.exchange.setTouch(market.id, ticks, ticks, ticks)
}
process.on('disconnect', () => process.exit())
process.send?.(venue.url)
