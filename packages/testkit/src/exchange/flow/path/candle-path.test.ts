import { allocateBars, type BarColumns, createRng } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExchangeCore } from '../../core/exchange-core.ts'
import type { MarketMode, MarketSpec } from '../../core/market-spec.ts'
import { ManualExchangeClock } from '../clock/exchange-clock.ts'
import { EXAMPLE_PERPETUAL } from '../example-markets.ts'
import { historyOf } from '../history/bar-history.ts'
import { MarketTape } from '../tape/market-tape.ts'
import { startCandlePath } from './candle-path.ts'
import { startPricePath } from './price-path.ts'

const START_MS = Date.UTC(2024, 4, 1)
const ID = 'linear:BTCUSDT'

/** Bars on the market's steps: tick 0.10, lot 0.001. */
function madeBars(seed: number, count: number, lengthMs: number, hasGaps = true): BarColumns {
  const rng = createRng(seed)
  const bars = allocateBars(count)
  let ticks = 600_000
  for (let row = 0; row < count; row++) {
    const move = (): number => Math.round(rng.nextNormal() * 300)
    const open = ticks + (hasGaps && rng.nextFloat() < 0.5 ? move() : 0)
    const close = open + move()
    const high = Math.max(open, close) + Math.abs(rng.nextFloat() < 0.3 ? 0 : move())
    const low = Math.min(open, close) - Math.abs(rng.nextFloat() < 0.3 ? 0 : move())
    bars.openTimeMs[row] = START_MS + row * lengthMs
    bars.closeTimeMs[row] = START_MS + (row + 1) * lengthMs
    bars.open[row] = open / 10
    bars.high[row] = high / 10
    bars.low[row] = low / 10
    bars.close[row] = close / 10
    bars.volume[row] = (4 + (rng.nextUint32() % 5_000)) / 1_000
    ticks = close
  }
  return bars
}

function play(bars: BarColumns, mode: MarketMode, fromRow = 0) {
  const clock = new ManualExchangeClock((bars.openTimeMs[fromRow] ?? 0) - 1)
  const spec: MarketSpec = { ...EXAMPLE_PERPETUAL, mode }
  const exchange = new ExchangeCore({ markets: [spec], clock })
  const market = exchange.markets.get(ID)
  if (market === undefined) throw new Error('no market')
  const history = historyOf(bars, fromRow, market)
  const tape = new MarketTape(exchange, ID, { openingTicks: 600_000, history, onlyForeignTrades: true })
  startCandlePath(exchange, clock, ID, bars, { fromRow })
  return { clock, exchange, tape }
}

function barsOf(tape: MarketTape, bars: BarColumns, lengthMs: number) {
  const last = bars.closeTimeMs.at(-1) ?? 0
  return tape.bars
    .barsFrom(bars.openTimeMs[0] ?? 0, last - 1, lengthMs, last, bars.open.length)
    .map((bar) => [
      bar.openTimeMs,
      bar.openTicks / 10,
      bar.highTicks / 10,
      bar.lowTicks / 10,
      bar.closeTicks / 10,
      bar.lots / 1_000,
    ])
}

function rowsOf(bars: BarColumns) {
  return Array.from(bars.open, (open, row) => [
    bars.openTimeMs[row],
    open,
    bars.high[row],
    bars.low[row],
    bars.close[row],
    bars.volume[row],
  ])
}

