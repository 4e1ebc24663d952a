import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RollingVolume } from './rolling-volume.ts'

const DAY = 86_400_000

describe('RollingVolume', () => {
  test('counts complete UTC days only', () => {
    const volume = new RollingVolume(30)
    volume.add(DAY * 100 + 1, 50)
    volume.add(DAY * 100 + 2, -25)
    expect(volume.at(DAY * 101 - 1)).toBe(0)
    expect(volume.at(DAY * 101)).toBe(75)
    expect(volume.at(DAY * 130 + DAY - 1)).toBe(75)
    expect(volume.at(DAY * 131)).toBe(0)
  })

  test('volume from before the first fill ages out day by day', () => {
    const volume = new RollingVolume(30, 3_000)
    expect(volume.at(DAY * 7)).toBeCloseTo(3_000, 9)
    expect(volume.at(DAY * 8)).toBeCloseTo(2_900, 9)
    expect(volume.at(DAY * 37)).toBe(0)
  })

  test('equals the sum over the days of the window, for any fills', () => {
    const fills = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 * DAY }), fc.integer({ min: 1, max: 1_000 })), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(fills, fc.integer({ min: 1, max: 30 }), (gaps, days) => {
        const volume = new RollingVolume(days)
        const seen: [number, number][] = []
        let now = 0
        for (const [gap, notional] of gaps) {
          now += gap
          const today = Math.floor(now / DAY)
          const expected = seen
            .filter(([time]) => Math.floor(time / DAY) < today && Math.floor(time / DAY) >= today - days)
            .reduce((sum, [, traded]) => sum + traded, 0)
          expect(volume.at(now)).toBe(expected)
          volume.add(now, notional)
          seen.push([now, notional])
        }
      }),
    )
  })

  test('refuses a time before the present day and a window that is none', () => {
    const volume = new RollingVolume()
    volume.add(DAY * 10, 1)
    expect(() => volume.at(DAY * 9)).toThrow(expect.objectContaining({ code: 'BACKTEST_ROLLING_VOLUME' }))
    expect(() => new RollingVolume(0)).toThrow(expect.objectContaining({ code: 'BACKTEST_ROLLING_VOLUME' }))
    expect(() => new RollingVolume(30, Number.NaN)).toThrow(
      expect.objectContaining({ code: 'BACKTEST_ROLLING_VOLUME' }),
    )
  })
})
