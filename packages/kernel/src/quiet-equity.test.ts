import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BTC, barsOf, ETH, runKernel } from '../test/kernel-run.ts'
import type { RunRecords } from './kernel-config.ts'

/**
 * Trades two instruments at random. A second timeframe makes the kernel merge bars that close apart, and ask the ledger
 * for the equity at every instant.
 */
function run(closes: readonly (readonly [number, number])[], seed: number, alsoLonger: boolean): RunRecords {
  const btc = closes.map(([price]) => price)
  const eth = closes.map(([, price]) => price)
  const every4th = btc.filter((_, i) => i % 4 === 3)
  const bars = {
    [`${BTC.id} 1h`]: barsOf(btc),
    [`${ETH.id} 1h`]: barsOf(eth),
    [`${BTC.id} 4h`]: barsOf(every4th, '4h'),
  }
  return runKernel(
    ({ bars: barsOfRun, instruments, rng, target }) => {
      for (const instrument of instruments) barsOfRun(instrument)
      if (alsoLonger) barsOfRun(BTC, '4h')
      return {
        onSlice() {
          for (const instrument of instruments)
            if (rng.nextFloat() < 0.2) target(instrument, Math.round(rng.nextFloat() * 50))
        },
      }
    },
    bars,
    { instruments: [BTC, ETH], seed },
  )
}

test('works out the same equity, to the last bit, as asking the ledger at every instant', () => {
  const price = fc.integer({ min: 1, max: 100_000 }).map((ticks) => ticks / 100)
  const closes = fc.array(fc.tuple(price, price), { minLength: 4, maxLength: 60 })
  fc.assert(
    fc.property(closes, fc.nat(), (rows, seed) => {
      const quiet = run(rows, seed, false)
      const asked = run(rows, seed, true)
      expect(quiet.fills()).toEqual(asked.fills())
      expect(quiet.equity.equity).toEqual(asked.equity.equity)
      expect(quiet.endEquity).toBe(quiet.equity.equity.at(-1))
    }),
  )
})

test('tells a strategy its equity at the newest prices', () => {
  const seen: number[] = []
  const records = runKernel(
    ({ account, bars, instrument, target }) => {
      bars(instrument)
      return {
        onBar() {
          seen.push(account.equity)
          target(instrument, 10)
          seen.push(account.equity)
        },
      }
    },
    { [`${BTC.id} 1h`]: barsOf([100, 110, 90]) },
  )
  // Filled at 100, at the beginning of the second instant.
  expect(seen).toEqual([100_000, 100_000, 100_100, 100_100, 99_900, 99_900])
  expect([...records.equity.equity]).toEqual([100_000, 100_100, 99_900])
})
