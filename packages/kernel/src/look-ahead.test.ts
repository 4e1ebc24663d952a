import type { BarColumns } from '@kestrel/core'
import { INDICATORS } from '@kestrel/indicators'
import { describe, expect, test } from 'vitest'
import { type AnyContext, barsOf, BTC, ETH, runKernel, START_MS } from '../test/kernel-run.ts'
import { seriesOf, tradesAt } from '../test/market-rows.ts'
import { findForbidden, type Finding } from '../test/reach-walker.ts'
import { ClosedBar, type SeriesView } from './series-view.ts'

const HOURS = 48
const NOW = 25
/** Every price of a bar that has not closed yet at hour `NOW` lies above this, every known one far below. */
const SECRET = 7_000_000

/** Closes of hours or of blocks of hours: 100 to 200 while known at `NOW`, above `SECRET` after it. */
function closes(hoursPerBar: number): number[] {
  return Array.from({ length: HOURS / hoursPerBar }, (_, i) =>
    (i + 1) * hoursPerBar <= NOW ? 100 + ((i * 7) % 50) : SECRET * 1.02 + i,
  )
}

const MARKET: Readonly<Record<string, BarColumns>> = {
  [`${BTC.id} 1h`]: barsOf(closes(1)),
  [`${ETH.id} 1h`]: barsOf(closes(1)),
  [`${BTC.id} 4h`]: barsOf(closes(4), '4h'),
  [`${BTC.id} 1d`]: barsOf(closes(24), '1d'),
}

const HOUR_MS = 3_600_000

/** Trades each half an hour and readings each hour, known a quarter of an hour late, of 100 to 200 or of `SECRET`. */
const TRADES = tradesAt(
  ...Array.from({ length: 2 * HOURS }, (_, i): [number, number] => {
    const timeMs = START_MS + (i + 0.5) * (HOUR_MS / 2)
    return [timeMs * 1_000, timeMs < START_MS + NOW * HOUR_MS ? 100 + i : SECRET * 1.1 + i]
  }),
)
const READINGS = (() => {
  const times = Array.from({ length: HOURS }, (_, i) => START_MS + i * HOUR_MS)
  const known = times.map((timeMs) => timeMs + HOUR_MS / 4)
  const value = known.map((timeMs, i) => (timeMs <= START_MS + NOW * HOUR_MS ? 100 + i : SECRET * 1.2 + i))
  // Long after, every reading is revised.
  const revised = times.map((_, i) => SECRET * 1.3 + i)
  const late = times.map(() => START_MS + (NOW + 2) * HOUR_MS)
  const late2 = times.map((timeMs, i) => Math.max(timeMs, late[i] as number))
  return seriesOf([...times, ...times], { reading: [...value, ...revised] }, [...known, ...late2])
})()

/** Prices, and the averages, products and deviations that only they can give. Times lie far above. */
const isSecret = (value: number): boolean => Math.abs(value) > 100_000 && Math.abs(value) < START_MS / 2

