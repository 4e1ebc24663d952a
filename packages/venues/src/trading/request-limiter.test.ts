import { systemClock } from '@kestrel/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { newCall } from './call-context.ts'
import { readLimits } from './limit-headers.ts'
import { RequestLimiter } from './request-limiter.ts'

const NOW_MS = 1_700_000_000_000

beforeEach(() => {
  vi.useFakeTimers({ now: NOW_MS })
})
afterEach(() => {
  vi.useRealTimers()
})

function limiter(changes: Partial<ConstructorParameters<typeof RequestLimiter>[0]> = {}): RequestLimiter {
  return new RequestLimiter({ nowMs: () => systemClock.nowMs(), burstMs: 1_000, share: 1, isSpacing: true, ...changes })
}

/** Takes, and notes the name when it may go. */
function take(
  from: RequestLimiter,
  log: string[],
  name: string,
  costMs: number,
  priority: 'cancel' | 'create' | 'query',
): void {
  from.take(costMs, priority).then(
    () => log.push(name),
    (error: { code: string }) => log.push(`${name} ${error.code}`),
  )
}

describe('the budget', () => {
  test('lets a burst go at once and then only what comes back', async () => {
    const [from, log] = [limiter(), [] as string[]]
    for (let i = 0; i < 9; i++) take(from, log, `c${i}`, 100, 'create')
    await vi.advanceTimersByTimeAsync(0)
    expect(log).toHaveLength(9)
    take(from, log, 'late', 100, 'create')
    await vi.advanceTimersByTimeAsync(99)
    expect(log).not.toContain('late')
    await vi.advanceTimersByTimeAsync(2)
    expect(log).toContain('late')
  })

  test('questions leave 30 % to orders, orders 10 % to cancellations, and cancellations overdraw it', async () => {
    const [from, log] = [limiter(), [] as string[]]
    for (let i = 0; i < 8; i++) take(from, log, 'query', 100, 'query')
    await vi.advanceTimersByTimeAsync(0)
    expect(log).toHaveLength(7)
    for (let i = 0; i < 3; i++) take(from, log, 'create', 100, 'create')
    await vi.advanceTimersByTimeAsync(0)
    expect(log.filter((name) => name === 'create')).toHaveLength(2)
    for (let i = 0; i < 5; i++) take(from, log, 'cancel', 100, 'cancel')
    await vi.advanceTimersByTimeAsync(0)
    expect(log.filter((name) => name === 'cancel')).toHaveLength(5)
  })

  test('what matters more goes first, however late it came', async () => {
    const [from, log] = [limiter(), [] as string[]]
    take(from, log, 'all', 900, 'create')
    take(from, log, 'query', 400, 'query')
    take(from, log, 'create', 400, 'create')
    await vi.advanceTimersByTimeAsync(2_000)
    expect(log).toEqual(['all', 'create', 'query'])
  })

  test('is refused rather than sent late', async () => {
    const [from, log] = [limiter({ share: 0.01 }), [] as string[]]
    take(from, log, 'all', 900, 'create')
    take(from, log, 'create', 100, 'create')
    await vi.advanceTimersByTimeAsync(0)
    expect(log).toEqual(['all', 'create VENUE_RATE_LIMIT'])
  })

  test('does not space without a budget', async () => {
    const [from, log] = [limiter({ isSpacing: false }), [] as string[]]
    for (let i = 0; i < 100; i++) take(from, log, 'query', 1_000, 'query')
    await vi.advanceTimersByTimeAsync(0)
    expect(log).toHaveLength(100)
  })
})

test.each([429, 418])('status %s stops everything but cancellations until Retry-After', async (status) => {
  const [from, log] = [limiter({ isSpacing: false }), [] as string[]]
  const call = newCall('query')
  readLimits(from, { venue: 'binance', product: 'linear', status, headers: { 'Retry-After': '5' } }, call, NOW_MS)
  expect(call.retryAfterMs).toBe(5_000)
  take(from, log, 'create', 1, 'create')
  take(from, log, 'query', 1, 'query')
  take(from, log, 'cancel', 1, 'cancel')
  await vi.advanceTimersByTimeAsync(0)
  expect(log.sort()).toEqual(['cancel', 'create VENUE_RATE_LIMIT', 'query VENUE_RATE_LIMIT'])
  await vi.advanceTimersByTimeAsync(5_001)
  take(from, log, 'again', 1, 'create')
  await vi.advanceTimersByTimeAsync(0)
  expect(log).toContain('again')
})

describe('limits that the venue tells', () => {
  test('binance: the used weight of the minute shrinks the budget', async () => {
    const [from, log] = [limiter(), [] as string[]]
    const headers = { 'x-mbx-used-weight-1m': '2400' }
    readLimits(from, { venue: 'binance', product: 'linear', status: 200, headers }, undefined, NOW_MS)
    take(from, log, 'query', 100, 'query')
    await vi.advanceTimersByTimeAsync(200)
    expect(log).toEqual([])
    await vi.advanceTimersByTimeAsync(400)
    expect(log).toEqual(['query'])
  })

  test('binance: the orders of ten seconds hold new ones back and nothing else', async () => {
    const [from, log] = [limiter(), [] as string[]]
    const headers = { 'X-MBX-ORDER-COUNT-10S': '300' }
    readLimits(from, { venue: 'binance', product: 'linear', status: 200, headers }, undefined, NOW_MS + 8_500)
    take(from, log, 'create', 1, 'create')
    take(from, log, 'query', 1, 'query')
    await vi.advanceTimersByTimeAsync(0)
    expect(log).toEqual(['query'])
    await vi.advanceTimersByTimeAsync(1_600)
    expect(log).toEqual(['query', 'create'])
  })

  test('bybit: an endpoint that is used up waits for its second', async () => {
    const [from, log] = [limiter(), [] as string[]]
    const headers = { 'X-Bapi-Limit-Status': '0', 'X-Bapi-Limit-Reset-Timestamp': String(NOW_MS + 700) }
    readLimits(from, { venue: 'bybit', product: 'linear', status: 200, headers }, newCall('create'), NOW_MS)
    take(from, log, 'create', 1, 'create')
    await vi.advanceTimersByTimeAsync(600)
    expect(log).toEqual([])
    await vi.advanceTimersByTimeAsync(200)
    expect(log).toEqual(['create'])
  })
})

test('closing refuses what waits', async () => {
  const [from, log] = [limiter(), [] as string[]]
  take(from, log, 'all', 900, 'create')
  take(from, log, 'waits', 300, 'query')
  from.close()
  await vi.advanceTimersByTimeAsync(0)
  expect(log).toEqual(['all', 'waits VENUE_RATE_LIMIT'])
})

test('a clock that is set back by an hour makes nothing wait for an hour', async () => {
  const [from, log] = [limiter(), [] as string[]]
  from.stop(1_000)
  from.hold('create', 1_000)
  vi.setSystemTime(NOW_MS - 3_600_000)
  take(from, log, 'early', 1, 'create')
  await vi.advanceTimersByTimeAsync(1_001)
  take(from, log, 'later', 900, 'create')
  take(from, log, 'waiting', 500, 'create')
  vi.setSystemTime(NOW_MS - 7_200_000)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(log).toEqual(['early VENUE_RATE_LIMIT', 'later', 'waiting'])
})
