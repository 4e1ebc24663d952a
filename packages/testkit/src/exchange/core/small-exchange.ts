import { ManualClock } from '@kestrel/core'
import { atomsText } from './atoms.ts'
import { ExchangeCore } from './exchange-core.ts'
import type { ExchangeEvent } from './exchange-event.ts'
import type { MarketId, MarketSpec } from './market-spec.ts'
import type { OrderIntent, Outcome, Placed } from './order-types.ts'

/** A small exchange for this folder's tests: two markets, two accounts, a clock that stands. */
export const SPOT: MarketSpec = {
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
export const PERP: MarketSpec = {
  kind: 'linear',
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.1',
  lotSize: '0.001',
  makerFeeRate: 0.0002,
  takerFeeRate: 0.0005,
}
export const spot = 'spot:BTCUSDT' as const
export const perp = 'linear:BTCUSDT' as const

export function exchange(markets: readonly MarketSpec[] = [SPOT, PERP], keptRows?: number, unified = false) {
  const clock = new ManualClock(1_700_000_000_000)
  const core = new ExchangeCore({ markets, clock, seed: 7, ...(keptRows === undefined ? {} : { keptRows }) })
  const events: ExchangeEvent[] = []
  core.on((event) => events.push(event))
  for (const name of ['a', 'b']) {
    core.openAccount({
      apiKey: name,
      secret: 's',
      accountId: name,
      unified,
      balances: { spot: { USDT: '100000', BTC: '10' }, futures: { USDT: '10000' } },
    })
  }
  return { clock, core, events }
}

export function placed(outcome: Outcome<Placed>): Placed {
  if (!outcome.ok) throw new Error(outcome.reason)
  return outcome.value
}

export const limit = (marketId: MarketId, side: 'buy' | 'sell', priceTicks: number, qtyLots: number): OrderIntent => ({
  marketId,
  side,
  type: 'limit',
  priceTicks,
  qtyLots,
})
export const market = (marketId: MarketId, side: 'buy' | 'sell', qtyLots: number): OrderIntent => ({
  marketId,
  side,
  type: 'market',
  qtyLots,
})
export const money = (core: ExchangeCore, id: string, wallet: 'spot' | 'futures' = 'spot') =>
  Object.fromEntries(
    core.balances(id, wallet).map(({ asset, free, locked }) => [asset, `${atomsText(free)} ${atomsText(locked)}`]),
  )
