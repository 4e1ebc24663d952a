import type { RoundTrip } from '@kestrel/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchTrades } from './match-trades.ts'

const trade = (entryTimeMs: number, direction: 'long' | 'short' = 'long'): RoundTrip =>
  ({ instrumentId: 'A', strategy: 's', direction, entryTimeMs }) as RoundTrip

test('pairs each trade at most once, in order, within the tolerance', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300), { maxLength: 8 }), fc.array(fc.nat(300), { maxLength: 8 }), (ours, theirs) => {
      const sorted = (times: readonly number[]) => times.toSorted((a, b) => a - b).map((time) => trade(time))
      const [session, backtest] = [sorted(ours), sorted(theirs)]
      const pairs = matchTrades(session, backtest, 50)
      expect(pairs.flatMap((pair) => pair.session ?? [])).toHaveLength(session.length)
      expect(pairs.flatMap((pair) => pair.backtest ?? [])).toHaveLength(backtest.length)
      for (const pair of pairs) {
        if (pair.session === undefined || pair.backtest === undefined) continue
        expect(Math.abs(pair.session.entryTimeMs - pair.backtest.entryTimeMs)).toBeLessThanOrEqual(50)
      }
    }),
  )
})

test('pairs as many as can be, then the nearest', () => {
  const pairs = matchTrades([trade(0), trade(40)], [trade(35), trade(80)], 50)
  expect(pairs.map(({ session, backtest }) => [session?.entryTimeMs, backtest?.entryTimeMs])).toEqual([
    [0, 35],
    [40, 80],
  ])
  expect(matchTrades([trade(0, 'long')], [trade(0, 'short')], 50)).toHaveLength(2)
})
