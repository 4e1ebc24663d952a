import { createHmac } from 'node:crypto'
import { BinanceMarketData } from '../binance-market/binance-market-data.ts'
import type { AccountSpec } from '../core/account-types.ts'
import { ExchangeCore } from '../core/exchange-core.ts'
import { ManualExchangeClock } from '../flow/clock/exchange-clock.ts'
import { EXAMPLE_PERPETUAL, EXAMPLE_SPOT } from '../flow/example-markets.ts'
import { MarketTape } from '../flow/tape/market-tape.ts'
import type { ExchangeAnswer } from '../front/dialect.ts'
import { BinanceDialect } from './binance-dialect.ts'

/** A local Binance without a network, and a client with a key, for this folder's tests. */
export function signedClient(account: Partial<AccountSpec> = {}, rateLimits = true) {
  const clock = new ManualExchangeClock(Date.UTC(2026, 0, 5))
  const core = new ExchangeCore({ markets: [EXAMPLE_SPOT, EXAMPLE_PERPETUAL], clock })
  const spot = new BinanceMarketData('spot', clock, [new MarketTape(core, 'spot:BTCUSDT', { openingTicks: 6_000_000 })])
  const usdm = new BinanceMarketData('usdm', clock, [new MarketTape(core, 'linear:BTCUSDT', { openingTicks: 600_000 })])
  const dialect = new BinanceDialect({ exchange: core, spot, usdm, rateLimits })
  core.openAccount({
    apiKey: 'key',
    secret: 'secret',
    accountId: 'me',
    balances: { spot: { USDT: '100000', BTC: '1' }, futures: { USDT: '50000' } },
    ...account,
  })
  for (const [id, unit] of [
    ['spot:BTCUSDT', 100],
    ['linear:BTCUSDT', 10],
  ] as const) {
    core.placeForeign(id, { side: 'buy', priceTicks: 59_999 * unit, qtyLots: 50_000 })
    core.placeForeign(id, { side: 'sell', priceTicks: 60_001 * unit, qtyLots: 50_000 })
    core.print(id, 'buy', 60_000 * unit, 1)
  }

  /** Sends as it is. */
  const raw = (method: string, path: string, query: string, body = '', apiKey = 'key'): ExchangeAnswer =>
    dialect.handle({
      method,
      path,
      query: new URLSearchParams(query),
      rawQuery: query,
      headers: apiKey === '' ? {} : { 'x-mbx-apikey': apiKey },
      body,
      receivedMs: clock.nowMs(),
    })

  /** Signs and sends; the body of the answer as JSON. */
  const call = (method: string, path: string, params: Record<string, string | number> = {}): unknown => {
    const query = new URLSearchParams(
      Object.entries({ timestamp: clock.nowMs(), ...params }).map(([name, value]): [string, string] => [
        name,
        `${value}`,
      ]),
    ).toString()
    const signed = `${query}&signature=${createHmac('sha256', 'secret').update(query).digest('hex')}`
    const inBody = method === 'POST' || method === 'PUT'
    return JSON.parse(inBody ? raw(method, path, '', signed).body : raw(method, path, signed).body)
  }
  return { clock, core, dialect, raw, call }
}
