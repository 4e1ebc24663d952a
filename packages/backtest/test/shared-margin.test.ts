// Long because each test is one way in which orders of one account could spend its margin twice, or be refused what is theirs.
import { allocateBars, type BarColumns, type Instrument, instrumentOf } from '@kestrel/core'
import {
  configureStrategy,
  defineStrategy,
  type MarginOptions,
  type OrderRequest,
  type OrderView,
} from '@kestrel/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { resolveConfig } from '../src/run/backtest-config.ts'
import { prepareData, simulate } from '../src/run/simulate.ts'
import { play, type Row, type Script, START_MS } from './scripted-run.ts'

/** What one account's cross margin covers when several orders and positions draw on it at once. */

const HOUR_MS = 3_600_000
const [A, B] = ['AAA-USD-PERP.TEST', 'BBB-USD-PERP.TEST'].map((id) =>
  instrumentOf({ id, tickSize: '1', lotSize: '1', makerFeeRate: 0, takerFeeRate: 0 }),
) as [Instrument, Instrument]
const TABLE = {
  id: 'wide',
  source: 'test',
  tiers: [{ floor: 0, cap: 1e15, maintenanceRate: 0.001, maxLeverage: 100 }],
}
const margin: MarginOptions = { mode: 'cross', leverage: 10, tables: { [A.id]: TABLE, [B.id]: TABLE } }
const flat = (price: number): Row => [price, price, price, price]

function barsOf(count: number, lengthMs: number, rowOf: (i: number) => Row): BarColumns {
  const bars = allocateBars(count)
  for (let i = 0; i < count; i++) {
    const [open, high, low, close] = rowOf(i)
    bars.openTimeMs[i] = START_MS + i * lengthMs
    bars.closeTimeMs[i] = START_MS + (i + 1) * lengthMs
    Object.assign(bars.open, { [i]: open })
    Object.assign(bars.high, { [i]: high })
    Object.assign(bars.low, { [i]: low })
    Object.assign(bars.close, { [i]: close })
    bars.volume[i] = 1e6
  }
  return bars
}

