import { KestrelError, ManualClock } from '@kestrel/core'
import { expect, test } from 'vitest'
import { retryStart } from '../../src/session/retry-start.ts'

/** A venue that fails so often, and what a start does about it. */
async function startOn(failures: number, retry: 'safe' | 'never' | 'unknown-outcome', retryAfterMs?: number) {
  const clock = new ManualClock(0)
  const waits: number[] = []
  const said: string[] = []
  let asked = 0
  const work = async (): Promise<string> => {
    if (asked++ >= failures) return 'begun'
    throw new KestrelError({ code: 'VENUE_RATE_LIMIT', message: 'Too many.', meta: { retryAfterMs }, retry })
  }
  const sleep = async (ms: number): Promise<void> => {
    waits.push(ms)
    clock.advanceTo(clock.nowMs() + ms)
  }
  const end = await retryStart({ clock, note: (text) => said.push(text) }, work, 60_000, sleep).catch(
    (error: unknown) => (error as KestrelError).code,
  )
  return { end, waits, said, asked }
}

test('a venue that may be asked again is, after waits that grow, and it is said', async () => {
  const { end, waits, said } = await startOn(3, 'safe')
  expect([end, waits]).toEqual(['begun', [1_000, 2_000, 4_000]])
  expect(said[0]).toBe('Too many. It is asked again in 1 s.')
})

test('as long as the venue asks for is waited', async () => {
  expect(await startOn(2, 'safe', 7_500)).toMatchObject({ end: 'begun', waits: [7_500, 7_500] })
})

test.each(['never', 'unknown-outcome'] as const)('a failure of the kind %s ends a start at once', async (retry) => {
  expect(await startOn(1, retry)).toMatchObject({ end: 'VENUE_RATE_LIMIT', waits: [], asked: 1 })
})

test('the time of a start is not exceeded', async () => {
  const { end, waits } = await startOn(Infinity, 'safe')
  expect(end).toBe('VENUE_RATE_LIMIT')
  expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(60_000)
  expect(await startOn(Infinity, 'safe', 120_000)).toMatchObject({ end: 'VENUE_RATE_LIMIT', waits: [] })
})
