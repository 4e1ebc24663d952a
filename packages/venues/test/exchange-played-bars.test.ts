import { allocateBars, createRng, decimalStep } from '@kestrel/core'
import {
  DEMO_ACCOUNT,
  EXAMPLE_PERPETUAL,
  historyOf,
  ManualExchangeClock,
  startCandlePath,
  startExchange,
} from '@kestrel/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { redirectExchange } from '../src/ccxt/base-url.ts'
import type { CcxtExchange } from '../src/ccxt/ccxt-exchange.ts'
import { loadCcxtExchange } from '../src/ccxt/load-ccxt.ts'

const START_MS = Date.UTC(2024, 4, 1)
const HOUR_MS = 3_600_000
const SYMBOL = 'BTC/USDT:USDT'

interface TradingClient extends CcxtExchange {
  loadHttpProxyAgent(): Promise<unknown>
  watchOHLCV(symbol: string, timeframe: string): Promise<(readonly number[])[]>
  createOrder(symbol: string, type: string, side: string, amount: number): Promise<{ id: string }>
  fetchOrder(id: string, symbol: string): Promise<{ average: number; filled: number; status: string }>
  close(): Promise<void>
}

/** Hours on the market's steps. */
function madeHours(count: number) {
  const rng = createRng(18)
  const bars = allocateBars(count)
  let ticks = 600_000
  for (let row = 0; row < count; row++) {
    const step = (): number => Math.round(rng.nextNormal() * 900)
    const open = ticks + Math.round(step() / 9)
    const close = open + step()
    bars.openTimeMs[row] = START_MS + row * HOUR_MS
    bars.closeTimeMs[row] = START_MS + (row + 1) * HOUR_MS
    bars.open[row] = open / 10
    bars.close[row] = close / 10
    bars.high[row] = (Math.max(open, close) + Math.abs(step())) / 10
    bars.low[row] = (Math.min(open, close) - Math.abs(step())) / 10
    bars.volume[row] = (1_000 + (rng.nextUint32() % 900_000)) / 1_000
    ticks = close
  }
  return bars
}

test('ccxt sees the given bars, warm-up included, and an order sent at a bar’s close fills at the next open', async () => {
  const bars = madeHours(14)
  const fromRow = 8
  const clock = new ManualExchangeClock((bars.openTimeMs[fromRow] ?? 0) - 1)
  const spec = { ...EXAMPLE_PERPETUAL, mode: 'noiseless' } as const
  const steps = { tick: decimalStep(spec.tickSize), lot: decimalStep(spec.lotSize) }
  const local = await startExchange({
    venues: ['binance'],
    clock,
    markets: [
      {
        spec,
        startPrice: bars.open[0] ?? 0,
        tape: { history: historyOf(bars, fromRow, steps), onlyForeignTrades: true },
      },
    ],
    flow: (core, itsClock, { id }) => startCandlePath(core, itsClock, id, bars, { fromRow }),
  })
  const client = (await loadCcxtExchange(
    'binance',
    { apiKey: DEMO_ACCOUNT.apiKey, secret: DEMO_ACCOUNT.secret, enableRateLimit: false },
    'requests and streams',
  )) as TradingClient
  onTestFinished(async () => {
    await client.close()
    await local.close()
  })
  // Currencies need an endpoint that trading does not.
  client.has['fetchCurrencies'] = false
  redirectExchange(client, local.venue('binance').url)
  await client.loadHttpProxyAgent()
  await client.loadMarkets()

  /** Lets exchange time run until the client has what it waits for. */
  const during = async <T>(wait: Promise<T>): Promise<T> => {
    const state = { isOver: false }
    const over = (): void => {
      state.isOver = true
    }
    wait.then(over, over)
    while (!state.isOver) {
      clock.advance(250)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    return wait
  }

  const given = Array.from(bars.open, (open, row) =>
    [bars.openTimeMs[row], open, bars.high[row], bars.low[row], bars.close[row], bars.volume[row]].map(Number),
  )
  const past = await client.fetchOHLCV(SYMBOL, '1h', START_MS, fromRow)
  expect(past).toEqual(given.slice(0, fromRow))

  const fills: number[] = []
  const watched = new Map<number, readonly number[]>()
  for (let row = fromRow; row < 12; row++) {
    // To the last minute of the hour at once, and then bar by bar with the stream.
    clock.advanceTo((bars.closeTimeMs[row] ?? 0) - 60_000)
    while (clock.nowMs() < (bars.closeTimeMs[row] ?? 0)) {
      for (const bar of await during(client.watchOHLCV(SYMBOL, '1h'))) watched.set(bar[0] ?? 0, bar)
    }
    const { id } = await client.createOrder(SYMBOL, 'market', row % 2 === 0 ? 'buy' : 'sell', 0.05)
    const order = await client.fetchOrder(id, SYMBOL)
    expect(order).toMatchObject({ filled: 0.05, status: 'closed' })
    fills.push(order.average)
  }
  expect(fills).toEqual([...bars.open.subarray(fromRow + 1, 13)])
  for (let row = fromRow; row < 12; row++) expect(watched.get(bars.openTimeMs[row] ?? 0)).toEqual(given[row])
  expect(await client.fetchOHLCV(SYMBOL, '1h', START_MS, 12)).toEqual(given.slice(0, 12))
})
