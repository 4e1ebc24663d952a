import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  DEMO_ACCOUNT,
  type FaultSchedule,
  type LocalVenue,
  ManualExchangeClock,
  startExchange,
} from '../../src/index.ts'
import { RawStream } from './raw-bybit.ts'

const NOW = Date.UTC(2026, 0, 5, 12)

/** How spot and futures name what is asked here. */
const VENUES = {
  binance: {
    order: '/api/v3/order',
    open: '/api/v3/openOrders',
    trades: '/api/v3/myTrades',
    time: '/api/v3/time',
    marketId: 'spot:BTCUSDT',
    cents: 100,
  },
  binanceusdm: {
    order: '/fapi/v1/order',
    open: '/fapi/v1/openOrders',
    trades: '/fapi/v1/userTrades',
    time: '/fapi/v1/time',
    marketId: 'linear:BTCUSDT',
    cents: 10,
  },
} as const

type Row = Readonly<Record<string, unknown>>

/** A quiet Binance whose time stands still: one level a side, and nobody moves. */
async function quietBinance(name: keyof typeof VENUES, faults: FaultSchedule) {
  const clock = new ManualExchangeClock(NOW)
  const exchange = await startExchange({
    venues: [name],
    clock,
    flow: 'none',
    historyMinutes: 0,
    faults,
  })
  const venue: LocalVenue = exchange.venue(name)
  const { marketId, cents } = VENUES[name]
  venue.exchange.setForeignLevels(marketId, [
    { side: 'buy', priceTicks: 59_999 * cents, qtyLots: 1_000_000 },
    { side: 'sell', priceTicks: 60_001 * cents, qtyLots: 1_000_000 },
  ])
  const ask = async (method: string, path: string, params: Readonly<Record<string, string>> = {}) => {
    const query = new URLSearchParams({ ...params, timestamp: String(NOW) })
    query.set('signature', createHmac('sha256', DEMO_ACCOUNT.secret).update(query.toString()).digest('hex'))
    const answer = await fetch(`${venue.url}${path}?${query.toString()}`, {
      method,
      headers: { 'X-MBX-APIKEY': DEMO_ACCOUNT.apiKey },
    })
    const body = (await answer.json()) as Row & Row[]
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body, code: body['code'] }
  }
  const buy = (price: string, newClientOrderId: string) =>
    ask('POST', VENUES[name].order, {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.01',
      price,
      newClientOrderId,
    })
  return { venue, ask, buy, [Symbol.asyncDispose]: () => exchange.close() }
}

