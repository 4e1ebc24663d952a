import { configureStrategy } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { fillsOf, hourlyBars, play, type Row } from '../test/single-market.ts'
import { openingRangeBreakout } from './opening-range-breakout.ts'

const BTC = 'BTC-USDT.TEST'
const PERP = 'BTC-USDT-PERP.TEST'
const HOURLY = { timeframe: '1h' }
const PARAMS = { rangeMinutes: 120, holdMinutes: 300, maxRangeRate: 0.1 }
/** Two hours between 98 and 106. */
const RANGE: readonly Row[] = [
  [100, 104, 98, 102],
  [102, 106, 100, 104],
]
/** One percent of 10,000 over the 8.01 from entry to stop. */
const QUANTITY = Number((100 / 8.01).toFixed(4))

const run = (rows: readonly Row[], params: Record<string, unknown> = {}, id = BTC) =>
  play(openingRangeBreakout, { ...PARAMS, ...params }, { [id]: hourlyBars(rows) }, HOURLY)

test('buys one tick above the range, with one percent at risk, and is stopped at its other side', () => {
  const { base } = run([...RANGE, [104, 110, 103, 109], [109, 111, 97, 99]])
  expect(fillsOf({ base } as never)).toEqual([
    ['buy', 106.01, QUANTITY],
    ['sell', 98, QUANTITY],
  ])
  expect(base.trades[0]?.profit).toBeCloseTo(-100, 3)
})

test('closes the position at the end of the session', () => {
  const rows: Row[] = [
    ...RANGE,
    [104, 110, 103, 109],
    [109, 111, 108, 110],
    [110, 112, 109, 111],
    [111.5, 112, 110, 111],
  ]
  const { base } = run(rows)
  // The fifth hour ends the session; its close decides, the next open trades.
  expect(fillsOf({ base } as never)).toEqual([
    ['buy', 106.01, QUANTITY],
    ['sell', 111.5, QUANTITY],
  ])
  expect(base.orders.map(({ type, state }) => `${type} ${state}`)).toEqual([
    'stop-market filled',
    'stop-market cancelled',
    'market filled',
  ])
})

test('withdraws an entry that has not come by the end of the session', () => {
  const quiet: Row = [104, 105, 103, 104]
  const { base } = run([...RANGE, quiet, quiet, quiet, quiet])
  expect(base.fills).toEqual([])
  expect(base.orders).toMatchObject([{ state: 'cancelled', reason: 'session is over' }])
})

test('enters once a session', () => {
  const rows: Row[] = [...RANGE, [104, 110, 103, 109], [109, 111, 97, 99], [99, 112, 99, 111]]
  expect(run(rows).base.fills).toHaveLength(2)
})

test('stands on both sides of the range on a perpetual, and one side cancels the other', () => {
  const { base } = run([...RANGE, [104, 104, 95, 96], [96, 97, 94, 95]], { direction: 'both' }, PERP)
  expect(fillsOf({ base } as never)).toEqual([['sell', 97.99, QUANTITY]])
  expect(base.orders).toMatchObject([
    { side: 'buy', state: 'cancelled', reason: 'the other side was entered' },
    { side: 'sell', state: 'filled' },
    { side: 'buy', state: 'accepted', triggerPrice: 106, tag: 'stop' },
  ])
})

test('leaves out a range that is too high or has a hole, and refuses one that bars do not fill', () => {
  expect(run([...RANGE, [104, 110, 103, 109]], { maxRangeRate: 0.05 }).base.orders).toEqual([])
  expect(() => run([...RANGE, [104, 110, 103, 109]], { rangeMinutes: 90 })).toThrow('do not fill the 90 minutes')
  const holed = hourlyBars([...RANGE, [104, 110, 103, 109]])
  for (const column of [holed.openTimeMs, holed.closeTimeMs]) {
    column[1] = (column[1] as number) + 3_600_000
    column[2] = (column[2] as number) + 3_600_000
  }
  expect(play(openingRangeBreakout, PARAMS, { [BTC]: holed }, HOURLY).base.orders).toEqual([])
})

test('begins its session at the minute it is told', () => {
  const before: Row[] = Array.from({ length: 6 }, () => [100, 120, 80, 100])
  const { base } = run([...before, ...RANGE, [104, 110, 103, 109]], { startMinute: 360 })
  expect(fillsOf({ base } as never)).toEqual([['buy', 106.01, QUANTITY]])
})

test('refuses a session that ends with its range', () => {
  expect(() => configureStrategy(openingRangeBreakout, { rangeMinutes: 60, holdMinutes: 60 })).toThrow(
    'do not go together',
  )
})
