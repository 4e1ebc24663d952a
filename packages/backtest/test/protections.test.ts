import { allocateBars, type BarColumns, type Instrument, instrumentOf } from '@kestrel/core'
import {
  configureStrategy,
  defineStrategy,
  parseProtection,
  type StrategyContext,
  type StrategyHandlers,
} from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { contractMarket, runBacktest } from '../src/index.ts'

const HOUR_MS = 3_600_000
/** 2024-01-01, a Monday. */
const START_MS = 1_704_067_200_000

const free = (id: string): Instrument =>
  instrumentOf({ id, tickSize: '0.01', lotSize: '0.001', makerFeeRate: 0, takerFeeRate: 0 })
const SPOT = free('BTC-USDT.TEST')
const PERP = free('BTC-USDT-PERP.TEST')

/** Hourly bars that open at the close before and reach one unit beyond both. */
function hourly(closes: readonly number[]): BarColumns {
  const bars = allocateBars(closes.length)
  closes.forEach((close, i) => {
    const open = closes[i - 1] ?? close
    bars.openTimeMs[i] = START_MS + i * HOUR_MS
    bars.closeTimeMs[i] = START_MS + (i + 1) * HOUR_MS
    bars.open[i] = open
    bars.high[i] = Math.max(open, close) + 1
    bars.low[i] = Math.min(open, close) - 1
    bars.close[i] = close
    bars.volume[i] = 1e9
  })
  return bars
}

function run(
  closes: readonly number[],
  protections: readonly string[],
  start: (context: StrategyContext<Record<string, unknown>>) => StrategyHandlers,
  instrument = SPOT,
) {
  const strategy = defineStrategy({ name: 'under-test', about: 'What the test says.', params: z.object({}), start })
  const bars = hourly(closes)
  const { base } = runBacktest(
    {
      instruments: [instrument],
      timeframe: '1h',
      strategies: [configureStrategy(strategy)],
      cash: 10_000,
      funding: 'none',
      fill: { spreadBps: 0, slippageBps: 0 },
      protections: protections.map(parseProtection),
    },
    { bars: () => bars },
    { band: false },
  )
  return base
}

/** Wants to hold what is said for each bar, in units, and says so at every bar. */
const wanting =
  (units: readonly number[]) =>
  ({ instrument, bars, target }: StrategyContext<Record<string, unknown>>): StrategyHandlers => {
    bars(instrument)
    let bar = 0
    return {
      onBar() {
        target(instrument, { quantity: units[bar++] ?? 0 })
      },
    }
  }

const hours = (base: ReturnType<typeof run>): unknown[] =>
  base.fills.map(({ side, tsEventMs, quantity }) => [side, (tsEventMs - START_MS) / HOUR_MS, quantity])
const FLAT = Array.from({ length: 12 }, () => 100)