describe('cross margin that several draw on', () => {
  test('a position that lost nearly everything turns over into no more than is left', () => {
    const rows = [flat(100), flat(100), flat(100), flat(91), flat(91), flat(91)]
    const bars = {
      0: ({ target }: { target: (instrument: Instrument, quantity: { quantity: number }) => void }) =>
        target(A, { quantity: 100 }),
      3: ({ target }: { target: (instrument: Instrument, quantity: { quantity: number }) => void }) =>
        target(A, { quantity: -100 }),
    }
    const run = play(rows, { bars }, { instruments: [A], cash: 1_000, margin })
    // 100 are left: ten times that is 10 contracts at 91.
    expect(run.fills.map(({ side, quantity }) => [side, quantity])).toEqual([
      ['buy', 100],
      ['sell', 110],
    ])
  })

  test('an order at an open that gaps against the position opens what is left after that loss', () => {
    const rows = [flat(100), flat(100), flat(100), flat(92), flat(92)]
    const run = play(
      rows,
      {
        bars: {
          0: ({ submit }) => submit({ instrument: A, side: 'buy', quantity: 50 }),
          2: ({ submit }) => submit({ instrument: A, side: 'buy', quantity: 45 }),
        },
      },
      { instruments: [A], cash: 1_000, margin },
    )
    const held = run.fills.reduce((sum, { quantity }) => sum + quantity, 0)
    // 600 are left of 1,000: ten times that is 65 contracts at 92.
    expect(held).toBe(65)
  })

  test.each(['cross', 'isolated'] as const)(
    'parts that fill beyond what was set aside buy no more than there is: %s',
    (mode) => {
      // A stop at 105 that price jumps over sets aside a third too little.
      for (const leverage of [1, 10]) {
        const volume = 20 * leverage
        const before: Row = [100, 100, 100, 100, volume]
        const rows: Row[] = [before, before, ...Array.from({ length: 20 }, (): Row => [150, 150, 150, 150, volume])]
        const quantity = Math.floor((1_000 * leverage) / 105)
        const run = play(
          rows,
          {
            bars: {
              0: ({ submit }) =>
                submit({ instrument: A, side: 'buy', quantity, type: 'stop-market', triggerPrice: 105 }),
            },
          },
          { instruments: [A], cash: 1_000, margin: { ...margin, mode, leverage }, fill: { volumeShare: 0.1 } },
        )
        const held = run.fills.reduce((sum, fill) => sum + (fill.side === 'buy' ? fill.quantity : -fill.quantity), 0)
        expect(run.fills.length).toBeGreaterThan(0)
        expect((held * 150) / run.endEquity).toBeLessThanOrEqual(leverage)
      }
    },
  )

  test.each<[string, MarginOptions, number, NonNullable<Script['bars']>]>([
    [
      'a stop that reverses',
      margin,
      82,
      {
        0: ({ submit }) => submit({ instrument: A, side: 'buy', quantity: 50 }),
        1: ({ submit }) =>
          submit({ instrument: A, side: 'sell', quantity: 100, type: 'stop-market', triggerPrice: 95 }),
      },
    ],
    [
      'the second of two entries of which one cancels the other',
      margin,
      150,
      {
        1: ({ submitGroup }) =>
          submitGroup({
            link: 'one-cancels-other',
            members: [
              { instrument: A, side: 'buy', quantity: 95, type: 'limit', limitPrice: 95 },
              { instrument: A, side: 'buy', quantity: 95, type: 'stop-market', triggerPrice: 105 },
            ],
          }),
      },
    ],
    [
      'the other leg of hedge mode',
      { ...margin, positionMode: 'hedge' },
      92,
      {
        0: ({ submit }) => submit({ instrument: A, side: 'buy', quantity: 40, positionSide: 'long' }),
        2: ({ submit }) => submit({ instrument: A, side: 'sell', quantity: 60, positionSide: 'short' }),
      },
    ],
    [
      'two entries at one open',
      margin,
      92,
      {
        2: ({ submit }) => {
          submit({ instrument: A, side: 'buy', quantity: 50 })
          submit({ instrument: A, side: 'buy', quantity: 50 })
        },
      },
    ],
  ])('%s fills at a gap with what is left there', (name, terms, price, bars) => {
    for (const volumeShare of [undefined, 0.1]) {
      const at = (each: number): Row => [each, each, each, each, 200]
      const rows = [at(100), at(100), at(100), ...Array.from({ length: 12 }, () => at(price))]
      const run = play(rows, { bars }, { instruments: [A], cash: 1_000, margin: terms, fill: { volumeShare } })
      const { equity, grossExposure } = run.equity
      equity.forEach((each, i) => expect((grossExposure[i] as number) / each).toBeLessThanOrEqual(10))
      if (name.startsWith('two')) expect(run.fills.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(100)
    }
  })

  test.each<[string, number, OrderRequest, OrderRequest | undefined]>([
    // A is long 50 from 100 and lost 600 before: of 606 that B set aside 170 are left, less what other orders set aside.
    [
      'a stop that gives margin back',
      16,
      { instrument: A, side: 'sell', quantity: 50, type: 'stop-market', triggerPrice: 82, reduceOnly: true },
      undefined,
    ],
    [
      'a limit that takes a profit',
      16,
      { instrument: A, side: 'sell', quantity: 50, type: 'limit', limitPrice: 94, reduceOnly: true },
      undefined,
    ],
    ['an entry that is cut', 8, { instrument: A, side: 'buy', quantity: 10, type: 'limit', limitPrice: 85 }, undefined],
    [
      'an entry that ends the other one of its group',
      10,
      { instrument: A, side: 'sell', quantity: 8, type: 'limit', limitPrice: 101 },
      { instrument: A, side: 'buy', quantity: 8, type: 'limit', limitPrice: 80 },
    ],
  ])('another instrument opens as much whether or not a bar reached %s', (_, expected, first, second) => {
    const opened = [true, false].flatMap((isReached) =>
      [
        [A, B],
        [B, A],
      ].map((instruments) => {
        const last: Row = isReached ? [88, 102, 81, 88] : [88, 89, 87, 88]
        const rows = new Map([
          [A, [flat(100), flat(100), flat(88), last, flat(88)]],
          [B, [flat(100), flat(100), flat(100), [100, 102, 100, 100] as Row, flat(100)]],
        ])
        const run = play(
          instruments.map((each) => rows.get(each) ?? []),
          {
            bars: {
              0: ({ submit }) => {
                submit({ instrument: A, side: 'buy', quantity: 50 })
                submit({ instrument: B, side: 'sell', quantity: 60, type: 'limit', limitPrice: 101 })
              },
              1: ({ submit, submitGroup }) => {
                if (second !== undefined) submitGroup({ link: 'one-cancels-other', members: [first, second] })
                else if (first.reduceOnly !== true) submit(first)
              },
              2: ({ submit }) => {
                if (first.reduceOnly === true) submit(first)
              },
            },
          },
          { instruments, cash: 1_210, margin },
        )
        return run.fills
          .filter(({ instrumentId }) => instrumentId === B.id)
          .reduce((sum, fill) => sum + fill.quantity, 0)
      }),
    )
    expect(opened).toEqual([expected, expected, expected, expected])
  })

  test.each(['cross', 'isolated'] as const)(
    'a resting order that turns a position over takes nothing of others: %s',
    (mode) => {
      // A is long 50 and has 495 of 1,000 set aside for B: what A's sale would open is paid by what it closes.
      const bought = [flat(100), [100, 100, 98, 100] as Row].flatMap((last) =>
        [
          [A, B],
          [B, A],
        ].map((instruments) => {
          const rows = new Map([
            [A, [flat(100), flat(100), flat(100), last, flat(100)]],
            [B, [flat(100), flat(100), flat(100), [100, 100, 98, 100] as Row, flat(100)]],
          ])
          const run = play(
            instruments.map((each) => rows.get(each) ?? []),
            {
              bars: {
                0: ({ submit }) => submit({ instrument: A, side: 'buy', quantity: 50 }),
                1: ({ submit }) => submit({ instrument: B, side: 'buy', quantity: 45, type: 'limit', limitPrice: 99 }),
                2: ({ submit, account }) => {
                  submit({ instrument: A, side: 'sell', quantity: 100, type: 'stop-market', triggerPrice: 99 })
                  expect(account.freeMargin).toBeGreaterThanOrEqual(0)
                },
              },
            },
            { instruments, cash: 1_000, margin: { ...margin, mode } },
          )
          return run.fills
            .filter(({ instrumentId }) => instrumentId === B.id)
            .reduce((sum, fill) => sum + fill.quantity, 0)
        }),
      )
      expect(bought).toEqual([45, 45, 45, 45])
    },
  )

  test.each(['cross', 'isolated'] as const)('nothing sets more aside than is free: %s', (mode) => {
    const free: number[] = []
    const rows = (last: Row): Row[] => [flat(100), flat(100), flat(100), last, flat(100), flat(100)]
    const run = play(
      [rows([100, 102, 98, 100, 200]), rows([100, 100, 98, 100])],
      {
        bars: {
          0: ({ submit }) => submit({ instrument: A, side: 'buy', quantity: 30 }),
          1: ({ submit, account }) => {
            submit({ instrument: B, side: 'buy', quantity: 40, type: 'limit', limitPrice: 99 })
            // Judged at the market, and set aside for at its trigger.
            submit({ instrument: A, side: 'buy', quantity: 30, type: 'stop-market', triggerPrice: 120 })
            // Its closing pays for its opening, but another order closes first, and volume lets a part of it fill.
            const closing = { instrument: A, side: 'sell', quantity: 30, reduceOnly: true } as const
            submit({ ...closing, type: 'stop-market', triggerPrice: 99 })
            submit({ instrument: A, side: 'sell', quantity: 60, type: 'limit', limitPrice: 101 })
            free.push(account.freeMargin)
          },
          2: ({ account }) => free.push(account.freeMargin),
          3: ({ account }) => free.push(account.freeMargin),
          4: ({ account }) => free.push(account.freeMargin),
        },
      },
      { instruments: [A, B], cash: 1_000, margin: { ...margin, mode }, fill: { volumeShare: 0.1 } },
    )
    const bought = run.fills.filter(({ instrumentId }) => instrumentId === B.id)
    expect(bought.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(40)
    free.forEach((each) => expect(each).toBeGreaterThanOrEqual(-1e-9))
  })

  test.each(['cross', 'isolated'] as const)('two entries that fill in one bar pay a fee each: %s', (mode) => {
    const [first, second] = [A, B].map(({ id }) =>
      instrumentOf({ id, tickSize: '1', lotSize: '0.001', makerFeeRate: 0.0005, takerFeeRate: 0.0005 }),
    ) as [Instrument, Instrument]
    // At 10x each lot takes 10.1 of margin and 5 bp of 101: all of 1,000 is set aside.
    const quantity = 49.258
    const rows: Row[] = [flat(100), flat(100), flat(100), [100, 102, 100, 100], flat(100)]
    const run = play(
      [rows, rows],
      {
        bars: {
          1: ({ submit }) => {
            submit({ instrument: first, side: 'buy', quantity, type: 'stop-market', triggerPrice: 101 })
            submit({ instrument: second, side: 'buy', quantity, type: 'stop-market', triggerPrice: 101 })
          },
        },
      },
      { instruments: [first, second], cash: 1_000, margin: { ...margin, mode } },
    )
    expect(run.fills.map((fill) => fill.quantity)).toEqual([quantity, quantity])
    expect(run.fills.every(({ fee }) => fee > 0)).toBe(true)
  })

  test.each(['cross', 'isolated'] as const)(
    'what is left of a reversal filled in part is set aside for: %s',
    (mode) => {
      const free: number[] = []
      const part: Row = [100, 106, 100, 105, 300]
      const rows: Row[] = [flat(100), flat(100), part, [105, 106, 105, 105, 300], flat(105), flat(105)]
      play(
        rows,
        {
          bars: {
            0: ({ submit }) => submit({ instrument: A, side: 'buy', quantity: 50 }),
            1: ({ submit }) => submit({ instrument: A, side: 'sell', quantity: 100, type: 'limit', limitPrice: 105 }),
            3: ({ account }) => free.push(account.freeMargin),
          },
        },
        { instruments: [A], cash: 1_000, margin: { ...margin, mode }, fill: { volumeShare: 0.1, throughTicks: 0 } },
      )
      // 1,250 after the long was closed, 10 short and 40 to sell at 105: a tenth of 50 * 105 is not free.
      expect(free).toEqual([725])
    },
  )

  test.each(['close', 'next-open'] as const)(
    'what a sale at the %s gives back is there for a purchase at it',
    (marketFill) => {
      const run = play(
        [A, B].map(() => Array.from({ length: 8 }, () => flat(100))),
        {
          bars: {
            0: ({ target }) => target(A, { quantity: 90 }),
            3: ({ target }) => {
              target(A, { quantity: 0 })
              target(B, { quantity: 90 })
            },
          },
        },
        { instruments: [A, B], cash: 1_000, margin, fill: { marketFill } },
      )
      expect(run.fills.map(({ side, quantity }) => [side, quantity])).toEqual([
        ['buy', 90],
        ['sell', 90],
        ['buy', 90],
      ])
    },
  )

  test.each([
    ['lost', 82, { type: 'stop-market', triggerPrice: 82 }, 34],
    ['won', 103, { type: 'limit', limitPrice: 102 }, 104],
  ] as const)('with finer bars what was %s in one is settled before the next', (_, exit, terms, expected) => {
    // 40 from 100: 280 are left at 82, 1,080 where it went at 102; the run's own bars do not show it yet.
    const move: Row = [100, Math.max(100, exit), Math.min(100, exit), exit]
    const finer = barsOf(300, 60_000, (minute) => (minute < 125 ? flat(100) : minute === 125 ? move : flat(exit)))
    const hours = Array.from({ length: 5 }, (_each, hour): Row =>
      hour < 2 ? flat(100) : hour === 2 ? move : flat(exit),
    )
    const run = play(
      [hours, hours],
      {
        bars: {
          0: ({ submit }) => submit({ instrument: A, side: 'buy', quantity: 40 }),
          1: ({ submit }) =>
            submit({
              instrument: A,
              side: 'sell',
              quantity: 40,
              reduceOnly: true,
              ...terms,
            }),
        },
        onFill: ({ target }, _price, count) => {
          if (count === 2) target(B, { quantity: 110 })
        },
      },
      { instruments: [A, B], cash: 1_000, margin, finer },
    )
    expect(run.fills.map(({ side, quantity }) => [side, quantity])).toEqual([
      ['buy', 40],
      ['sell', 40],
      ['buy', expected],
    ])
  })

  test('amendments that were all promised the same margin have it once', () => {
    // Decided on bars of B while a bar of A is under way, so that the orders of A change when it ends.
    const falls = barsOf(8, HOUR_MS, (i) => (i < 4 ? flat(100) : i === 4 ? [100, 100, 80, 90] : flat(90)))
    const still = barsOf(8, HOUR_MS, () => flat(100))
    const quarters = barsOf(32, HOUR_MS / 4, () => flat(100))
    const strategy = defineStrategy({
      name: 'amends',
      about: 'Rests five orders and enlarges them all.',
      params: z.object({}),
      start({ bars, submit, amend }) {
        bars(A)
        bars(B)
        bars(B, '15m')
        let instants = 0
        let orders: readonly OrderView[] = []
        return {
          onSlice() {
            instants++
            if (instants === 5) {
              orders = [90, 91, 92, 93, 94].map((limitPrice) =>
                submit({ instrument: A, side: 'buy', quantity: 1, type: 'limit', limitPrice }),
              )
            }
            if (instants === 6) for (const order of orders) amend(order, { quantity: 100 })
          },
        }
      },
    })
    const config = resolveConfig({
      instruments: [A, B],
      timeframe: '1h',
      cash: 1_000,
      strategies: [configureStrategy(strategy)],
      sizeMode: 'units',
      margin,
      fill: { spreadBps: 0, slippageBps: 0, volumeShare: undefined },
    })
    const data = prepareData(config, {
      bars: (id, timeframe) =>
        timeframe === '15m' ? (id === B.id ? quarters : undefined) : id === A.id ? falls : still,
    })
    const run = simulate(config, data, config.fill)
    const bought = run.fills.filter(({ side }) => side === 'buy')
    const spent = bought.reduce((sum, { price, quantity }) => sum + (price * quantity) / 10, 0)
    expect(bought.length).toBeGreaterThan(0)
    expect(spent).toBeLessThanOrEqual(1_000)
  })

  test('where price stands nearly still nothing opens more than the leverage allows, in parts or whole', () => {
    const order = fc.record({
      bar: fc.integer({ min: 0, max: 7 }),
      side: fc.constantFrom('buy', 'sell'),
      type: fc.constantFrom('market', 'limit', 'stop-market'),
      size: fc.double({ min: 0.05, max: 1.2, noNaN: true }),
      price: fc.integer({ min: 9_990, max: 10_010 }),
      slices: fc.integer({ min: 1, max: 4 }),
    })
    const moves = fc.array(fc.integer({ min: -10, max: 10 }), { minLength: 12, maxLength: 12 })
    const runs = Number(process.env['KESTREL_FUZZ_RUNS'] ?? 2_000)
    fc.assert(
      fc.property(
        fc.array(order, { minLength: 1, maxLength: 6 }),
        moves,
        fc.constantFrom(1, 2, 10, 20),
        fc.constantFrom('cross', 'isolated'),
        (orders, closes, leverage, mode) => {
          const rows = closes.map((move, i): Row => {
            const [open, close] = [10_000 + (closes[i - 1] ?? 0), 10_000 + move]
            return [open, 10_011, 9_989, close, 4 * leverage]
          })
          const bars: Record<number, NonNullable<Script['bars']>[number]> = {}
          for (let bar = 0; bar < 8; bar++) {
            bars[bar] = ({ submit }) => {
              for (const each of orders.filter((one) => one.bar === bar)) {
                const { side, type, price, slices } = each
                const quantity = Math.max(1, Math.round(each.size * leverage * 10))
                const terms =
                  type === 'limit' ? { limitPrice: price } : type === 'stop-market' ? { triggerPrice: price } : {}
                const shown = type === 'limit' && slices > 1 ? { displayQuantity: Math.ceil(quantity / slices) } : {}
                submit({ instrument: A, side, quantity, type, ...terms, ...shown })
              }
            }
          }
          const run = play(
            rows,
            { bars },
            { instruments: [A], cash: 100_000, margin: { ...margin, mode, leverage }, fill: { volumeShare: 0.1 } },
          )
          const { equity, grossExposure } = run.equity
          equity.forEach((each, i) => expect((grossExposure[i] as number) / each).toBeLessThanOrEqual(leverage * 1.05))
        },
      ),
      { numRuns: runs },
    )
  })
})
