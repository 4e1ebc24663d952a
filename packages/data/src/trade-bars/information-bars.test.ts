import type { TradeColumns } from '@kestrel/core'
import fc from 'fast-check'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { barsByDefinition, EXPECTED, endsByDefinition } from '../../test/bars-by-definition.ts'
import { range, sampleTrades } from '../../test/sample-data.ts'
import {
  barColumnsOf,
  type BarSpec,
  barsFromTrades,
  importFile,
  InformationBarBuilder,
  type InformationBars,
  informationBars,
  TimeBarBuilder,
  workloadTrades,
} from '../index.ts'

const HOUR = 3_600_000
const runs = Number(process.env['KESTREL_FUZZ_RUNS'] ?? 100)

const SPECS: readonly BarSpec[] = [
  { kind: 'tick', trades: 7 },
  { kind: 'volume', size: 10 },
  { kind: 'volume', size: 0.3 },
  { kind: 'dollar', size: 2_000 },
  ...(['imbalance', 'run'] as const).flatMap((kind) =>
    (['tick', 'volume', 'dollar'] as const).map((of) => ({ kind, of, ...EXPECTED })),
  ),
]

const COLUMNS = [
  'openTimeUs',
  'closeTimeUs',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'buyVolume',
  'tradeCount',
] as const
const rowsOf = (bars: InformationBars): number[][] =>
  range(0, bars.open.length).map((b) => COLUMNS.map((name) => bars[name][b] ?? Number.NaN))

function slice(trades: TradeColumns, start: number, end: number): TradeColumns {
  return {
    tsEventUs: trades.tsEventUs.subarray(start, end),
    id: trades.id.subarray(start, end),
    price: trades.price.subarray(start, end),
    quantity: trades.quantity.subarray(start, end),
    takerSide: trades.takerSide.subarray(start, end),
  }
}

/** Random trades, and sizes of chunks to cut them into. */
const cut = fc.record({
  trades: fc.tuple(fc.integer({ min: 0, max: 400 }), fc.nat(10_000)).map(([n, seed]) => sampleTrades(n, seed)),
  sizes: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 }),
})

function* chunksOf(trades: TradeColumns, sizes: readonly number[]): Generator<TradeColumns> {
  for (let start = 0, k = 0; start < trades.id.length; k++) {
    const end = start + (sizes[k % sizes.length] ?? 1)
    yield slice(trades, start, end)
    start = end
  }
}

describe.each(SPECS.map((spec) => [JSON.stringify(spec), spec] as const))('%s', (_, spec) => {
  test('is what the definition says', () => {
    fc.assert(
      fc.property(cut, ({ trades }) => {
        const ends = endsByDefinition(trades, spec)
        const bars = informationBars(trades, spec)
        expect(bars.completeCount).toBe(ends.length)
        expect(rowsOf(bars)).toEqual(barsByDefinition(trades, ends))
      }),
      { numRuns: runs / 2 },
    )
  })

  test('built on the fly, in chunks or one by one, is the batch bit for bit, taken at any time', () => {
    fc.assert(
      fc.property(cut, fc.boolean(), ({ trades, sizes }, oneByOne) => {
        const builder = new InformationBarBuilder(spec)
        const built: number[][] = []
        let completed = 0
        for (const chunk of chunksOf(trades, oneByOne ? [1] : sizes)) {
          const [timeUs, id, price, quantity] = [chunk.tsEventUs[0], chunk.id[0], chunk.price[0], chunk.quantity[0]]
          completed += oneByOne
            ? builder.addTrade(timeUs ?? 0, id ?? 0, price ?? 0, quantity ?? 0, chunk.takerSide[0] ?? 0)
            : builder.add(chunk)
          if (completed % 3 === 0) built.push(...rowsOf(builder.take()))
        }
        built.push(...rowsOf(builder.finish()))
        const batch = informationBars(trades, spec)
        expect(built).toEqual(rowsOf(batch))
        expect(completed).toBe(batch.completeCount)
      }),
      { numRuns: runs },
    )
  })
})

// Counted by a loop over the same generator in plain Python: sets of floor(volume before / 100) and of the second.
test('the workload has as many bars as another language counts, and no trade is lost', () => {
  const trades = workloadTrades(100_000)
  const bars = informationBars(trades, { kind: 'volume', size: 100 })
  const sum = (column: Float64Array): number => column.reduce((total, value) => total + value, 0)
  expect(bars.open.length).toBe(50_623)
  expect(sum(bars.volume)).toBe(5_062_343)
  expect(sum(bars.tradeCount)).toBe(100_000)
  expect(barsFromTrades(trades, 1_000).tradeCount.length).toBe(150)
  expect(bars.volume.buffer).toBeInstanceOf(SharedArrayBuffer)
})