describe('a strategy that knows nothing of its protections', () => {
  test('is kept out after a trade until the cooldown is over, and then enters', () => {
    // Out at hour 3; from there four hours of pause, so that the wish of the seventh close is the first to pass.
    const base = run(FLAT, ['cooldown:pause=4h'], wanting([1, 1, 0, 1, 1, 1, 1, 1]))
    expect(hours(base)).toEqual([
      ['buy', 1, 1],
      ['sell', 3, 1],
      ['buy', 7, 1],
      ['sell', 9, 1],
    ])
    // One refusal for the pause, not one a bar.
    const refused = base.orders.filter(({ state }) => state === 'refused')
    expect(refused).toMatchObject([
      { side: 'buy', reason: expect.stringContaining('protection: cooldown of 4h after a closed trade') },
    ])
    expect(base.decisions.some(({ orderIds }) => orderIds.includes(refused[0]?.orderId ?? -1))).toBe(true)
  })

  test('may always leave', () => {
    const base = run(FLAT, ['session-hours:windows=00:00-02:00'], wanting([1, 1, 1, 1, 0, 0]))
    expect(hours(base)).toEqual([
      ['buy', 1, 1],
      ['sell', 5, 1],
    ])
  })

  test('may not add to a position', () => {
    const base = run(FLAT, ['session-hours:windows=00:00-02:00'], wanting([1, 1, 2, 2, 2, 1]))
    expect(hours(base)).toEqual([
      ['buy', 1, 1],
      ['sell', 7, 1],
    ])
  })

  test('only closes where it wants to turn, and turns when the pause is over', () => {
    const turning = wanting([1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1])
    const base = run(FLAT, ['session-hours:windows=00:00-03:00+06:00-24:00'], turning, PERP)
    expect(hours(base)).toEqual([
      ['buy', 1, 1],
      ['sell', 4, 1],
      ['sell', 6, 1],
    ])
    expect(base.orders.find(({ side }) => side === 'sell')).toMatchObject({
      quantity: 1,
      state: 'filled',
      reason: expect.stringContaining('cut to what closes the position; protection: outside the session hours'),
    })
  })

  describe('turning in one go', () => {
    const falling = [100, 100, 100, 90, 90, 90, 90, 90]
    /** Long at 100, told to be short after the fall. */
    const turning = wanting([1, 1, 1, -1, -1, -1, -1, -1])

    test('is held back by the pause that its own loss begins', () => {
      const base = run(falling, ['cooldown:after=loss,pause=3h'], turning, PERP)
      expect(hours(base)).toEqual([
        ['buy', 1, 1],
        ['sell', 4, 1],
        ['sell', 7, 1],
      ])
      expect(base.trades).toHaveLength(1)
      expect(base.orders.find(({ state }) => state === 'refused')?.reason).toContain('cooldown of 3h')
    })

    test('is done at one open where nothing holds it back', () => {
      const winning = wanting([-1, -1, -1, 1, 1, 1, 1, 1])
      const base = run(falling, ['cooldown:after=loss,pause=3h'], winning, PERP)
      expect(hours(base)).toEqual([
        ['sell', 1, 1],
        ['buy', 4, 1],
        ['buy', 4, 1],
      ])
      expect(base.openPositions).toMatchObject([{ quantity: 1 }])
    })

    test('is held back as an order of its own too', () => {
      const base = run(
        falling,
        ['stop-guard:stops=1,count=loss,pause=1d'],
        ({ instrument, bars, submit, target }) => {
          bars(instrument)
          let bar = 0
          return {
            onBar() {
              bar++
              if (bar === 1) target(instrument, { quantity: 1 })
              if (bar === 4) submit({ instrument, side: 'sell', quantity: 3 })
            },
          }
        },
        PERP,
      )
      expect(hours(base)).toEqual([
        ['buy', 1, 1],
        ['sell', 4, 1],
      ])
      expect(base.openPositions).toEqual([])
    })
  })

  test('has its resting entries withdrawn when a pause begins, and its exits left', () => {
    const base = run(
      [...FLAT, 100, 90, 90],
      ['session-hours:windows=00:00-06:00'],
      ({ instrument, bars, submit, target }) => {
        bars(instrument)
        let bar = 0
        return {
          onBar() {
            bar++
            if (bar === 1) target(instrument, { quantity: 1 })
            if (bar === 2) {
              submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 95 })
              submit({ instrument, side: 'sell', quantity: 1, type: 'stop-market', triggerPrice: 92 })
            }
          },
        }
      },
    )
    expect(base.orders.slice(1)).toMatchObject([
      {
        type: 'limit',
        state: 'cancelled',
        closedTimeMs: START_MS + 6 * HOUR_MS,
        reason: expect.stringContaining('session'),
      },
      { type: 'stop-market', state: 'filled' },
    ])
  })

  test('has a resting order that would turn the position cut to what closes it', () => {
    const base = run(
      [100, 100, 100, 100, 110, 110],
      ['session-hours:windows=00:00-03:00'],
      ({ instrument, bars, submit, target }) => {
        bars(instrument)
        let bar = 0
        return {
          onBar() {
            bar++
            if (bar === 1) target(instrument, { quantity: 1 })
            if (bar === 2) submit({ instrument, side: 'sell', quantity: 3, type: 'limit', limitPrice: 105 })
          },
        }
      },
      PERP,
    )
    expect(hours(base)).toEqual([
      ['buy', 1, 1],
      ['sell', 5, 1],
    ])
    expect(base.openPositions).toEqual([])
  })

  test('is refused what would enlarge a resting entry', () => {
    const answers: (string | undefined)[] = []
    run(
      FLAT,
      ['session-hours:windows=00:00-24:00', 'drawdown-pause:limit=0.01'],
      ({ instrument, bars, submit, amend }) => {
        bars(instrument)
        let bar = 0
        return {
          onBar() {
            if (++bar !== 1) return
            const order = submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 95 })
            answers.push(order.state, amend(order, { quantity: 2 }))
          },
        }
      },
    )
    expect(answers).toEqual(['accepted', undefined])
  })
})

