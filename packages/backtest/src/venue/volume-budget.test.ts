import { instrumentOf } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VolumeBudget } from './volume-budget.ts'

const { lot } = instrumentOf({ id: 'BTC-USD.TEST', tickSize: '1', lotSize: '1', makerFeeRate: 0, takerFeeRate: 0 })

/** Takes all that every bar offers; what each gave. */
function takeAll(volumes: readonly number[], share: number, offeredAt: (bar: number) => number): number[] {
  const budget = new VolumeBudget(Float64Array.from(volumes))
  return volumes.map((_, bar) => {
    const lots = Math.max(0, budget.left(bar, offeredAt(bar), share, lot))
    budget.use(bar, lots)
    return lots
  })
}

describe('what bars offer', () => {
  test('the share of a volume, in whole lots', () => {
    expect(takeAll([1_000, 99], 0.1, (bar) => [1_000, 99][bar] ?? 0)).toEqual([100, 9])
  })

  test('one lot where a share is less, until that is made up for', () => {
    expect(takeAll([4, 4, 4, 4, 4, 0], 0.1, (bar) => (bar < 5 ? 4 : 0))).toEqual([1, 0, 0, 1, 0, 0])
  })

  test('what the bar before had, and less later where that was too much', () => {
    const volumes = [1_000, 100, 100, 1_000, 1_000]
    expect(takeAll(volumes, 0.1, (bar) => volumes[Math.max(0, bar - 1)] ?? 0)).toEqual([100, 100, 0, 0, 100])
  })

  test('what is taken without asking is made up for too', () => {
    const budget = new VolumeBudget(new Float64Array(300).fill(100))
    budget.ask(0.1, lot)
    for (let bar = 0; bar < 200; bar++) budget.use(bar, 10)
    expect(budget.left(200, 100, 0.1, lot)).toBe(10)
    budget.use(200, 25)
    expect(budget.left(201, 100, 0.1, lot)).toBe(-5)
    expect(budget.left(202, 100, 0.1, lot)).toBe(5)
  })

  test('in the long run no more than the share, whoever asks, and by force too', () => {
    const volumes = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 60 })
    const forced = fc.array(fc.boolean(), { minLength: 60, maxLength: 60 })
    fc.assert(
      fc.property(volumes, forced, fc.double({ min: 0.01, max: 1, noNaN: true }), (volume, isForced, share) => {
        const budget = new VolumeBudget(Float64Array.from(volume))
        const most = Math.max(...volume) * share + 1
        let taken = 0
        let allowed = 0
        volume.forEach((own, bar) => {
          if (isForced[bar] === true && bar % 7 === 0) {
            budget.ask(share, lot)
            budget.use(bar, 3)
          } else {
            const lots = Math.max(0, budget.left(bar, volume[Math.max(0, bar - 1)] ?? 0, share, lot))
            budget.use(bar, lots)
            taken += lots
          }
          allowed += own * share
        })
        // At any end one bar's worth may be owed still.
        expect(taken).toBeLessThanOrEqual(allowed + most + 1e-6)
      }),
    )
  })
})
