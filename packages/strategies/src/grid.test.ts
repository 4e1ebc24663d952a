import { describe, expect, test } from 'vitest'
import { dailyBars, fillsOf, play, type Row } from '../test/single-market.ts'
import { grid } from './grid.ts'

const BTC = 'BTC-USDT.TEST'
const PERP = 'BTC-USDT-PERP.TEST'
/** Lines at 100, 90.91 and 82.64; each cell trades 4,500. */
const PARAMS = { cells: 2, stepRate: 0.1, exposure: 0.9, stopSteps: 1, pauseBars: 1 }
const START: Row = [100, 101, 99, 100]
const FIRST = Number((4_500 / 90.9).toFixed(4))
const SECOND = Number((4_500 / 82.64).toFixed(4))

const run = (rows: readonly Row[], params: Record<string, unknown> = {}, id = BTC) =>
  play(grid, { ...PARAMS, ...params }, { [id]: dailyBars([START, ...rows]) })

describe('on spot', () => {
  test('buys a step down and sells a step up, again and again', () => {
    const turn: Row[] = [
      [100, 100, 90, 92],
      [92, 101, 91, 99],
    ]
    expect(fillsOf(run([...turn, ...turn]))).toEqual([
      ['buy', 90.9, FIRST],
      ['sell', 100, FIRST],
      ['buy', 90.9, FIRST],
      ['sell', 100, FIRST],
    ])
  })

  test('sells each cell at its own upper line', () => {
    const { base } = run([
      [100, 100, 80, 84],
      [84, 91, 83, 90],
      [90, 101, 90, 100],
    ])
    expect(fillsOf({ base } as never)).toEqual([
      ['buy', 90.9, FIRST],
      ['buy', 82.64, SECOND],
      ['sell', 90.91, SECOND],
      ['sell', 100, FIRST],
    ])
    expect(base.openPositions).toEqual([])
  })

  test('sells everything a step below the lowest line and waits before the next grid', () => {
    const { base } = run([
      [100, 100, 80, 84],
      // 82.64 / 1.1 is 75.13.
      [84, 84, 72, 74],
      [73, 74, 72, 73],
      [73, 74, 72, 73],
      [73, 74, 72, 73],
    ])
    const sum = Number((FIRST + SECOND).toFixed(3))
    expect(fillsOf({ base } as never).at(-1)).toEqual(['sell', 73, expect.closeTo(sum, 3)])
    expect(base.trades[0]?.exitReason).toBe('beyond the grid')
    // The next one lies around 73, where the pause of a bar was over.
    const resting = base.orders.filter(({ state }) => state === 'accepted')
    expect(resting.map(({ limitPrice }) => limitPrice)).toEqual([66.36, 60.33])
  })

  test('moves along when price leaves upwards with nothing held', () => {
    const { base } = run([
      [100, 112, 100, 111],
      [111, 112, 110, 111],
    ])
    expect(base.orders.filter(({ state }) => state === 'cancelled')).toHaveLength(2)
    expect(base.orders.find(({ state }) => state === 'accepted')?.limitPrice).toBe(100.9)
  })
})

describe('neutral on a perpetual', () => {
  test('sells a step up and buys it back, and both ways', () => {
    const { base } = run(
      [
        [100, 111, 100, 108],
        [108, 109, 99, 99],
        [99, 99, 90, 95],
      ],
      { mode: 'neutral' },
      PERP,
    )
    expect(fillsOf({ base } as never).map(([side, price]) => [side, price])).toEqual([
      ['sell', 110],
      ['buy', 100],
      ['buy', 90.9],
    ])
  })

  test('is closed a step above the highest line, too', () => {
    const { base } = run(
      [
        [100, 125, 100, 120],
        // 121 times 1.1 is 133.1.
        [120, 140, 120, 134],
        [134, 135, 133, 134],
      ],
      { mode: 'neutral' },
      PERP,
    )
    expect(base.trades[0]).toMatchObject({ direction: 'short', exitReason: 'beyond the grid', exitPrice: 134 })
  })

  test('is the same as long on spot', () => {
    expect(run([[100, 125, 100, 105]], { mode: 'neutral' }).base.fills).toEqual([])
  })
})

test('leaves out cells below the least that the venue takes', () => {
  expect(run([[100, 100, 80, 84]], { exposure: 0.05, cells: 100, stepRate: 0.001 }).base.fills.length).toBeGreaterThan(
    5,
  )
})
