import { type Instrument, instrumentOf } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { barsOf, BTC, runKernel, START_MS } from '../test/kernel-run.ts'
import { seriesOf, tradesAt } from '../test/market-rows.ts'
import type { MarketData } from './market.ts'
import type { StrategyHandlers } from './strategy.ts'

const HOUR_MS = 3_600_000
const PERP: Instrument = instrumentOf({
  id: 'BTC-USDT-PERP.TEST',
  tickSize: '0.01',
  lotSize: '0.001',
  makerFeeRate: 0,
  takerFeeRate: 0,
})

function run(
  instrument: Instrument,
  market: Omit<MarketData, 'bars'>,
  start: Parameters<typeof runKernel>[0],
): ReturnType<typeof runKernel> {
  const bars = { [`${instrument.id} 1h`]: barsOf([100, 110, 120, 130]) }
  return runKernel(start, bars, {
    instruments: [instrument],
    market: { bars: (id, timeframe) => bars[`${id} ${timeframe}`], ...market },
  })
}

describe('inside one instant', () => {
  test('funding, then trades, signals, timers, then bars, then the slice; each sees the bar that has closed', () => {
    const atMs = START_MS + 2 * HOUR_MS
    const calls: string[] = []
    const market = {
      funding: () => seriesOf([atMs], { rate: [0.001] }),
      trades: () => tradesAt([(atMs - 1) * 1_000, 111], [(atMs - 1) * 1_000 + 999, 112], [atMs * 1_000, 113]),
      series: () => seriesOf([atMs], { greed: [40] }),
    }
    run(PERP, market, ({ bars, clock, timer, series }): StrategyHandlers => {
      const { close } = bars(PERP)
      const note = (what: string): void => {
        if (clock.nowMs >= atMs && clock.nowMs <= atMs + 1) calls.push(`${clock.nowMs - atMs} ${what} ${close.value}`)
      }
      timer(atMs, 'due')
      series('fearGreed')
      return {
        onBar: () => note('bar'),
        onSlice: () => note('slice'),
        onTimer: () => note('timer'),
        onSignal: ({ name, value }) => note(`${name} ${value}`),
        onTrade: ({ price }) => note(`trade ${price}`),
        onFunding: ({ rate, markPrice }) => note(`funding ${rate} at ${markPrice}`),
      }
    })
    expect(calls).toEqual([
      '0 funding 0.001 at 110 110',
      '0 trade 111 110',
      '0 trade 112 110',
      '0 fearGreed 40 110',
      '0 timer 110',
      '0 bar 110',
      '0 slice 110',
      // No bar closes here, so there is no slice.
      '1 trade 113 110',
    ])
  })

  test('a settlement takes the position held before it, valued at the recorded mark or else at the close', () => {
    const times = [1, 2, 3].map((hour) => START_MS + hour * HOUR_MS)
    const market = {
      funding: () => seriesOf(times, { rate: [0.01, 0.01, 0.02] }),
      mark: () => seriesOf([times[2] as number], { open: [125], high: [126], low: [124], close: [125.5] }),
    }
    const equity: number[] = []
    const records = run(PERP, market, ({ bars, target, account, clock }) => {
      bars(PERP)
      return {
        onBar: () => {
          if (clock.nowMs === times[0]) target(PERP, 1)
        },
        onFunding: () => equity.push(account.equity),
      }
    })
    // Flat at the first; bought at 100 before the second, where 110 is the close; the mark is 125 at the third.
    const paid = [0, 0.01 * 110, 0.01 * 110 + 0.02 * 125]
    expect(equity[0]).toBe(100_000)
    expect(equity[1]).toBeCloseTo(100_000 - (paid[1] as number) + 10, 9)
    expect(equity[2]).toBeCloseTo(100_000 - (paid[2] as number) + 20, 9)
    expect(records.endEquity).toBeCloseTo(100_000 - (paid[2] as number) + 30, 9)
  })

  test('nothing settles on spot, and nobody hears of trades that came before the first bar or after the last', () => {
    const seen: string[] = []
    const endMs = START_MS + 4 * HOUR_MS
    const market = {
      funding: () => seriesOf([START_MS + HOUR_MS], { rate: [0.5] }),
      trades: () => tradesAt([(START_MS - 5) * 1_000, 90], [START_MS * 1_000, 95], [endMs * 1_000, 131]),
    }
    const { endEquity, equity } = run(BTC, market, ({ bars }) => {
      bars(BTC)
      return {
        onTrade: ({ price, side, quantity, id, timeMs, timeUs, instrument }) => {
          seen.push([instrument.id, id, side, price, quantity, timeMs - START_MS, timeUs - START_MS * 1_000].join(' '))
        },
        onFunding: () => seen.push('funding'),
      }
    })
    expect(seen).toEqual([`${BTC.id} 2 sell 95 2 0 0`])
    expect(endEquity).toBe(100_000)
    expect(equity.timeMs).toHaveLength(4)
  })

  test('who listens to trades in a run without any is found out', () => {
    const listening = (market: Omit<MarketData, 'bars'>): boolean =>
      run(BTC, market, () => ({ onTrade: () => undefined })).lacksTrades
    expect(listening({})).toBe(true)
    expect(listening({ trades: () => undefined })).toBe(true)
    expect(listening({ trades: () => tradesAt([START_MS * 1_000, 95]) })).toBe(false)
    expect(run(BTC, {}, () => ({})).lacksTrades).toBe(false)
  })

  test('what throws in onTrade is put down to its strategy and instrument', () => {
    const market = { trades: () => tradesAt([START_MS * 1_000 + 5, 95]) }
    expect(() =>
      run(BTC, market, () => ({
        onTrade: () => {
          throw new Error('no')
        },
      })),
    ).toThrow(/Strategy under-test failed at 2024-01-01T00:00:00.001Z on BTC-USDT.TEST: no/)
  })
})
