import { expect, test } from 'vitest'
import { ExchangeCore } from '../../core/exchange-core.ts'
import type { ExchangeEvent } from '../../core/exchange-event.ts'
import { ManualExchangeClock } from '../clock/exchange-clock.ts'
import { EXAMPLE_PERPETUAL, EXAMPLE_SPOT } from '../example-markets.ts'
import { joinBars } from '../tape/exact-bar.ts'
import { MarketTape } from '../tape/market-tape.ts'
import { startGeneratedFlow } from './generated-flow.ts'

const START_MS = Date.UTC(2024, 4, 1, 12)

function runFlow(seed: number, spanMs: number, listener?: (event: ExchangeEvent) => void) {
  const clock = new ManualExchangeClock(START_MS)
  const exchange = new ExchangeCore({ markets: [EXAMPLE_SPOT, EXAMPLE_PERPETUAL], clock })
  const tape = new MarketTape(exchange, 'linear:BTCUSDT', { openingTicks: 600_000 })
  if (listener !== undefined) exchange.on(listener)
  const flow = startGeneratedFlow(exchange, clock, 'linear:BTCUSDT', { seed, startPrice: 60_000, medianLots: 20 })
  clock.advance(spanMs)
  return { clock, exchange, tape, flow }
}

test('one seed gives one history, another seed another', () => {
  const logs = [7, 7, 8].map((seed) => {
    const log: string[] = []
    runFlow(seed, 30_000, (event) => log.push(JSON.stringify(event)))
    return log
  })
  expect(logs[0]?.length).toBeGreaterThan(500)
  expect(logs[1]).toEqual(logs[0])
  expect(logs[2]).not.toEqual(logs[0])
})

test('the book is never crossed and never empty, and the public book is the engine’s at every update', () => {
  const clock = new ManualExchangeClock(START_MS)
  const exchange = new ExchangeCore({ markets: [EXAMPLE_SPOT], clock })
  const tape = new MarketTape(exchange, 'spot:BTCUSDT', { openingTicks: 6_000_000 })
  startGeneratedFlow(exchange, clock, 'spot:BTCUSDT', { seed: 3, startPrice: 60_000, medianLots: 500 })
  let looks = 0
  for (let step = 0; step < 600; step++) {
    clock.advance(50)
    const { lastUpdateId, bids, asks } = exchange.book('spot:BTCUSDT', 1_000)
    expect(tape.book.updateId).toBe(lastUpdateId)
    const levels = (side: 'buy' | 'sell') =>
      tape.book.top(side, 1_000).map((level) => [level.priceTicks, level.qtyLots])
    expect(levels('buy')).toEqual(bids)
    expect(levels('sell')).toEqual(asks)
    expect(bids[0]?.[0]).toBeLessThan(asks[0]?.[0] ?? 0)
    looks += 1
  }
  expect(looks).toBe(600)
})

test('prices stay with the fair value, spreads are some basis points, and trades come in clusters', () => {
  const { exchange, tape, flow } = runFlow(11, 30 * 60_000)
  const { bidTicks = 0, askTicks = 0 } = exchange.prices('linear:BTCUSDT')
  const middle = (bidTicks + askTicks) / 2 / 10
  expect(Math.abs(middle / flow.fair.price - 1)).toBeLessThan(0.001)
  expect((askTicks - bidTicks) / middle / 10).toBeLessThan(0.0005)
  const counts = tape.bars
    .barsFrom(0, Number.MAX_SAFE_INTEGER, 60_000, START_MS + 1_800_000, 100)
    .map((bar) => bar.trades)
  const mean = counts.reduce((sum, each) => sum + each, 0) / counts.length
  const variance = counts.reduce((sum, each) => sum + (each - mean) ** 2, 0) / counts.length
  expect(mean).toBeGreaterThan(40)
  // Independent arrivals would have a variance like their mean.
  expect(variance / mean).toBeGreaterThan(2)
})

test('minutes are exactly the trades in them, and longer bars exactly the minutes', () => {
  const { tape } = runFlow(5, 7 * 60_000)
  const trades = tape.trades.latest(100_000)
  const nowMs = START_MS + 7 * 60_000
  for (const bar of tape.bars.barsFrom(0, Number.MAX_SAFE_INTEGER, 60_000, nowMs, 100)) {
    const inside = trades.filter(({ tsMs }) => tsMs >= bar.openTimeMs && tsMs < bar.openTimeMs + 60_000)
    expect(bar.trades).toBe(inside.length)
    if (inside.length === 0) continue
    const prices = inside.map(({ priceTicks }) => priceTicks)
    expect(bar).toMatchObject({
      openTicks: prices[0],
      highTicks: Math.max(...prices),
      lowTicks: Math.min(...prices),
      closeTicks: prices.at(-1),
      lots: inside.reduce((sum, { qtyLots }) => sum + qtyLots, 0),
      quote: inside.reduce((sum, { priceTicks, qtyLots }) => sum + BigInt(priceTicks) * BigInt(qtyLots), 0n),
      takerBuyLots: inside
        .filter(({ takerSide }) => takerSide === 'buy')
        .reduce((sum, { qtyLots }) => sum + qtyLots, 0),
      firstId: inside[0]?.id,
      lastId: inside.at(-1)?.id,
    })
  }
  const minutes = tape.bars.barsFrom(START_MS, START_MS + 299_999, 60_000, nowMs, 5)
  expect(tape.bars.barAt(START_MS, 300_000)).toEqual(joinBars(START_MS, minutes))
})

test('stops without leaving an order behind', () => {
  const { clock, exchange, flow } = runFlow(9, 20_000)
  flow.stop()
  clock.advance(60_000)
  expect(exchange.book('linear:BTCUSDT', 10)).toMatchObject({ bids: [], asks: [] })
})