/** Runs a strategy that uses everything, and calls `look` at hour `NOW` with all that it can get hold of. */
function atNow(look: (reachable: Record<string, unknown>) => void): void {
  let looked = false
  const look1 = (context: AnyContext, more: Record<string, unknown>): void => {
    if (context.clock.nowMs !== START_MS + NOW * HOUR_MS) return
    looked = true
    look({ context, ...more })
  }
  runKernel(
    (context) => {
      const { bars, indicator, submit, target, timer } = context
      const hourly = bars(BTC)
      const slow = bars(BTC, '4h')
      const daily = bars(BTC, '1d')
      const other = bars(ETH)
      const mixed = indicator.correlation(hourly.close, slow.close, 3)
      const made = Object.values(INDICATORS).map(({ name, inputs }) => {
        const call = (indicator as unknown as Record<string, (...args: unknown[]) => unknown>)[name]
        const first = inputs[0] as string
        return call?.(...(first === 'value' ? inputs.map(() => slow.close) : [slow]))
      })
      const reading = context.series('reading')
      const onBars = reading.on(hourly)
      const smooth = [
        indicator.sma(reading.value, 3),
        indicator.sma(onBars, 3),
        indicator.correlation(onBars, slow.close, 3),
      ]
      const seen: unknown[] = [hourly, slow, daily, other, mixed, made, reading, onBars, smooth]
      let last: unknown
      const orders: unknown[] = []
      for (let hour = 1; hour < HOURS; hour++) timer(START_MS + hour * HOUR_MS, 'hour')
      return {
        onBar(bar) {
          if (orders.length === 0) {
            orders.push(submit({ instrument: BTC, side: 'buy', quantity: 1, type: 'limit', limitPrice: 50 }))
            target(ETH, 2)
          }
          look1(context, { bar, seen, last, orders, arguments: [bar.close, bar.closeTimeMs] })
        },
        onSlice: (timeMs) => look1(context, { timeMs, seen }),
        onTrade: (trade) => {
          last = trade
          look1(context, { trade, seen })
        },
        onSignal: (signal) => {
          seen.push(signal)
          look1(context, { signal, seen })
        },
        onFill: (fill) => seen.push(fill),
        onOrder: (order) => seen.push(order),
        onTimer: (name, timeMs) => look1(context, { name, timeMs, seen }),
      }
    },
    MARKET,
    {
      instruments: [BTC, ETH],
      cash: { USDT: 10_000 },
      market: {
        bars: (id, timeframe) => MARKET[`${id} ${timeframe}`],
        trades: () => TRADES,
        series: (name) => (name === 'reading' ? READINGS : undefined),
      },
    },
  )
  expect(looked).toBe(true)
}

describe('nothing reachable holds a value of a bar that has not closed', () => {
  test('through every property, getter, method, buffer and error', () => {
    const findings: Finding[] = []
    atNow((reachable) => findings.push(...findForbidden(reachable, isSecret)))
    expect(findings).toEqual([])
  }, 300_000)

  test('the walk finds leaks where there are some', () => {
    const column = (MARKET[`${BTC.id} 1h`] as BarColumns).close
    class Leaky {
      readonly #column = column
      get tail(): number {
        return this.#column.at(-1) ?? 0
      }
      at(ago: number): number {
        return this.#column[NOW - 1 - ago] ?? 0
      }
      fail(): never {
        throw new Error(`no bar at ${this.#column[NOW]}`)
      }
    }
    const hidden = Symbol('hidden')
    const leaks: Record<string, unknown> = {
      view: column.subarray(0, NOW),
      'getter and methods': new Leaky(),
      nested: { a: [{ b: new Map([['c', column.at(-1)]]) }] },
      'symbol key': { [hidden]: column.at(-1) },
      'not enumerable': Object.defineProperty({}, 'secret', { value: column.at(-1) }),
      inherited: Object.create({ later: column.at(-1) }),
      closure: { peek: () => column.at(-1) },
    }
    for (const [name, leak] of Object.entries(leaks)) expect(findForbidden(leak, isSecret), name).not.toEqual([])
    expect(findForbidden(new Leaky(), isSecret).map((each) => each.path)).toEqual(
      expect.arrayContaining(['context.tail', 'context.at(-1)', 'context.fail() threw.message (text)']),
    )
  })
})

