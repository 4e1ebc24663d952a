import { describe, expect, test } from 'vitest'
import { barsOf, BTC, ETH, runKernel, START_MS } from '../test/kernel-run.ts'
import { seriesOf } from '../test/market-rows.ts'
import type { MarketData } from './market.ts'
import type { SideSeries } from './side-series.ts'

const HOUR_MS = 3_600_000
const at = (hours: number): number => START_MS + hours * HOUR_MS
const BARS = { [`${BTC.id} 1h`]: barsOf([1, 2, 3, 4, 5, 6]) }

function run(series: Required<MarketData>['series'], start: Parameters<typeof runKernel>[0]): void {
  runKernel(start, BARS, { market: { bars: (id, timeframe) => BARS[`${id} ${timeframe}`], series } })
}

describe('a series', () => {
  // Day 1's reading is revised after day 2's was published, and day 2's own an hour after that.
  const greed = seriesOf([at(0), at(0), at(2), at(2)], { greed: [10, 11, 20, 21], votes: [1, 2, 3, 4] }, [
    at(1),
    at(3),
    at(2.5),
    at(4),
  ])

  test('is told when it becomes knowable, each version of a value by itself', () => {
    const told: unknown[] = []
    run(
      () => greed,
      ({ series, clock }) => {
        series('fearGreed')
        return { onSignal: (signal) => told.push([(clock.nowMs - START_MS) / HOUR_MS, signal]) }
      },
    )
    const event = (value: number, votes: number, eventHours: number, knownHours: number): unknown => ({
      name: 'fearGreed',
      instrumentId: undefined,
      value,
      values: { greed: value, votes },
      eventTimeMs: at(eventHours),
      knowableTimeMs: at(knownHours),
    })
    expect(told).toEqual([
      [1, event(10, 1, 0, 1)],
      [2.5, event(20, 3, 2, 2.5)],
      [3, event(11, 2, 0, 3)],
      [4, event(21, 4, 2, 4)],
    ])
  })

  test('shows nothing any more when its run is over, nor does what is computed from it', () => {
    const kept: { readonly value: number; readonly length: number }[] = []
    run(
      () => greed,
      ({ series, indicator }) => {
        const view = series('fearGreed')
        kept.push(view.value, indicator.sma(view.value, 2))
        return {}
      },
    )
    for (const each of kept) {
      expect(each.value).toBe(Number.NaN)
      expect(each.length).toBe(0)
    }
  })

  test('reads as the last version of the latest event, and its past as it was read then', () => {
    const seen: unknown[] = []
    run(
      () => greed,
      ({ series, bars, indicator }) => {
        const view = series('fearGreed')
        const hourly = bars(BTC)
        const onBars = view.on(hourly)
        const votes = view.on(hourly, 'votes')
        const mean = indicator.sma(onBars, 2)
        expect(view.on(hourly)).toBe(onBars)
        return {
          onBar: () => {
            const history = [...view.value.window(9)]
            seen.push([view.value.value, votes.value, onBars.value, mean.value, history])
          },
        }
      },
    )
    expect(seen).toEqual([
      [10, 1, 10, Number.NaN, [10]],
      [10, 1, 10, 10, [10]],
      [20, 3, 20, 15, [10, 20, 20]],
      [21, 4, 21, 20.5, [10, 20, 20, 21]],
      [21, 4, 21, 21, [10, 20, 20, 21]],
      [21, 4, 21, 21, [10, 20, 20, 21]],
    ])
  })

  test('is known from the start where it was before the first bar, and nobody is told of that', () => {
    let told = 0
    let before: number[] = []
    const old = seriesOf([at(-50), at(-2)], { rate: [1, 2] })
    run(
      () => old,
      ({ series }) => {
        const view = series('funding', BTC)
        before = [view.length, view.value.value, view.eventTimeMs.value, view.knowableTimeMs.value]
        return { onSignal: () => told++ }
      },
    )
    expect(before).toEqual([2, 2, at(-2), at(-2)])
    expect(told).toBe(0)
  })

  test('is asked for by name and instrument, once, and told to those who asked', () => {
    const asked: unknown[] = []
    const views: SideSeries[] = []
    run(
      (name, instrumentId) => {
        asked.push([name, instrumentId])
        return seriesOf([at(1)], { rate: [0.01] })
      },
      ({ series }) => {
        views.push(series('funding', BTC), series('funding', BTC.id), series('funding', ETH), series('funding'))
        return {}
      },
    )
    expect(asked).toEqual([
      ['funding', BTC.id],
      ['funding', ETH.id],
      ['funding', undefined],
    ])
    expect(views[0]).toBe(views[1])
  })
})

describe('a series that cannot be given', () => {
  test('ends the run, also where the strategy caught the error', () => {
    const start = (caught: boolean) => (): void =>
      run(
        () => undefined,
        ({ series }) => {
          if (!caught) series('openInterest', ETH)
          try {
            series('openInterest', ETH)
          } catch {
            // A strategy that wants to run without.
          }
          return {}
        },
      )
    for (const caught of [true, false]) {
      expect(start(caught)).toThrow(
        expect.objectContaining({
          code: 'KERNEL_NO_SERIES',
          meta: { series: 'openInterest', instrument: ETH.id },
        }),
      )
    }
  })

  test('is refused without a knowable time', () => {
    const without = seriesOf([at(0), at(1)], { value: [1, 2] }, [at(0), Number.NaN])
    expect(() =>
      run(
        () => without,
        ({ series }) => {
          series('notes')
          return {}
        },
      ),
    ).toThrow(/The series notes cannot be used: row 2, of 2024-01-01T01:00:00Z, is knowable at no time/)
  })

  test('is refused after the start, and by the name of a value that it does not have', () => {
    run(
      () => seriesOf([at(1)], { rate: [1] }),
      ({ series, bars }) => {
        const view = series('funding')
        expect(() => view.on(bars(BTC), 'price')).toThrow('The series funding has no value "price".')
        return {
          onBar: () => expect(() => series('other')).toThrow('series(other) was called after the start'),
        }
      },
    )
  })
})
