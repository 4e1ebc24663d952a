import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signedClient } from './signed-client.ts'

const SYMBOL = { symbol: 'BTCUSDT' }
const LIMIT = { ...SYMBOL, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 0.01, price: 59_000 }

describe('user-data streams', () => {
  function listen(client: ReturnType<typeof signedClient>) {
    const messages: Record<string, unknown>[] = []
    const { listenKey } = JSON.parse(client.raw('POST', '/fapi/v1/listenKey', '').body) as { listenKey: string }
    const send = (text: string): void => void messages.push(JSON.parse(text) as Record<string, unknown>)
    const session = client.dialect.openStream('/private/ws', new URLSearchParams({ listenKey }), send, () => undefined)
    return { messages, listenKey, session }
  }

  test('of futures tell the account first and then the order', () => {
    const client = signedClient()
    const { messages } = listen(client)
    client.call('POST', '/fapi/v1/leverage', { ...SYMBOL, leverage: 10 })
    client.call('POST', '/fapi/v1/order', { ...SYMBOL, side: 'BUY', type: 'MARKET', quantity: 0.1 })
    expect(messages).toMatchObject([
      { e: 'ACCOUNT_CONFIG_UPDATE', ac: { s: 'BTCUSDT', l: 10 } },
      { e: 'ORDER_TRADE_UPDATE', o: { x: 'NEW', X: 'NEW', q: '0.100' } },
      {
        e: 'ACCOUNT_UPDATE',
        a: { m: 'ORDER', B: [{ a: 'USDT', wb: '49996.99995000' }], P: [{ pa: '0.100', ep: '60001.000000' }] },
      },
      { e: 'ORDER_TRADE_UPDATE', o: { x: 'TRADE', X: 'FILLED', L: '60001.00', l: '0.100', n: '3.00005000', m: false } },
    ])
  })

  test('tell a conditional order from its birth in the algo service to its fill', () => {
    const client = signedClient()
    client.call('POST', '/fapi/v1/order', { ...SYMBOL, side: 'BUY', type: 'MARKET', quantity: 0.1 })
    const { messages } = listen(client)
    const stop = {
      ...SYMBOL,
      side: 'SELL',
      type: 'STOP_MARKET',
      quantity: 0.1,
      triggerPrice: 59_500,
      algoType: 'CONDITIONAL',
    }
    client.call('POST', '/fapi/v1/algoOrder', { ...stop, clientAlgoId: 'mine', reduceOnly: 'true' })
    client.core.print('linear:BTCUSDT', 'sell', 595_000, 1)
    const told = messages.map(({ e, o }) => [e, (o as { X?: string } | undefined)?.X])
    expect(told).toEqual([
      ['ALGO_UPDATE', 'NEW'],
      ['ALGO_UPDATE', 'TRIGGERING'],
      ['ALGO_UPDATE', 'TRIGGERED'],
      ['ORDER_TRADE_UPDATE', 'NEW'],
      ['ACCOUNT_UPDATE', undefined],
      ['ORDER_TRADE_UPDATE', 'FILLED'],
      ['ALGO_UPDATE', 'FINISHED'],
    ])
    expect(messages.at(-1)).toMatchObject({ o: { caid: 'mine', aq: '0.100', act: 'MARKET' } })
  })

  test('tell a liquidation as an order of the venue, and the REST lists show it', () => {
    const client = signedClient({ balances: { futures: { USDT: '400' } } })
    client.call('POST', '/fapi/v1/order', { ...SYMBOL, side: 'BUY', type: 'MARKET', quantity: 0.1 })
    const { messages } = listen(client)
    client.core.setMark('linear:BTCUSDT', { markPrice: 56_000 })
    expect(messages.slice(0, 3)).toMatchObject([
      { e: 'ORDER_TRADE_UPDATE', o: { c: expect.stringMatching(/^autoclose-/), o: 'LIQUIDATION', x: 'NEW', X: 'NEW' } },
      { e: 'ACCOUNT_UPDATE', a: { m: 'ORDER', P: [{ pa: '0.000' }] } },
      { e: 'ORDER_TRADE_UPDATE', o: { o: 'LIQUIDATION', x: 'CALCULATED', X: 'FILLED', S: 'SELL', l: '0.100' } },
    ])
    expect(client.call('GET', '/fapi/v1/forceOrders')).toMatchObject([{ side: 'SELL', executedQty: '0.100' }])
    expect(client.call('GET', '/fapi/v3/positionRisk')).toEqual([])
  })

  test('fall silent when the listen key has run out, unless it is kept alive', () => {
    const client = signedClient()
    const { messages } = listen(client)
    client.clock.advance(3_000_000)
    expect(client.raw('PUT', '/fapi/v1/listenKey', '').status).toBe(200)
    client.clock.advance(3_000_000)
    client.call('POST', '/fapi/v1/order', LIMIT)
    client.clock.advance(3_700_000)
    client.call('POST', '/fapi/v1/order', LIMIT)
    client.call('POST', '/fapi/v1/order', LIMIT)
    expect(messages.map(({ e }) => e)).toEqual(['ORDER_TRADE_UPDATE', 'listenKeyExpired'])
    expect(client.raw('PUT', '/fapi/v1/listenKey', '').body).toContain('-1125')
  })

  test('of spot come over the websocket API once they are signed for', () => {
    const client = signedClient()
    const messages: unknown[] = []
    const send = (text: string): void => void messages.push(JSON.parse(text))
    const session = client.dialect.openStream('/ws-api/v3', new URLSearchParams(), send, () => undefined)
    const say = (id: number, method: string, params: Record<string, unknown>, secret = 'secret'): void => {
      const all: Record<string, unknown> = { apiKey: 'key', timestamp: client.clock.nowMs(), ...params }
      const text = Object.keys(all)
        .sort()
        .map((name) => `${name}=${String(all[name])}`)
        .join('&')
      const signature = createHmac('sha256', secret).update(text).digest('hex')
      session?.message(JSON.stringify({ id, method, params: { ...all, signature } }), client.clock.nowMs())
    }
    say(1, 'userDataStream.subscribe.signature', {}, 'wrong')
    say(2, 'userDataStream.subscribe.signature', {})
    say(3, 'order.place', { ...LIMIT, newClientOrderId: 'ws' })
    say(4, 'order.cancel', { ...SYMBOL, origClientOrderId: 'ws' })
    session?.message('not json', client.clock.nowMs())
    expect(messages).toMatchObject([
      { id: 1, status: 400, error: { code: -1022 } },
      { id: 2, status: 200, result: { subscriptionId: 0 } },
      { subscriptionId: 0, event: { e: 'executionReport', x: 'NEW', c: 'ws', C: '' } },
      { subscriptionId: 0, event: { e: 'outboundAccountPosition', B: [{ a: 'USDT', l: '590.00000000' }] } },
      { id: 3, status: 200, result: { clientOrderId: 'ws' } },
      { subscriptionId: 0, event: { e: 'executionReport', x: 'CANCELED', C: 'ws' } },
      { subscriptionId: 0, event: { e: 'outboundAccountPosition', B: [{ a: 'USDT', l: '0.00000000' }] } },
      { id: 4, status: 200, result: { origClientOrderId: 'ws', status: 'CANCELED' } },
      { id: null, status: 400 },
    ])
  })

  test('money that comes from outside is a balance update', () => {
    const client = signedClient()
    const messages: unknown[] = []
    const send = (text: string): void => void messages.push(JSON.parse(text))
    const session = client.dialect.openStream('/ws-api/v3', new URLSearchParams(), send, () => undefined)
    const text = `apiKey=key&timestamp=${client.clock.nowMs()}`
    const signature = createHmac('sha256', 'secret').update(text).digest('hex')
    const params = { apiKey: 'key', timestamp: client.clock.nowMs(), signature }
    session?.message(
      JSON.stringify({ id: 1, method: 'userDataStream.subscribe.signature', params }),
      client.clock.nowMs(),
    )
    client.core.deposit('me', 'spot', 'USDT', 100_000_000n)
    expect(messages.slice(1)).toMatchObject([
      { event: { e: 'balanceUpdate', a: 'USDT', d: '1.00000000' } },
      { event: { e: 'outboundAccountPosition', B: [{ a: 'USDT', f: '100001.00000000' }] } },
    ])
  })
})
