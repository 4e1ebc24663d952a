import { allocateBars, createRng } from '@kestrel/core'
import { expect, test } from 'vitest'
import { ExchangeCore } from '../core/exchange-core.ts'
import { ManualExchangeClock } from '../flow/clock/exchange-clock.ts'
import { EXAMPLE_PERPETUAL } from '../flow/example-markets.ts'
import { historyOf } from '../flow/history/bar-history.ts'
import { startCandlePath } from '../flow/path/candle-path.ts'
import { MarketTape } from '../flow/tape/market-tape.ts'
import { BinanceMarketData } from './binance-market-data.ts'

const START_MS = Date.UTC(2024, 4, 1)
const HOUR_MS = 3_600_000
const ID = 'linear:BTCUSDT'

/** Hours on the market's steps, with gaps between them. */
function madeHours(count: number) {
  const rng = createRng(8)
  const bars = allocateBars(count)
  let last = 600_000
  for (let row = 0; row < count; row++) {
    const step = (): number => Math.round(rng.nextNormal() * 900)
    const open = last + Math.round(step() / 9)
    const close = open + step()
    bars.openTimeMs[row] = START_MS + row * HOUR_MS
    bars.closeTimeMs[row] = START_MS + (row + 1) * HOUR_MS
    bars.open[row] = open / 10
    bars.close[row] = close / 10
    bars.high[row] = (Math.max(open, close) + Math.abs(step())) / 10
    bars.low[row] = (Math.min(open, close) - Math.abs(step())) / 10
    bars.volume[row] = (1_000 + (rng.nextUint32() % 900_000)) / 1_000
    last = close
  }
  return bars
}

test('who acts on a closed bar of the stream trades at the next bar’s open, and REST and stream tell the given bars', () => {
  const bars = madeHours(24)
  const fromRow = 10
  const clock = new ManualExchangeClock((bars.openTimeMs[fromRow] ?? 0) - 1)
  const exchange = new ExchangeCore({ markets: [{ ...EXAMPLE_PERPETUAL, mode: 'noiseless' }], clock })
  const market = exchange.markets.get(ID)
  if (market === undefined) throw new Error('no market')
  const history = historyOf(bars, fromRow, market)
  const tape = new MarketTape(exchange, ID, { openingTicks: 600_000, history, onlyForeignTrades: true })
  startCandlePath(exchange, clock, ID, bars, { fromRow })
  const dialect = new BinanceMarketData('usdm', clock, [tape])
  const { accountId } = exchange.openAccount({ apiKey: 'k', secret: 's', balances: { futures: { USDT: '1000000' } } })

  const closed: { t: number; o: string; h: string; l: string; c: string; v: string }[] = []
  const session = dialect.openStream('/market/ws/0', new URLSearchParams(), (text) => {
    const { k } = JSON.parse(text) as { k?: (typeof closed)[0] & { x: boolean } }
    if (k?.x === true) closed.push(k)
  })
  session?.message(JSON.stringify({ method: 'SUBSCRIBE', params: ['btcusdt@kline_1h'], id: 1 }), 0)

  const fillPrices: number[] = []
  for (let row = fromRow; row < 24; row++) {
    clock.advanceTo(bars.closeTimeMs[row] ?? 0)
    // The last hour of the history closes on the stream too.
    expect(closed).toHaveLength(row - fromRow + 2)
    const side = row % 2 === 0 ? 'buy' : 'sell'
    const placed = exchange.place(accountId, { marketId: ID, side, type: 'market', qtyLots: 50 })
    if (placed.ok) fillPrices.push((placed.value.fills[0]?.priceTicks ?? 0) / 10)
  }
  // After the last bar there is no next open: the touch stays at the close.
  expect(fillPrices).toEqual([...bars.open.subarray(fromRow + 1), bars.close[23]])

  const given = Array.from(bars.open, (open, row) =>
    [open, bars.high[row], bars.low[row], bars.close[row], bars.volume[row]].map(Number),
  )
  expect(closed.map(({ o, h, l, c, v }) => [o, h, l, c, v].map(Number))).toEqual(given.slice(fromRow - 1))
  const answer = dialect.handle({
    method: 'GET',
    path: '/fapi/v1/klines',
    query: new URLSearchParams({ symbol: 'BTCUSDT', interval: '1h', startTime: String(START_MS), limit: '24' }),
    rawQuery: '',
    headers: {},
    body: '',
    receivedMs: 0,
  })
  const rows = JSON.parse(answer.body) as [number, ...string[]][]
  expect(rows.map(([openMs, o, h, l, c, v]) => [openMs, ...[o, h, l, c, v].map(Number)])).toEqual(
    given.map((bar, row) => [START_MS + row * HOUR_MS, ...bar]),
  )
})
