import { describe, expect, test } from 'vitest'
import { EntryGuard } from './entry-guard.ts'
import type { ClosedTrade } from './protection.ts'
import { parseProtection } from './protection-spec.ts'

const HOUR_MS = 3_600_000
const START_MS = 1_704_067_200_000
const [BTC, ETH] = [0, 1]

/** A guard with a clock that is set in hours. */
function guard(...lines: string[]) {
  const clock = { nowMs: START_MS }
  const made = new EntryGuard(lines.map(parseProtection), clock)
  const trade = (hour: number, profit: number, byStop: boolean, instrumentIndex = BTC): void => {
    const closed: ClosedTrade = {
      instrumentIndex,
      instrumentId: instrumentIndex === BTC ? 'BTC-USDT.TEST' : 'ETH-USDT.TEST',
      timeMs: START_MS + hour * HOUR_MS,
      profit,
      byStop,
    }
    made.closed(closed)
  }
  const refusal = (hour: number, instrumentIndex = BTC): string | undefined => {
    clock.nowMs = START_MS + hour * HOUR_MS
    return made.refusal(instrumentIndex)
  }
  const marked = (hour: number, equity: number): void => made.marked(START_MS + hour * HOUR_MS, equity)
  return { made, trade, refusal, marked }
}

describe('cooldown', () => {
  test('pauses the instrument from the exit until the pause is over', () => {
    const { trade, refusal } = guard('cooldown:pause=4h')
    expect(refusal(0)).toBeUndefined()
    trade(1, 10, false)
    expect(refusal(1)).toBe(
      'protection: cooldown of 4h after a closed trade in BTC-USDT.TEST, until 2024-01-01T05:00:00Z',
    )
    expect(refusal(4.99)).toBeDefined()
    expect(refusal(5)).toBeUndefined()
    expect(refusal(2, ETH)).toBeUndefined()
  })

  test('pauses all when it is told to', () => {
    const { trade, refusal } = guard('cooldown:scope=all')
    trade(1, 10, false)
    expect(refusal(2, ETH)).toBeDefined()
  })

  test.each([
    ['trade', [true, true, true]],
    ['loss', [false, true, true]],
    ['stop', [false, false, true]],
  ] as const)('after=%s', (after, expected) => {
    const outcomes = [
      [5, true],
      [-5, false],
      [-5, true],
    ] as const
    outcomes.forEach(([profit, byStop], i) => {
      const { trade, refusal } = guard(`cooldown:after=${after}`)
      trade(1, profit, byStop)
      expect(refusal(2) !== undefined).toBe(expected[i])
    })
  })
})

describe('stop guard', () => {
  test('counts stop-outs within the window, over all instruments', () => {
    const { trade, refusal } = guard('stop-guard:stops=3,within=6h,pause=12h')
    trade(0, -1, true)
    trade(2, -1, true, ETH)
    // A trailing stop in profit, and a loss by signal, are no stop-outs.
    trade(3, 1, true)
    trade(3, -1, false)
    expect(refusal(3)).toBeUndefined()
    // The first lies six hours back by now and no longer counts.
    trade(6, -1, true)
    expect(refusal(6)).toBeUndefined()
    trade(7, -1, true)
    expect(refusal(7)).toContain('stop guard: 3 stop-outs within 6h, until 2024-01-01T19:00:00Z')
    expect(refusal(18.9, ETH)).toBeDefined()
    expect(refusal(19)).toBeUndefined()
  })

  test('counts each instrument by itself, and losses, when it is told to', () => {
    const { trade, refusal } = guard('stop-guard:stops=2,count=loss,scope=instrument')
    trade(0, -1, false)
    trade(1, -1, false, ETH)
    expect(refusal(1)).toBeUndefined()
    trade(2, -1, false)
    expect(refusal(2)).toBeDefined()
    expect(refusal(2, ETH)).toBeUndefined()
  })
})

describe('drawdown pause', () => {
  test('begins beyond the limit and takes a new peak when it is over', () => {
    const { marked, refusal } = guard('drawdown-pause:limit=0.1,pause=1d')
    marked(0, 100)
    marked(1, 120)
    marked(2, 108)
    expect(refusal(2)).toBeUndefined()
    marked(3, 107.9)
    expect(refusal(3)).toContain('equity is 10.1 % below its peak, the limit is 10.0 %, until 2024-01-02T03:00:00Z')
    marked(10, 90)
    marked(27, 100)
    expect(refusal(27)).toBeUndefined()
    marked(28, 91)
    expect(refusal(28)).toBeUndefined()
    marked(29, 89)
    expect(refusal(29)).toBeDefined()
  })

  test('forgets a peak that lies further back than it looks', () => {
    const { marked, refusal } = guard('drawdown-pause:limit=0.1,within=2h,pause=1d')
    const path = [100, 96, 92, 89, 86, 83]
    path.forEach((equity, hour) => marked(hour, equity))
    // Two hours lose at most 7 to 8 % on this path, five hours 17 %.
    expect(refusal(5)).toBeUndefined()
    marked(6, 77)
    expect(refusal(6)).toBeDefined()
  })
})

test('session hours let entries pass in their windows only', () => {
  const { refusal } = guard('session-hours:windows=mon@08:00-10:00+12:00-13:00')
  expect(refusal(8)).toBeUndefined()
  expect(refusal(10)).toBe('protection: outside the session hours mon@08:00-10:00, 12:00-13:00 UTC')
  expect(refusal(12.5)).toBeUndefined()
  expect(refusal(24 + 8)).toBeDefined()
  expect(refusal(24 + 12)).toBeUndefined()
})

test('several protections: the first that objects is named', () => {
  const { trade, refusal } = guard('session-hours:windows=00:00-12:00', 'cooldown:pause=20h')
  trade(1, 1, false)
  expect(refusal(2)).toContain('cooldown')
  expect(refusal(13)).toContain('session hours')
  expect(refusal(24)).toBeUndefined()
})
