import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { systemClock } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEMO_ACCOUNT } from '../../src/index.ts'
import { QuietBybit, type RawMessage, RawStream } from './raw-bybit.ts'

const LINEAR = 'linear:BTCUSDT'
const limit = { category: 'linear', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Limit', qty: '0.1', price: '59000' }

function login(expires: number): object {
  const sign = createHmac('sha256', DEMO_ACCOUNT.secret).update(`GET/realtime${expires}`).digest('hex')
  return { op: 'auth', args: [DEMO_ACCOUNT.apiKey, String(expires), sign] }
}

describe("the account's stream", () => {
  test('says nothing before the login, and lets nobody in with the wrong one', async () => {
    await using bybit = await QuietBybit.start()
    const stream = await RawStream.open(`${bybit.venue.wsUrl}/v5/private`)
    stream.send({ op: 'subscribe', args: ['order'], req_id: 7 })
    expect(await stream.next(({ op }) => op === 'subscribe')).toMatchObject({
      success: false,
      ret_msg: 'Request not authorized',
      req_id: '7',
    })
    for (const [args, why] of [
      [['nobody', '9', 'x'], 'API key is invalid.'],
      [[DEMO_ACCOUNT.apiKey, String(bybit.clock.nowMs() + 9), 'x'], 'error sign!'],
    ] as const) {
      stream.send({ op: 'auth', args })
      const answer = await stream.next(({ op }) => op === 'auth')
      expect(answer.success).toBe(false)
      expect(answer.ret_msg).toContain(why)
    }
    await bybit.buy('59000', 'a')
    await stream.settle()
    expect(stream.of('order')).toEqual([])
  })

  test("a login that has expired is refused, where time is the machine's", async () => {
    await using bybit = await QuietBybit.start(undefined, { clock: 'real' })
    const stream = await RawStream.open(`${bybit.venue.wsUrl}/v5/private`)
    stream.send(login(systemClock.nowMs() - 1))
    const refused = await stream.next(({ op }) => op === 'auth')
    expect([refused.success, refused.ret_msg]).toEqual([false, 'Params Error: expires is in the past'])
    stream.send(login(systemClock.nowMs() + 5_000))
    expect((await stream.next(({ op }) => op === 'auth')).success).toBe(true)
  })

  test('tells an order, its fills, the position and the money, once each', async () => {
    await using bybit = await QuietBybit.start()
    const stream = await bybit.watchAccount()
    await bybit.ask('POST', '/v5/order/create', { ...limit, orderType: 'Market', orderLinkId: 'm' })
    await stream.settle()
    const told = stream.messages.filter(({ topic }) => topic !== undefined)
    expect(told.map(({ topic }) => topic)).toEqual(['order', 'execution', 'position', 'wallet'])
    const [order, fill, position, wallet] = told.map(({ data }) => data?.[0])
    expect(order).toMatchObject({ category: 'linear', orderLinkId: 'm', orderStatus: 'Filled', avgPrice: '60001' })
    expect(fill).toMatchObject({ category: 'linear', execQty: '0.100', execPrice: '60001.0', isMaker: false })
    expect(position).toMatchObject({ symbol: 'BTCUSDT', side: 'Buy', size: '0.1', entryPrice: '60001' })
    expect(wallet).toMatchObject({ accountType: 'UNIFIED' })
  })

  test('tells what others do to an order that rests', async () => {
    await using bybit = await QuietBybit.start()
    const stream = await bybit.watchAccount()
    await bybit.buy('59999.5', 'a')
    bybit.venue.exchange.placeForeign(LINEAR, { side: 'sell', priceTicks: 599_995, qtyLots: 30, timeInForce: 'IOC' })
    bybit.venue.exchange.placeForeign(LINEAR, { side: 'sell', priceTicks: 599_995, qtyLots: 70, timeInForce: 'IOC' })
    await stream.settle()
    expect(stream.of('order').map(({ data }) => [data?.[0]?.['orderStatus'], data?.[0]?.['cumExecQty']])).toEqual([
      ['New', '0.000'],
      // Both fills of one instant are told by the last state.
      ['Filled', '0.100'],
    ])
    expect(stream.of('execution').flatMap(({ data }) => data?.map((row) => row['execQty']))).toEqual(['0.030', '0.070'])
  })

  test('topics of a category and the fast one', async () => {
    await using bybit = await QuietBybit.start()
    const stream = await RawStream.open(`${bybit.venue.wsUrl}/v5/private`)
    stream.send(login(bybit.clock.nowMs() + 1_000))
    stream.send({ op: 'subscribe', args: ['order.spot', 'execution.fast'] })
    await stream.next(({ op }) => op === 'subscribe')
    await bybit.ask('POST', '/v5/order/create', { ...limit, orderType: 'Market' })
    await bybit.ask('POST', '/v5/order/create', { ...limit, category: 'spot', price: '59000' })
    await stream.settle()
    expect(stream.messages.flatMap(({ topic }) => topic ?? [])).toEqual(['execution.fast', 'order.spot'])
    expect(stream.of('execution.fast')[0]?.data?.[0]).not.toHaveProperty('execFee')
    stream.send({ op: 'unsubscribe', args: ['order.spot'] })
    await stream.next(({ op }) => op === 'unsubscribe')
    await bybit.ask('POST', '/v5/order/create', { ...limit, category: 'spot', price: '58000' })
    await stream.settle()
    expect(stream.of('order.spot')).toHaveLength(1)
  })

  test.each([
    ['the stream is gone for longer than the window', 11_000, []],
    ['it comes back in time', 9_000, ['a']],
  ])('dead-man timer: %s', async (_, awayMs, open) => {
    await using bybit = await QuietBybit.start()
    await bybit.ask('POST', '/v5/order/disconnected-cancel-all', { timeWindow: 10, product: 'DERIVATIVES' })
    const enter = async (): Promise<RawStream> => {
      const stream = await RawStream.open(`${bybit.venue.wsUrl}/v5/private`)
      stream.send(login(bybit.clock.nowMs() + 1_000))
      stream.send({ op: 'subscribe', args: ['dcp.future'] })
      await stream.next(({ op }) => op === 'subscribe')
      return stream
    }
    const stream = await enter()
    await bybit.buy('59000', 'a')
    bybit.clock.advance(60_000)
    expect(bybit.openNames()).toEqual(['a'])
    stream.socket.close()
    await once(stream.socket, 'close')
    // The venue has heard of it by the time it has answered others.
    for (let i = 0; i < 3; i++) await bybit.ask('GET', '/v5/market/time')
    bybit.clock.advance(awayMs)
    await enter()
    bybit.clock.advance(20_000)
    expect(bybit.openNames()).toEqual(open)
  })
})

describe('the trade stream', () => {
  test('places, amends and cancels under the ids of its requests', async () => {
    await using bybit = await QuietBybit.start()
    const stream = await RawStream.open(`${bybit.venue.wsUrl}/v5/trade`)
    const ask = async (op: string, body: object, reqId: string): Promise<unknown> => {
      stream.send({ op, reqId, args: [body] })
      return await stream.next((message) => 'reqId' in message && message.reqId === reqId)
    }
    const order = { ...limit, orderLinkId: 'a' }
    expect(await ask('order.create', order, '1')).toMatchObject({ retCode: 10003 })
    stream.send(login(bybit.clock.nowMs() + 1_000))
    expect(await stream.next(({ op }) => op === 'auth')).toMatchObject({ retCode: 0 })
    expect(await ask('order.create', order, '2')).toMatchObject({
      retCode: 0,
      op: 'order.create',
      data: { orderLinkId: 'a' },
      header: { 'X-Bapi-Limit': '10', 'X-Bapi-Limit-Status': '9' },
    })
    expect(await ask('order.create', order, '3')).toMatchObject({ retCode: 110072, data: {} })
    const named = { category: 'linear', symbol: 'BTCUSDT', orderLinkId: 'a' }
    expect(await ask('order.amend', { ...named, price: '59100' }, '4')).toMatchObject({ retCode: 0 })
    expect(bybit.order('a')?.priceTicks).toBe(591_000)
    expect(await ask('order.cancel', named, '5')).toMatchObject({ retCode: 0 })
    expect(await ask('order.cancel', named, '6')).toMatchObject({ retCode: 110001 })
    expect(await ask('order.dance', named, '7')).toMatchObject({ retCode: 10404 })
  })
})

describe('public streams', () => {
  test('a topic that is not there is refused, and so is what is no message', async () => {
    await using bybit = await QuietBybit.start()
    const stream = await RawStream.open(`${bybit.venue.wsUrl}/v5/public/linear`)
    for (const topic of [
      'orderbook.7.BTCUSDT',
      'kline.2.BTCUSDT',
      'tickers.DOGEUSDT',
      'publicTrade',
      'x'.repeat(500),
    ]) {
      stream.send({ op: 'subscribe', args: [topic] })
      expect(await stream.next(({ op }) => op === 'subscribe')).toMatchObject({ success: false })
    }
    for (const text of ['{', '[]', 'null', '{"op":3}', '']) stream.socket.send(text)
    stream.send({ op: 'dance' })
    expect(await stream.next(({ op }) => op === 'dance')).toMatchObject({ success: false })
    expect(stream.messages.filter(({ ret_msg }) => ret_msg === 'error:invalid request')).toHaveLength(5)
  })

  /** Puts messages of a book together as a client does. */
  function bookOf(
    messages: readonly RawMessage[],
    depth: number,
  ): { bids: [number, number][]; asks: [number, number][] } {
    const sides = { b: new Map<number, number>(), a: new Map<number, number>() }
    let last = 0
    for (const { type, data } of messages) {
      const update = Number(data?.['u'])
      if (type === 'snapshot') for (const side of Object.values(sides)) side.clear()
      else expect(update).toBe(last + 1)
      last = update
      for (const side of ['b', 'a'] as const)
        for (const [price, size] of (data?.[side] ?? []) as unknown as [string, string][])
          if (Number(size) === 0) sides[side].delete(Number(price))
          else sides[side].set(Number(price), Number(size))
    }
    return {
      bids: [...sides.b].sort(([a], [b]) => b - a).slice(0, depth),
      asks: [...sides.a].sort(([a], [b]) => a - b).slice(0, depth),
    }
  }

  test("a book put together from its messages is the engine's, whatever happens to it", async () => {
    const level = fc.record({
      side: fc.constantFrom('buy', 'sell'),
      distance: fc.integer({ min: 1, max: 80 }),
      qtyLots: fc.integer({ min: 0, max: 50 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(level, { maxLength: 12 }), { minLength: 1, maxLength: 10 }), async (steps) => {
        await using bybit = await QuietBybit.start()
        const stream = await bybit.watchBook()
        for (const levels of steps) {
          const totals = levels.map(({ side, distance, qtyLots }) => ({
            side,
            priceTicks: side === 'buy' ? 600_000 - distance : 600_000 + distance,
            qtyLots,
          }))
          bybit.venue.exchange.setForeignLevels(LINEAR, totals)
          bybit.clock.advance(20)
        }
        await stream.settle()
        const { bids, asks } = bybit.venue.exchange.book(LINEAR, 50)
        const inUnits = (rows: typeof bids): [number, number][] =>
          rows.map(([ticks, lots]) => [ticks / 10, lots / 1_000])
        expect(bookOf(stream.of('orderbook.50.BTCUSDT'), 50)).toEqual({ bids: inUnits(bids), asks: inUnits(asks) })
      }),
      { numRuns: 25 },
    )
  })

  test('who comes later gets a snapshot that the next change joins', async () => {
    await using bybit = await QuietBybit.start()
    const first = await bybit.watchBook()
    bybit.moveBook(5)
    // A change that is not told yet is not in the snapshot either.
    bybit.venue.exchange.setForeignLevels(LINEAR, [{ side: 'buy', priceTicks: 599_970, qtyLots: 9 }])
    const second = await bybit.watchBook()
    bybit.moveBook(6)
    await Promise.all([first.settle(), second.settle()])
    const topic = 'orderbook.50.BTCUSDT'
    expect(bookOf(second.of(topic), 50)).toEqual(bookOf(first.of(topic), 50))
    expect(second.of(topic).map(({ type }) => type)).toEqual(['snapshot', 'delta'])
  })

  test('trades, tickers and bars', async () => {
    await using bybit = await QuietBybit.start()
    const stream = await RawStream.open(`${bybit.venue.wsUrl}/v5/public/linear`)
    stream.send({
      op: 'subscribe',
      args: ['publicTrade.BTCUSDT', 'tickers.BTCUSDT', 'kline.1.BTCUSDT', 'allLiquidation.BTCUSDT'],
    })
    await stream.next(({ op }) => op === 'subscribe')
    const { exchange } = bybit.venue
    exchange.print(LINEAR, 'buy', 600_100, 7)
    exchange.print(LINEAR, 'sell', 600_050, 3)
    bybit.clock.advance(60_000)
    await stream.settle()
    expect(
      stream.of('publicTrade.BTCUSDT').map(({ data }) => [data?.[0]?.['S'], data?.[0]?.['p'], data?.[0]?.['L']]),
    ).toEqual([
      ['Buy', '60010.0', 'PlusTick'],
      ['Sell', '60005.0', 'MinusTick'],
    ])
    const [snapshot, delta] = stream.of('tickers.BTCUSDT')
    expect([snapshot?.type, snapshot?.data?.['lastPrice']]).toEqual(['snapshot', '60000.0'])
    expect([delta?.type, delta?.data?.['lastPrice']]).toEqual(['delta', '60005.0'])
    expect(delta?.data).not.toHaveProperty('fundingRate')
    const confirmed = stream.of('kline.1.BTCUSDT').filter(({ data }) => data?.[0]?.['confirm'] === true)
    expect(confirmed.map(({ data }) => data?.[0])).toMatchObject([
      { open: '60000.0', high: '60010.0', low: '60000.0', close: '60005.0', volume: '0.011', interval: '1' },
    ])
  })

  test('a spot ticker is always whole', async () => {
    await using bybit = await QuietBybit.start()
    const stream = await RawStream.open(`${bybit.venue.wsUrl}/v5/public/spot`)
    stream.send({ op: 'subscribe', args: ['tickers.BTCUSDT'] })
    await stream.next(({ op }) => op === 'subscribe')
    bybit.venue.exchange.print('spot:BTCUSDT', 'buy', 6_000_200, 7)
    bybit.clock.advance(100)
    await stream.settle()
    expect(
      stream.of('tickers.BTCUSDT').map(({ type, data }) => [type, data?.['lastPrice'], data?.['usdIndexPrice']]),
    ).toEqual([
      ['snapshot', '60000.00', '60000'],
      ['snapshot', '60002.00', '60002'],
    ])
  })

  test('categories without markets can be reached and are empty', async () => {
    await using bybit = await QuietBybit.start()
    const stream = await RawStream.open(`${bybit.venue.wsUrl}/v5/public/inverse`)
    stream.send({ op: 'subscribe', args: ['tickers.BTCUSD'] })
    expect(await stream.next(({ op }) => op === 'subscribe')).toMatchObject({ success: false })
  })
})