describe('a strategy cannot build its own way to later bars', () => {
  test('from the class of a view and a cursor of its own', () => {
    runKernel((context) => {
      const { close } = context.bars(BTC)
      const View = close.constructor as new (...args: unknown[]) => SeriesView
      const cursor = { index: HOURS - 1, closeTimeMs: Float64Array.from({ length: HOURS }, () => Infinity) }
      expect(() => new View(new Float64Array(HOURS), cursor)).toThrow(
        expect.objectContaining({ code: 'KERNEL_LOOK_AHEAD' }),
      )
      expect(() => new View(new Float64Array(HOURS), cursor, Symbol('maker'))).toThrow()
      class Own extends View {}
      expect(() => new Own(new Float64Array(HOURS), cursor)).toThrow()
      const forged = Object.create(View.prototype) as SeriesView
      expect(() => forged.value).toThrow(TypeError)
      expect(() => context.indicator.correlation(forged, close, 2)).toThrow(TypeError)
      return {}
    }, MARKET)
  })

  test('from bars put together out of views of several timeframes', () => {
    const values: number[] = []
    runKernel((context) => {
      const hourly = context.bars(BTC)
      const slow = context.bars(BTC, '4h')
      const Bars = hourly.constructor as new (...args: unknown[]) => typeof hourly
      const forged = new Bars(
        BTC,
        '1h',
        Object.assign({}, hourly, { high: slow.high, low: hourly.low, close: hourly.close }),
      )
      const reversed = new Bars(
        BTC,
        '1h',
        Object.assign({}, slow, { high: slow.high, low: hourly.low, close: hourly.close }),
      )
      const outputs = [context.indicator.donchian(forged, 2), context.indicator.donchian(reversed, 2)]
      return {
        onBar() {
          if (context.clock.nowMs > START_MS + NOW * HOUR_MS) return
          values.push(new ClosedBar(forged).high, ...outputs.flatMap((each) => [each.upper.value, each.lower.value]))
        },
      }
    }, MARKET)
    expect(values.length).toBeGreaterThan(100)
    expect(values.filter(isSecret)).toEqual([])
  })

  test('from the message of an indicator that cannot be computed later on', () => {
    const bars = barsOf(closes(1))
    bars.volume[NOW + 5] = 0
    let message = ''
    const run = (): unknown =>
      runKernel(
        (context) => {
          try {
            context.indicator.roc(context.bars(BTC).volume, 2)
          } catch (error) {
            message = JSON.stringify([String(error), error, (error as Error).cause])
          }
          return {}
        },
        { [`${BTC.id} 1h`]: bars },
      )
    // The run ends although the strategy caught the error, and only whoever started it is told where the value lies.
    expect(run).toThrow(String(NOW + 5))
    expect(message).toContain('indicator.roc')
    expect(message).not.toContain(String(NOW + 5))
  })
})

describe('a longer timeframe', () => {
  test('shows its bar at its close and not an hour before', () => {
    const seen: [number, number, number][] = []
    runKernel((context) => {
      const hourly = context.bars(BTC)
      const slow = context.bars(BTC, '4h')
      return { onSlice: () => seen.push([hourly.length, slow.length, slow.close.value]) }
    }, MARKET)
    const blocks = (MARKET[`${BTC.id} 4h`] as BarColumns).close
    seen.forEach(([hours, length, value]) => {
      expect(length).toBe(Math.floor(hours / 4))
      expect(value).toBe(length === 0 ? Number.NaN : blocks[length - 1])
    })
    expect(seen).toHaveLength(HOURS)
  })

  test('brings an indicator of several timeframes up to date at the later of two closes only', () => {
    const seen: [number, number][] = []
    runKernel((context) => {
      const hourly = context.bars(BTC)
      const slow = context.bars(BTC, '4h')
      const both = context.indicator.correlation(hourly.close, slow.close, 4)
      return { onSlice: () => seen.push([both.length, both.value]) }
    }, MARKET)
    // Before NOW every input is known and small, so the correlation does not depend on what comes after.
    const cut = Object.fromEntries(
      Object.entries(MARKET).map(([key, bars]) => [
        key,
        barsOf(
          [...bars.close].filter((close) => close < SECRET),
          key.slice(-2),
        ),
      ]),
    )
    const again: [number, number][] = []
    runKernel((context) => {
      const hourly = context.bars(BTC)
      const slow = context.bars(BTC, '4h')
      const both = context.indicator.correlation(hourly.close, slow.close, 4)
      return { onSlice: () => again.push([both.length, both.value]) }
    }, cut)
    expect(again.length).toBe(NOW)
    expect(seen.slice(0, NOW)).toEqual(again)
  })
})
