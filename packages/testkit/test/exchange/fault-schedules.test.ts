import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FAULT_NAMES, FAULTS, parseFaultSchedule, randomSchedule, type FaultDefinition } from '../../src/index.ts'
import { QuietBybit } from './raw-bybit.ts'

describe('randomSchedule', () => {
  test('one seed gives one schedule, and printing it loses nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 20 }), (seed, count) => {
        const schedule = randomSchedule(seed, { count })
        expect(randomSchedule(seed, { count })).toEqual(schedule)
        expect(schedule.faults).toHaveLength(count)
        expect(parseFaultSchedule(JSON.stringify(schedule))).toEqual(schedule)
      }),
    )
  })

  test('draws every fault, each within its bounds and on what it may strike', () => {
    const faults = Array.from({ length: 400 }, (_, seed) => randomSchedule(seed, { count: 3 }).faults).flat()
    expect(new Set(faults.map(({ name }) => name)).size).toBe(FAULT_NAMES.length)
    for (const { name, on, nth, numbers } of faults) {
      const definition: FaultDefinition = FAULTS[name]
      expect(definition.on).toContain(on)
      expect(nth).toBeLessThan(definition.target === 'request' ? 6 : 12)
      for (const [key, { least, most }] of Object.entries(definition.numbers)) {
        expect(numbers?.[key]).toBeGreaterThanOrEqual(least)
        expect(numbers?.[key]).toBeLessThanOrEqual(most)
      }
    }
  })

  test('can be held to some faults and told to go on', () => {
    const { faults } = randomSchedule(3, { count: 50, among: ['disconnect', 'banned'], every: 9 })
    expect(new Set(faults.map(({ name }) => name))).toEqual(new Set(['disconnect', 'banned']))
    expect(faults.every(({ every }) => every === 9)).toBe(true)
  })
})

describe('parseFaultSchedule', () => {
  test.each([
    ['no JSON', '{', 'it is not JSON'],
    ['no list', '{}', 'it has no list "faults"'],
    ['an unknown name', '{"faults":[{"name":"flood","on":"create","nth":0}]}', 'unknown name "flood"'],
    ['the wrong place', '{"faults":[{"name":"disconnect","on":"create","nth":0}]}', 'cannot strike "create"'],
    ['no number', '{"faults":[{"name":"reset-after","on":"create","nth":-1}]}', 'fault 0 has no whole "nth"'],
    ['an endless beat', '{"faults":[{"name":"reset-after","on":"create","nth":1,"every":0}]}', '"every" above 0'],
    ['an unknown number', '{"faults":[{"name":"reset-after","on":"create","nth":1,"numbers":{"x":1}}]}', 'number "x"'],
    ['half a number', '{"faults":[{"name":"banned","on":"create","nth":1,"numbers":{"waitS":1.5}}]}', '"waitS"'],
  ])('refuses %s', (_, text, why) => {
    expect(() => parseFaultSchedule(text)).toThrow(
      expect.objectContaining({ code: 'TESTKIT_FAULT_SCHEDULE', message: expect.stringContaining(why) as string }),
    )
  })
})

test('the same requests meet the same faults when a schedule is played again', async () => {
  const schedule = randomSchedule(11, {
    count: 8,
    among: ['reset-after', 'server-error', 'html-page', 'truncated-json'],
  })
  const play = async (): Promise<unknown> => {
    await using bybit = await QuietBybit.start(parseFaultSchedule(JSON.stringify(schedule)))
    for (let i = 0; i < 6; i++) {
      await bybit.buy('59000', `order-${i}`).catch(() => undefined)
      await bybit.ask('GET', '/v5/account/wallet-balance', { accountType: 'UNIFIED' }).catch(() => undefined)
      await bybit.ask('GET', '/v5/position/list', { category: 'linear', settleCoin: 'USDT' }).catch(() => undefined)
    }
    return [bybit.openNames(), bybit.venue.requests.map(({ path, status, faults }) => [path, status, faults])]
  }
  const first = await play()
  expect(await play()).toEqual(first)
  expect(JSON.stringify(first)).toContain('server-error')
})
