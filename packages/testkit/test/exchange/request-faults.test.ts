import { systemClock } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { type FaultName, FAULTS, type FaultSchedule } from '../../src/index.ts'
import { QuietBybit } from './raw-bybit.ts'

const tested = new Set<string>()

/** One fault on the first request of a kind. */
function once(name: FaultName, on: string, numbers: Readonly<Record<string, number>> = {}): FaultSchedule {
  tested.add(name)
  return { faults: [{ name, on: on as 'create', nth: 0, numbers }] }
}

const timedOut = expect.objectContaining({ name: 'TimeoutError' }) as Error

describe('faults of the line', () => {
  test('timeout-before: no answer, and no order', async () => {
    await using bybit = await QuietBybit.start(once('timeout-before', 'create'))
    await expect(bybit.buy('59000', 'a', 300)).rejects.toThrow(timedOut)
    expect(bybit.openNames()).toEqual([])
    expect((await bybit.buy('59000', 'a')).retCode).toBe(0)
  })

  test('timeout-after: no answer, and an order; sending it again is refused as a duplicate', async () => {
    await using bybit = await QuietBybit.start(once('timeout-after', 'create'))
    await expect(bybit.buy('59000', 'a', 300)).rejects.toThrow(timedOut)
    expect(bybit.openNames()).toEqual(['a'])
    expect((await bybit.buy('59000', 'a')).retCode).toBe(110072)
  })

  test('timeout-after with a delay: the answer comes late', async () => {
    await using bybit = await QuietBybit.start(once('timeout-after', 'create', { delayMs: 120 }))
    const answer = bybit.buy('59000', 'a')
    await expect.poll(() => bybit.openNames()).toEqual(['a'])
    expect((await answer).result['orderLinkId']).toBe('a')
  })

  test.each([
    ['reset-before', []],
    ['reset-after', ['a']],
    ['broken-answer', ['a']],
  ] as const)('%s: the connection breaks, open orders are %j', async (name, open) => {
    await using bybit = await QuietBybit.start(once(name, 'create', name === 'broken-answer' ? { sharePct: 50 } : {}))
    await expect(bybit.buy('59000', 'a')).rejects.toThrow(TypeError)
    expect(bybit.openNames()).toEqual(open)
  })

  test('truncated-json: status 200, the venue acted, and the body is no JSON', async () => {
    await using bybit = await QuietBybit.start(once('truncated-json', 'create', { sharePct: 60 }))
    const { status, text } = await bybit.buy('59000', 'a')
    expect(status).toBe(200)
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError)
    expect(bybit.openNames()).toEqual(['a'])
  })

  test('duplicate-delivery: one order, and the answer says that its name is taken', async () => {
    await using bybit = await QuietBybit.start(once('duplicate-delivery', 'create'))
    expect((await bybit.buy('59000', 'a')).retCode).toBe(110072)
    expect(bybit.openNames()).toEqual(['a'])
  })

  test.each([
    [0, []],
    [1, ['a']],
  ])('server-error with accepted %i: 503 and open orders %j', async (accepted, open) => {
    await using bybit = await QuietBybit.start(once('server-error', 'create', { status: 503, accepted }))
    const { status, headers, text } = await bybit.buy('59000', 'a')
    expect([status, headers.get('content-type')]).toEqual([503, 'text/html; charset=UTF-8'])
    expect(text).toContain('<h1>503 Service Unavailable</h1>')
    expect(bybit.openNames()).toEqual(open)
  })

  test('html-page: a page with status 200 where JSON was expected', async () => {
    await using bybit = await QuietBybit.start(once('html-page', 'open-orders'))
    const { status, text } = await bybit.ask('GET', '/v5/order/realtime', { category: 'linear', settleCoin: 'USDT' })
    expect([status, text.slice(0, 15)]).toEqual([200, '<!DOCTYPE html>'])
  })

  test('slow-answer: the venue acts at once', async () => {
    await using bybit = await QuietBybit.start(once('slow-answer', 'create', { delayMs: 100 }))
    const answer = bybit.buy('59000', 'a')
    await expect.poll(() => bybit.openNames()).toEqual(['a'])
    expect((await answer).retCode).toBe(0)
  })
})