describe('bars played as flow', () => {
  test.each(['noiseless', 'book'] as const)('come out equal in a %s market, history included', (mode) => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(60_000, 300_000, 3_600_000), fc.nat(10), (seed, lengthMs, fromRow) => {
        const bars = madeBars(seed, 20, lengthMs)
        const { clock, tape } = play(bars, mode, fromRow)
        clock.advanceTo(bars.closeTimeMs.at(-1) ?? 0)
        expect(barsOf(tape, bars, lengthMs)).toEqual(rowsOf(bars))
      }),
      { numRuns: 25 },
    )
  })

  test('come out equal while an account trades, and its stop fills at its own trigger on the way', () => {
    const bars = madeBars(4, 30, 60_000, false)
    const { clock, exchange, tape } = play(bars, 'noiseless')
    const { accountId } = exchange.openAccount({ apiKey: 'k', secret: 's', balances: { futures: { USDT: '1000000' } } })
    clock.advanceTo(START_MS)
    const openTicks = (bars.open[0] ?? 0) * 10
    const entry = exchange.place(accountId, { marketId: ID, side: 'buy', type: 'market', qtyLots: 1_000 })
    expect(entry).toMatchObject({ ok: true, value: { fills: [{ priceTicks: openTicks, qtyLots: 1_000 }] } })
    // Somewhere on the way down, and none of the prices that the bars name.
    const lowTicks = Math.min(...bars.low) * 10
    const triggerTicks = Math.round((2 * openTicks + lowTicks) / 3)
    const named = [bars.open, bars.high, bars.low, bars.close].flatMap((column) =>
      Array.from(column, (price) => price * 10),
    )
    expect(named).not.toContain(triggerTicks)
    const stop = exchange.place(accountId, {
      marketId: ID,
      side: 'sell',
      type: 'market',
      qtyLots: 1_000,
      trigger: { by: 'last', when: 'fall', priceTicks: triggerTicks },
    })
    expect(stop.ok).toBe(true)
    clock.advanceTo(bars.closeTimeMs.at(-1) ?? 0)
    const fills = exchange.trades(accountId, {})
    expect(fills).toHaveLength(2)
    expect(fills[1]?.priceTicks).toBe(triggerTicks)
    expect(barsOf(tape, bars, 60_000)).toEqual(rowsOf(bars))
  })

  test('a trailing stop fills where it stands on the way, after the high has moved it', () => {
    const bars = allocateBars(2)
    const rows = [
      [60_000, 60_000, 60_000, 60_000],
      // Falling: the high comes first, then the low.
      [60_000, 61_000, 59_000, 59_500],
    ] as const
    rows.forEach(([open, high, low, close], row) => {
      bars.openTimeMs[row] = START_MS + row * 60_000
      bars.closeTimeMs[row] = START_MS + (row + 1) * 60_000
      bars.open[row] = open
      bars.high[row] = high
      bars.low[row] = low
      bars.close[row] = close
      bars.volume[row] = 10
    })
    const { clock, exchange, tape } = play(bars, 'noiseless')
    const { accountId } = exchange.openAccount({ apiKey: 'k', secret: 's', balances: { futures: { USDT: '1000000' } } })
    clock.advanceTo(START_MS)
    exchange.place(accountId, { marketId: ID, side: 'buy', type: 'market', qtyLots: 1_000 })
    const trailing = { callbackBps: 100, activationTicks: undefined, when: 'fall' as const }
    const placed = exchange.place(accountId, { marketId: ID, side: 'sell', type: 'market', qtyLots: 1_000, trailing })
    expect(placed.ok).toBe(true)
    clock.advanceTo(START_MS + 120_000)
    // One percent below 61,000, and neither below the open nor at the low.
    expect(exchange.trades(accountId, {}).map(({ priceTicks }) => priceTicks)).toEqual([600_000, 603_900])
    expect(barsOf(tape, bars, 60_000)).toEqual(rowsOf(bars))
  })

  test('a bar without volume must not move, and a bar needs a lot for each of its prices', () => {
    const bars = madeBars(1, 3, 60_000)
    bars.volume[1] = 0
    expect(() => play(bars, 'noiseless')).toThrow(expect.objectContaining({ code: 'TESTKIT_BAR_VOLUME' }))
  })
})

describe('a script of prices', () => {
  test('steps at the instant and not before, with no spread and endless depth', () => {
    const clock = new ManualExchangeClock(START_MS)
    const exchange = new ExchangeCore({ markets: [{ ...EXAMPLE_PERPETUAL, mode: 'noiseless' }], clock })
    const { accountId } = exchange.openAccount({
      apiKey: 'k',
      secret: 's',
      balances: { futures: { USDT: '10000000' } },
    })
    startPricePath(exchange, clock, ID, [
      { tsMs: START_MS, price: 60_000 },
      { tsMs: START_MS + 1_000, price: 60_100.5 },
    ])
    clock.advance(999)
    expect(exchange.prices(ID)).toMatchObject({
      bidTicks: 600_000,
      askTicks: 600_000,
      lastTicks: 600_000,
      markPrice: 60_000,
    })
    clock.advance(1)
    expect(exchange.prices(ID)).toMatchObject({
      bidTicks: 601_005,
      askTicks: 601_005,
      lastTicks: 601_005,
      markPrice: 60_100.5,
    })
    const order = { marketId: ID, type: 'market', qtyLots: 100_000 } as const
    for (const side of ['buy', 'sell'] as const)
      expect(exchange.place(accountId, { ...order, side })).toMatchObject({
        ok: true,
        value: { fills: [{ priceTicks: 601_005, qtyLots: 100_000 }] },
      })
  })

  test('refuses points out of order and prices off the tick', () => {
    const clock = new ManualExchangeClock(START_MS)
    const exchange = new ExchangeCore({ markets: [{ ...EXAMPLE_PERPETUAL, mode: 'noiseless' }], clock })
    const path = (second: { tsMs: number; price: number }) => () =>
      startPricePath(exchange, clock, ID, [{ tsMs: START_MS, price: 60_000 }, second])
    expect(path({ tsMs: START_MS, price: 60_000 })).toThrow(expect.objectContaining({ code: 'TESTKIT_PATH_ORDER' }))
    expect(path({ tsMs: START_MS + 1, price: 60_000.05 })).toThrow(expect.objectContaining({ code: 'CORE_OFF_GRID' }))
  })
})