test.each(SPECS)('a batch that is longer than what is read at once: %o', (spec) => {
  const trades = workloadTrades(50_000)
  const builder = new InformationBarBuilder(spec)
  builder.add(trades)
  expect(informationBars(trades, spec)).toEqual(builder.finish())
})

describe('TimeBarBuilder', () => {
  test('on the fly gives the bars of the batch bit for bit', () => {
    fc.assert(
      fc.property(cut, fc.constantFrom(1_000, 60_000, HOUR), ({ trades, sizes }, timeframeMs) => {
        const builder = new TimeBarBuilder(timeframeMs)
        const taken = [...chunksOf(trades, sizes)].map((chunk) => {
          builder.add(chunk)
          return builder.take()
        })
        taken.push(builder.finish())
        const batch = barsFromTrades(trades, timeframeMs)
        for (const name of ['openTimeMs', 'closeTimeMs', 'open', 'high', 'low', 'close', 'volume'] as const)
          expect(taken.flatMap(({ bars }) => [...bars[name]])).toEqual([...batch.bars[name]])
        expect(taken.flatMap(({ buyVolume }) => [...buyVolume])).toEqual([...batch.buyVolume])
        expect(taken.flatMap(({ tradeCount }) => [...tradeCount])).toEqual([...batch.tradeCount])
      }),
      { numRuns: runs },
    )
  })

  test('the clock completes a bar, and a trade that comes too late for it is refused', () => {
    const builder = new TimeBarBuilder(60_000)
    builder.addTrade(60_000_000, 1, 10, 2, 1)
    expect(builder.advanceTo(119_999_999)).toBe(0)
    expect(builder.advanceTo(120_000_000)).toBe(1)
    expect(builder.advanceTo(180_000_000)).toBe(0)
    const late = expect.objectContaining({ code: 'DATA_TRADES_UNORDERED' })
    expect(() => builder.addTrade(119_000_000, 2, 10, 2, 1)).toThrow(late)
    builder.addTrade(180_000_000, 3, 11, 1, -1)
    expect([...builder.take().bars.openTimeMs]).toEqual([60_000])
    const { bars, buyVolume } = builder.finish()
    expect([...bars.openTimeMs, ...bars.volume, ...buyVolume]).toEqual([180_000, 1, 0])
  })
})

describe('what cannot be', () => {
  const trade = (timeUs: number, id: number): TradeColumns => ({
    ...slice(sampleTrades(1), 0, 1),
    tsEventUs: Float64Array.of(timeUs),
    id: Float64Array.of(id),
  })
  const spec: BarSpec = { kind: 'tick', trades: 2 }

  test('trades out of order are refused, in one chunk and between chunks, without a change', () => {
    const trades = sampleTrades(20)
    trades.tsEventUs[9] = (trades.tsEventUs[8] ?? 0) - 1
    const error = expect.objectContaining({ name: 'DataError', code: 'DATA_TRADES_UNORDERED' })
    expect(() => informationBars(trades, spec)).toThrow(error)
    expect(() => barsFromTrades(trades, HOUR)).toThrow(error)
    const builder = new InformationBarBuilder(spec)
    builder.add(slice(trades, 0, 9))
    expect(() => builder.add(slice(trades, 9, 20))).toThrow(error)
    expect(() => builder.add(slice(trades, 9, 20))).toThrow(/comes after one of .* No bar was made of it/u)
    expect(builder.finish().tradeCount).toEqual(Float64Array.of(2, 2, 2, 2, 1))
  })

  test('a trade that comes twice is refused, next to the first or later in its instant; ids need not ascend', () => {
    const twice = expect.objectContaining({ name: 'DataError', code: 'DATA_TRADE_TWICE' })
    for (const ids of [
      [5, 5],
      [5, 3, 5],
      [5, 6, 3, 6],
    ]) {
      const builder = new InformationBarBuilder(spec)
      ids.slice(0, -1).forEach((id) => builder.add(trade(7_000, id)))
      expect(() => builder.add(trade(7_000, ids.at(-1) ?? 0))).toThrow(twice)
      const whole = {
        ...sampleTrades(ids.length),
        tsEventUs: new Float64Array(ids.length).fill(7_000),
        id: Float64Array.from(ids),
      }
      expect(() => informationBars(whole, spec)).toThrow(twice)
    }
    const later = new InformationBarBuilder(spec)
    later.add(trade(7_000, 5))
    expect(() => later.add(trade(8_000, 5))).toThrow(twice)
    later.add(trade(8_000, 4))
    expect(later.completeCount).toBe(1)
  })

  test.each([
    { kind: 'tick', trades: 0 },
    { kind: 'tick', trades: 1.5 },
    { kind: 'volume', size: 0 },
    { kind: 'dollar', size: Number.NaN },
    { kind: 'imbalance', of: 'tick', expectedTrades: 0 },
    { kind: 'run', of: 'tick', expectedTrades: 10, minTrades: 20, maxTrades: 10 },
  ] as const)('%o is refused', (bad) => {
    expect(() => informationBars(sampleTrades(3), bad)).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DATA_BAR_SPEC' }),
    )
  })

  test('a single trade without a sense is refused', () => {
    const builder = new InformationBarBuilder(spec)
    for (const [price, quantity, side] of [
      [0, 1, 1],
      [Number.NaN, 1, 1],
      [1, 0, 1],
      [1, Infinity, 1],
      [1, 1, 2],
    ] as const) {
      expect(() => builder.addTrade(1_000, 1, price, quantity, side)).toThrow(
        expect.objectContaining({ name: 'DataError', code: 'DATA_TRADE_VALUE' }),
      )
    }
    expect(() => new TimeBarBuilder(0)).toThrow(expect.objectContaining({ code: 'DATA_BAR_SPEC' }))
  })
})