describe('refusals that last', () => {
  test('rate-limited: 429 with Retry-After for so many requests, none of which is acted on', async () => {
    await using bybit = await QuietBybit.start(once('rate-limited', 'create', { waitS: 2, requests: 2 }))
    const first = await bybit.buy('59000', 'a')
    expect([first.status, first.retCode, first.headers.get('retry-after')]).toEqual([429, 10006, '2'])
    expect((await bybit.ask('GET', '/v5/account/wallet-balance', { accountType: 'UNIFIED' })).status).toBe(429)
    expect(bybit.openNames()).toEqual([])
    expect((await bybit.buy('59000', 'a')).status).toBe(200)
  })

  test('banned: the whole address is shut out, public questions too', async () => {
    await using bybit = await QuietBybit.start(once('banned', 'create', { waitS: 1, requests: 2 }))
    expect((await bybit.buy('59000', 'a')).status).toBe(403)
    expect((await bybit.ask('GET', '/v5/market/time')).status).toBe(403)
    expect((await bybit.ask('GET', '/v5/market/time')).status).toBe(200)
  })

  test("overloaded: refused at once in the venue's words", async () => {
    await using bybit = await QuietBybit.start(once('overloaded', 'cancel-all', { requests: 1 }))
    const cancelAll = { category: 'linear', symbol: 'BTCUSDT' }
    expect((await bybit.ask('POST', '/v5/order/cancel-all', cancelAll)).retCode).toBe(10016)
    expect((await bybit.ask('POST', '/v5/order/cancel-all', cancelAll)).retCode).toBe(0)
  })

  test('clock-skew: questions for the time get the shifted one', async () => {
    await using bybit = await QuietBybit.start(once('clock-skew', 'balance', { skewMsPlus30000: 50_000, requests: 3 }))
    const nowMs = bybit.clock.nowMs()
    await bybit.ask('GET', '/v5/account/wallet-balance', { accountType: 'UNIFIED' })
    const timeS = async (): Promise<unknown> => (await bybit.ask('GET', '/v5/market/time')).result['timeSecond']
    expect([await timeS(), await timeS(), await timeS()]).toEqual([
      String(nowMs / 1_000 + 20),
      String(nowMs / 1_000 + 20),
      String(nowMs / 1_000),
    ])
  })

  test('clock-skew: signed requests are refused until it is over', async () => {
    const skew = once('clock-skew', 'balance', { skewMsPlus30000: 50_000, requests: 1 })
    await using bybit = await QuietBybit.start(skew, { clock: 'real' })
    const balance = async (): Promise<number> => {
      const timestampMs = systemClock.nowMs()
      return (
        await bybit.ask('GET', '/v5/account/wallet-balance', { accountType: 'UNIFIED' }, undefined, { timestampMs })
      ).retCode
    }
    expect([await balance(), await balance()]).toEqual([10002, 0])
  })

  test('insufficient-balance: the one create is refused', async () => {
    await using bybit = await QuietBybit.start(once('insufficient-balance', 'create'))
    expect((await bybit.buy('59000', 'a')).retCode).toBe(110007)
    expect((await bybit.buy('59000', 'a')).retCode).toBe(0)
  })
})

describe('what questions see', () => {
  test('not-found-after-create: an order that exists is not found so many times, by name or in the list', async () => {
    await using bybit = await QuietBybit.start(once('not-found-after-create', 'create', { questions: 2 }))
    await bybit.buy('59000', 'a')
    await bybit.buy('59000', 'b')
    const byName = async (): Promise<number | undefined> =>
      (await bybit.ask('GET', '/v5/order/realtime', { category: 'linear', orderLinkId: 'a' })).result.list?.length
    const all = async (): Promise<unknown> =>
      (await bybit.ask('GET', '/v5/order/realtime', { category: 'linear', settleCoin: 'USDT' })).result.list?.map(
        ({ orderLinkId }) => orderLinkId,
      )
    expect(await byName()).toBe(0)
    expect(await all()).toEqual(['b'])
    expect(await byName()).toBe(1)
    expect(await all()).toEqual(['b', 'a'])
  })

  test('not-found-after-create: an instruction finds the order all the same', async () => {
    await using bybit = await QuietBybit.start(once('not-found-after-create', 'create', { questions: 9 }))
    await bybit.buy('59000', 'a')
    const cancel = { category: 'linear', symbol: 'BTCUSDT', orderLinkId: 'a' }
    expect((await bybit.ask('POST', '/v5/order/cancel', cancel)).retCode).toBe(0)
  })

  test('stale-snapshot: a book from before', async () => {
    await using bybit = await QuietBybit.start({ faults: [{ name: 'stale-snapshot', on: 'book', nth: 1 }] })
    tested.add('stale-snapshot')
    const book = async (): Promise<unknown> =>
      (await bybit.ask('GET', '/v5/market/orderbook', { category: 'linear', symbol: 'BTCUSDT' })).result['u']
    const first = await book()
    bybit.moveBook(500)
    expect(await book()).toBe(first)
    expect(await book()).toBe((first as number) + 1)
  })
})