describe.each(['binance', 'binanceusdm'] as const)('%s under faults', (name) => {
  const { order, open, trades, time, marketId } = VENUES[name]
  const named = { symbol: 'BTCUSDT', origClientOrderId: 'a' }

  test('429 and 418 come with Retry-After, and the order does not exist', async () => {
    await using binance = await quietBinance(name, {
      faults: [
        { name: 'rate-limited', on: 'create', nth: 0, numbers: { waitS: 2, requests: 1 } },
        { name: 'banned', on: 'create', nth: 1, numbers: { waitS: 3, requests: 1 } },
      ],
    })
    const [first, second] = [await binance.buy('59000', 'a'), await binance.buy('59000', 'a')]
    expect([first.status, first.code, first.retryAfter]).toEqual([429, -1003, '2'])
    expect([second.status, second.code, second.retryAfter]).toEqual([418, -1003, '3'])
    expect((await binance.ask('GET', open, { symbol: 'BTCUSDT' })).body).toEqual([])
  })

  test('an order that is not found yet, by name and in the list', async () => {
    await using binance = await quietBinance(name, {
      faults: [{ name: 'not-found-after-create', on: 'create', nth: 0, numbers: { questions: 2 } }],
    })
    expect((await binance.buy('59000', 'a')).status).toBe(200)
    expect((await binance.ask('GET', order, named)).code).toBe(-2013)
    expect((await binance.ask('GET', open, { symbol: 'BTCUSDT' })).body).toEqual([])
    expect((await binance.ask('GET', order, named)).body['clientOrderId']).toBe('a')
    expect((await binance.ask('GET', open, { symbol: 'BTCUSDT' })).body).toHaveLength(1)
  })

  test('a cancel that crosses a fill, an order by hand, no money, a name taken twice', async () => {
    await using binance = await quietBinance(name, {
      faults: [
        { name: 'insufficient-balance', on: 'create', nth: 0 },
        { name: 'duplicate-delivery', on: 'create', nth: 2 },
        { name: 'cancel-crosses-fill', on: 'cancel', nth: 0 },
        { name: 'manual-order', on: 'fills', nth: 1, numbers: { lots: 3 } },
      ],
    })
    expect((await binance.buy('59999', 'a')).code).toBe(name === 'binance' ? -2010 : -2019)
    expect((await binance.buy('59999', 'a')).status).toBe(200)
    const twice = await binance.buy('59000', 'b')
    expect([-2010, -4116]).toContain(twice.code)
    expect((await binance.ask('DELETE', order, named)).code).toBe(-2011)
    expect((await binance.ask('GET', order, named)).body['status']).toBe('FILLED')
    const mine = await binance.ask('GET', trades, { symbol: 'BTCUSDT' })
    const byHand = (await binance.ask('GET', trades, { symbol: 'BTCUSDT' })).body.length - mine.body.length
    expect(byHand).toBe(1)
    const last = binance.venue.exchange.orders('demo', { marketId }).at(-1)
    expect(last?.clientOrderId).toMatch(/^web_\d{20}$/)
  })

  test('the time is off by the skew, once', async () => {
    await using binance = await quietBinance(name, {
      faults: [{ name: 'clock-skew', on: 'fills', nth: 0, numbers: { skewMsPlus30000: 25_000, requests: 2 } }],
    })
    await binance.ask('GET', trades, { symbol: 'BTCUSDT' })
    expect((await binance.ask('GET', time)).body['serverTime']).toBe(NOW - 5_000)
    expect((await binance.ask('GET', time)).body['serverTime']).toBe(NOW)
  })

  test("fills of the account's stream come twice or not at all", async () => {
    await using binance = await quietBinance(name, {
      faults: [
        { name: 'repeated-messages', on: 'fill', nth: 0, numbers: { messages: 1 } },
        { name: 'lost-messages', on: 'fill', nth: 1, numbers: { messages: 1 } },
      ],
    })
    const stream = name === 'binance' ? await spotStream(binance) : await futuresStream(binance)
    for (const clientOrderId of ['a', 'b', 'c']) await binance.buy('60001', clientOrderId)
    await expect.poll(() => told(stream).length).toBe(3)
    expect(told(stream)).toEqual(['a', 'a', 'c'])
  })
})

type Binance = Awaited<ReturnType<typeof quietBinance>>

async function spotStream({ venue }: Binance): Promise<RawStream> {
  const stream = await RawStream.open(`${venue.wsUrl}/ws-api/v3`)
  const params = { apiKey: DEMO_ACCOUNT.apiKey, timestamp: NOW }
  const signature = createHmac('sha256', DEMO_ACCOUNT.secret)
    .update(`apiKey=${params.apiKey}&timestamp=${NOW}`)
    .digest('hex')
  stream.send({ id: 1, method: 'userDataStream.subscribe.signature', params: { ...params, signature } })
  await stream.next((message) => 'status' in message && message.status === 200)
  return stream
}

async function futuresStream({ venue, ask }: Binance): Promise<RawStream> {
  const { body } = await ask('POST', '/fapi/v1/listenKey')
  return await RawStream.open(`${venue.wsUrl}/ws/${String(body['listenKey'])}`)
}

/** Client order ids of the fills that came, in their order. */
function told(stream: RawStream): unknown[] {
  return stream.messages.flatMap((message) => {
    const { event, o } = message as { event?: Row; o?: Row }
    const row = event ?? o
    return row?.['x'] === 'TRADE' ? [row['c']] : []
  })
}
