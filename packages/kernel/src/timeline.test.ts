import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Timeline, type TimelineKind, Timelines } from './timeline.ts'

/** A timeline that writes down what happens to it. */
function recorded(name: string, kind: TimelineKind, times: readonly number[], calls: string[]): Timeline {
  return {
    kind,
    timeMs: Float64Array.from(times),
    skip: (rows) => calls.push(`${name} skips ${rows}`),
    happen: (from, to) => calls.push(`${name} happens ${from}-${to}`),
    tell: (from, to) => calls.push(`${name} tells ${from}-${to}`),
  }
}

describe('timelines', () => {
  test('merge by time; at one instant funding, trades and signals, all happening before any is told', () => {
    const calls: string[] = []
    const timelines = new Timelines(0, 100)
    timelines.add(recorded('signal', 'signal', [10, 10, 20], calls))
    timelines.add(recorded('trade', 'trade', [10, 15], calls))
    timelines.add(recorded('funding', 'funding', [10], calls))
    calls.length = 0
    const instants: number[] = []
    while (timelines.nextMs < Infinity) {
      const timeMs = timelines.nextMs
      instants.push(timeMs)
      timelines.happen(timeMs)
      timelines.tell()
    }
    expect(instants).toEqual([10, 15, 20])
    expect(calls).toEqual([
      'funding happens 0-1',
      'trade happens 0-1',
      'signal happens 0-2',
      'funding tells 0-1',
      'trade tells 0-1',
      'signal tells 0-2',
      'trade happens 1-2',
      'trade tells 1-2',
      'signal happens 2-3',
      'signal tells 2-3',
    ])
  })

  test('skip what was known before the first bar and leave out what comes after the last', () => {
    const calls: string[] = []
    const timelines = new Timelines(10, 20)
    timelines.add(recorded('series', 'signal', [1, 9, 10, 20, 21], calls))
    expect(calls).toEqual(['series skips 2'])
    timelines.happen(10)
    timelines.tell()
    timelines.happen(20)
    timelines.tell()
    expect(calls.slice(1)).toEqual(['series happens 2-3', 'series tells 2-3', 'series happens 3-4', 'series tells 3-4'])
    expect(timelines.nextMs).toBe(Infinity)
  })

  test('play every row within the run exactly once, in order of time', () => {
    const times = fc
      .array(fc.integer({ min: 0, max: 40 }), { maxLength: 20 })
      .map((each) => each.toSorted((a, b) => a - b))
    fc.assert(
      fc.property(fc.array(times, { maxLength: 4 }), fc.integer({ min: 0, max: 40 }), (all, fromMs) => {
        const timelines = new Timelines(fromMs, 30)
        const played: number[] = []
        for (const each of all) {
          const timeMs = Float64Array.from(each)
          timelines.add({ kind: 'trade', timeMs, tell: (from, to) => played.push(...timeMs.subarray(from, to)) })
        }
        while (timelines.nextMs < Infinity) {
          timelines.happen(timelines.nextMs)
          timelines.tell()
        }
        const expected = all.flat().filter((timeMs) => timeMs >= fromMs && timeMs <= 30)
        expect(played).toEqual(expected.toSorted((a, b) => a - b))
      }),
    )
  })
})