describe('others act', () => {
  test('cancel-crosses-fill: the cancel is refused and the order is filled', async () => {
    await using bybit = await QuietBybit.start(once('cancel-crosses-fill', 'cancel'))
    await bybit.buy('59990', 'a')
    const cancel = { category: 'linear', symbol: 'BTCUSDT', orderLinkId: 'a' }
    expect((await bybit.ask('POST', '/v5/order/cancel', cancel)).retCode).toBe(110001)
    expect(bybit.order('a')?.status).toBe('filled')
  })

  test('cancel-crosses-fill leaves an order far from the market alone', async () => {
    await using bybit = await QuietBybit.start(once('cancel-crosses-fill', 'cancel'))
    await bybit.buy('57000', 'a')
    const cancel = { category: 'linear', symbol: 'BTCUSDT', orderLinkId: 'a' }
    expect((await bybit.ask('POST', '/v5/order/cancel', cancel)).retCode).toBe(0)
    expect(bybit.venue.requests.at(-1)?.faults).toEqual([])
  })

  test('partial-fill: a share of the new order is taken', async () => {
    await using bybit = await QuietBybit.start(once('partial-fill', 'create', { sharePct: 40 }))
    await bybit.buy('59999.5', 'a')
    expect(bybit.order('a')).toMatchObject({ status: 'partly-filled', filledLots: 40, qtyLots: 100 })
  })

  test('partial-fill behind others of the same price takes no more than the share', async () => {
    await using bybit = await QuietBybit.start(once('partial-fill', 'create', { sharePct: 10 }))
    bybit.venue.exchange.setForeignLevels('linear:BTCUSDT', [{ side: 'buy', priceTicks: 599_995, qtyLots: 35 }])
    await bybit.buy('59999.5', 'a')
    expect(bybit.order('a')?.filledLots).toBe(10)
  })

  test('manual-order: the account holds more than its bot bought', async () => {
    await using bybit = await QuietBybit.start(once('manual-order', 'positions', { lots: 7, isSell: 1 }))
    await bybit.buy('59000', 'a')
    const list = { category: 'linear', settleCoin: 'USDT' }
    const [position] = (await bybit.ask('GET', '/v5/position/list', list)).result.list ?? []
    expect(position).toMatchObject({ side: 'Sell', size: '0.007' })
    // The app of the venue gives its orders no name.
    const trades = await bybit.ask('GET', '/v5/execution/list', { category: 'linear' })
    expect(trades.result.list?.map(({ orderLinkId }) => orderLinkId)).toEqual([''])
  })

  test('manual-limit-order: an open order that the bot did not make', async () => {
    await using bybit = await QuietBybit.start(once('manual-limit-order', 'balance', { lots: 5, distancePct: 4 }))
    await bybit.buy('59000', 'a')
    await bybit.ask('GET', '/v5/account/wallet-balance', { accountType: 'UNIFIED' })
    const open = bybit.venue.exchange.openOrders('demo')
    expect(open).toHaveLength(2)
    expect(open[1]).toMatchObject({ side: 'buy', qtyLots: 5, priceTicks: 575_990 })
  })

  test('manual-cancel: an open order is gone', async () => {
    await using bybit = await QuietBybit.start(once('manual-cancel', 'open-orders'))
    await bybit.buy('59000', 'a')
    await bybit.buy('59000', 'b')
    const { result } = await bybit.ask('GET', '/v5/order/realtime', { category: 'linear', settleCoin: 'USDT' })
    expect(result.list?.map(({ orderLinkId }) => orderLinkId)).toEqual(['a'])
    expect(bybit.order('b')?.status).toBe('cancelled')
  })
})

test('the log names what struck', async () => {
  await using bybit = await QuietBybit.start(once('server-error', 'create', { status: 500 }))
  await bybit.buy('59000', 'a')
  await bybit.buy('59000', 'a')
  expect(bybit.venue.requests.map(({ status, faults }) => [status, faults])).toEqual([
    [500, ['server-error']],
    [200, []],
  ])
})

test('a fault with "every" strikes again and again', async () => {
  await using bybit = await QuietBybit.start({
    faults: [{ name: 'server-error', on: 'balance', nth: 1, every: 2, numbers: { status: 502 } }],
  })
  const statuses: number[] = []
  for (let i = 0; i < 5; i++)
    statuses.push((await bybit.ask('GET', '/v5/account/wallet-balance', { accountType: 'UNIFIED' })).status)
  expect(statuses).toEqual([200, 502, 200, 502, 200])
})

test('every fault of requests has a test here', () => {
  const all = Object.entries(FAULTS).filter(([, { target }]) => target === 'request')
  expect([...tested].sort()).toEqual(all.map(([name]) => name).sort())
})