describe('what begins a pause', () => {
  /** Buys one unit at each bar while flat, with a stop five below. */
  const stopped = ({ instrument, bars, submit, position, target }: StrategyContext<Record<string, unknown>>) => {
    const { close } = bars(instrument)
    return {
      onBar() {
        if (position(instrument).side === 'flat') target(instrument, { quantity: 1 })
      },
      onFill({ side }: { side: string }) {
        if (side === 'sell') return
        const triggerPrice = close.value - 5
        submit({ instrument, side: 'sell', quantity: 1, type: 'stop-market', triggerPrice, tag: 'my stop' })
      },
    }
  }
  /** Every second bar falls by eight and goes through the stop. */
  const FALLING = [100, 100, 92, 92, 84, 84, 76, 76, 68, 68, 60, 60, 52, 52]

  test('two stop-outs within the window', () => {
    const base = run(FALLING, ['stop-guard:stops=2,within=5h,pause=3h'], stopped)
    const exits = base.trades.map(({ exitTimeMs }) => (exitTimeMs - START_MS) / HOUR_MS)
    const entries = base.trades.map(({ entryTimeMs }) => (entryTimeMs - START_MS) / HOUR_MS)
    expect(exits.slice(0, 2)).toEqual([3, 5])
    // Paused until eight.
    expect(entries[2]).toBe(8)
    expect(run(FALLING, [], stopped).trades.length).toBeGreaterThan(base.trades.length)
  })

  test('a stop-out is one whatever its tag, a sale by signal is none', () => {
    expect(run(FALLING, ['cooldown:after=stop,pause=24h'], stopped).trades).toHaveLength(1)
    const bySignal = run([100, 90, 80, 70, 60, 50], ['cooldown:after=stop,pause=24h'], wanting([1, 0, 1, 0, 1, 0]))
    expect(bySignal.trades).toHaveLength(2)
    expect(
      run([100, 90, 80, 70, 60, 50], ['cooldown:after=loss,pause=24h'], wanting([1, 0, 1, 0, 1])).trades,
    ).toHaveLength(1)
  })

  test('a fall of equity from its peak', () => {
    const base = run([100, 100, 94, 88, 88, 88], ['drawdown-pause:limit=0.05,pause=1w'], wanting([90, 90, 0, 90, 90]))
    // 90 units at 100 lose 5.4 % of 10,000 in one bar.
    expect(base.fills).toHaveLength(2)
    expect(base.orders.at(-1)?.reason).toContain('equity is 5.4 % below its peak')
  })
})

test('without protections nothing changes, and with ones that never object neither', () => {
  const market = contractMarket('walk', { seed: 8, bars: 500 })
  const [instrument] = market.instruments as [Instrument]
  const strategy = defineStrategy({
    name: 'crossing',
    about: 'Long above the mean.',
    params: z.object({}),
    start({ bars, indicator, target }) {
      const { close } = bars(instrument)
      const mean = indicator.sma(close, 10)
      return { onBar: () => mean.ready && target(instrument, close.value > mean.value ? 1 : 0) }
    },
  })
  const hash = (protections: readonly string[]): string =>
    runBacktest(
      {
        instruments: [instrument],
        timeframe: '1h',
        strategies: [configureStrategy(strategy)],
        cash: 10_000,
        protections: protections.map(parseProtection),
      },
      { bars: (id) => market.bars.get(id) },
      { band: false },
    ).hashes.log
  expect(hash(['session-hours:windows=00:00-24:00', 'drawdown-pause:limit=0.99'])).toBe(hash([]))
  expect(hash(['cooldown:pause=2d'])).not.toBe(hash([]))
})
