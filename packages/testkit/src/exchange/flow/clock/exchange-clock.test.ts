import { ManualClock } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ManualExchangeClock, TIMER_RANK } from './exchange-clock.ts'
import { PacedClock } from './paced-clock.ts'

describe('the manual clock', () => {
  test('runs timers by instant, then rank, then order of setting, each at its own instant', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ atMs: fc.nat(50), rank: fc.constantFrom(...Object.values(TIMER_RANK)) })),
        (timers) => {
          const clock = new ManualExchangeClock(0)
          const ran: { atMs: number; rank: number; index: number }[] = []
          timers.forEach(({ atMs, rank }, index) =>
            clock.at(
              atMs,
              () => {
                expect(clock.nowMs()).toBe(atMs)
                ran.push({ atMs, rank, index })
              },
              rank,
            ),
          )
          clock.advanceTo(50)
          const expected = timers
            .map((timer, index) => ({ ...timer, index }))
            .sort((a, b) => a.atMs - b.atMs || a.rank - b.rank || a.index - b.index)
          expect(ran).toEqual(expected)
          expect(clock.nowMs()).toBe(50)
        },
      ),
    )
  })

  test('a timer that was taken back does not run, and one set in the past runs at the next movement', () => {
    const clock = new ManualExchangeClock(1_000)
    const ran: string[] = []
    clock.at(1_500, () => ran.push('taken back'))()
    clock.at(10, () => ran.push(`late at ${clock.nowMs()}`))
    clock.advance(0)
    expect(ran).toEqual(['late at 1000'])
    clock.advance(1_000)
    expect(ran).toEqual(['late at 1000'])
  })

  test('a period lies on the grid of 1970, and ends when it is stopped from inside', () => {
    const clock = new ManualExchangeClock(1_030)
    const ran: number[] = []
    const stop = clock.every(100, () => {
      ran.push(clock.nowMs())
      if (ran.length === 3) stop()
    })
    clock.advance(10_000)
    expect(ran).toEqual([1_100, 1_200, 1_300])
  })
})

describe('the paced clock', () => {
  function paced(speed: number) {
    const machine = new ManualClock(5_000)
    let wake: (() => void) | undefined
    const clock = new PacedClock({
      clock: machine,
      startMs: 1_000_000,
      speed,
      wake: (run) => {
        wake = run
        return () => (wake = undefined)
      },
    })
    return { machine, clock, tick: () => wake?.(), isPlanned: () => wake !== undefined }
  }

  test('an hour passes in a minute at speed 60, and every timer sees its own instant', () => {
    const { machine, clock, tick } = paced(60)
    const seen: number[] = []
    clock.every(600_000, () => seen.push(clock.nowMs()))
    clock.start()
    machine.advanceTo(65_000)
    tick()
    expect(clock.nowMs()).toBe(1_000_000 + 3_600_000)
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7].map((each) => each * 600_000 + 600_000).slice(0, seen.length))
    expect(seen).toHaveLength(6)
  })

  test('leaves the machine time for other things where it cannot keep up, and loses no timer', () => {
    const { machine, clock, tick } = paced(100)
    const seen: number[] = []
    let workMs = 100
    // Ten of them fall due in a second of the machine, and each takes it 100 ms at first.
    clock.every(10_000, () => {
      seen.push(clock.nowMs())
      machine.advanceTo(machine.nowMs() + workMs)
    })
    clock.start()
    machine.advanceTo(6_000)
    tick()
    expect([seen.length, clock.nowMs(), machine.nowMs()]).toEqual([3, 1_030_000, 6_300])
    tick()
    expect([seen.length, clock.nowMs()]).toEqual([6, 1_060_000])
    workMs = 0
    tick()
    expect(clock.nowMs()).toBe(1_160_000)
    expect(seen).toEqual(Array.from({ length: 16 }, (_, index) => 1_010_000 + index * 10_000))
  })

  test('stands still between two looks and after it was stopped', () => {
    const { machine, clock, tick, isPlanned } = paced(1)
    clock.start()
    machine.advanceTo(6_000)
    expect(clock.nowMs()).toBe(1_000_000)
    tick()
    expect(clock.nowMs()).toBe(1_001_000)
    clock.stop()
    expect(isPlanned()).toBe(false)
  })

  test.each([[0], [-1], [Number.NaN], [Number.POSITIVE_INFINITY]])('refuses speed %s', (speed) => {
    expect(() => paced(speed)).toThrow(expect.objectContaining({ code: 'TESTKIT_CLOCK_SPEED' }))
  })
})