test('bars for a strategy are the complete ones, visible after their last trade, one a millisecond', () => {
  const trades = sampleTrades(200)
  const information = informationBars(trades, { kind: 'volume', size: 40 })
  const bars = barColumnsOf(information)
  expect(bars.close).toEqual(information.close.subarray(0, information.completeCount))
  expect(information.completeCount).toBe(information.close.length - 1)
  bars.closeTimeMs.forEach((ms, b) => {
    const lastUs = information.closeTimeUs[b] ?? 0
    expect(ms * 1_000).toBeGreaterThan(lastUs)
    expect((ms - 1) * 1_000).toBeLessThanOrEqual(lastUs)
  })
  expect(() => barColumnsOf(informationBars(workloadTrades(1_000), { kind: 'tick', trades: 1 }))).toThrow(
    expect.objectContaining({ name: 'DataError', code: 'DATA_BARS_TOO_SHORT' }),
  )
})

const DATA = fileURLToPath(new URL('../../../../../shared/data/trades/', import.meta.url))

describe.skipIf(!existsSync(DATA))('recorded trade days (needs ../shared/data)', () => {
  test.each([
    ['binance_spot_PEPEUSDT_aggtrades_20241027.parquet', 'PEPE-USDT.BINANCE', 57_229],
    ['binanceusdm_APEUSDT_aggtrades_20241018.csv', 'APE-USDT-PERP.BINANCE', 45_342],
  ])('no trade of %s is lost or counted twice, whatever ends a bar', async (file, instrument, count) => {
    const [dataset] = await importFile(`${DATA}${file}`, { instrument })
    const trades = dataset?.table as TradeColumns
    const sum = (column: Float64Array): number => column.reduce((total, value) => total + value, 0)
    const volume = sum(trades.quantity)
    const dollars = trades.quantity.reduce((total, quantity, i) => total + quantity * (trades.price[i] ?? 0), 0)
    const options = { expectedTrades: 200 }
    const specs: BarSpec[] = [
      { kind: 'tick', trades: 500 },
      { kind: 'volume', size: volume / 300 },
      { kind: 'dollar', size: dollars / 300 },
      { kind: 'imbalance', of: 'dollar', ...options },
      { kind: 'run', of: 'volume', ...options },
    ]
    for (const spec of specs) {
      const bars = informationBars(trades, spec)
      expect(bars.open.length).toBeGreaterThan(50)
      expect(sum(bars.tradeCount)).toBe(count)
      expect(Math.abs(sum(bars.volume) / volume - 1)).toBeLessThan(1e-12)
      const bought = trades.quantity.reduce(
        (total, quantity, i) => total + (trades.takerSide[i] === 1 ? quantity : 0),
        0,
      )
      expect(Math.abs(sum(bars.buyVolume) / bought - 1)).toBeLessThan(1e-12)
    }
    const minutes = barsFromTrades(trades, 60_000)
    const builder = new TimeBarBuilder(60_000)
    for (let i = 0; i < count; i++)
      builder.addTrade(
        trades.tsEventUs[i] as number,
        trades.id[i] as number,
        trades.price[i] as number,
        trades.quantity[i] as number,
        trades.takerSide[i] as number,
      )
    expect(builder.finish()).toEqual(minutes)
  })
})
