import { describe, expect, test } from 'vitest'
import { binanceVocabulary } from '../../src/exchange/faults/binance-vocabulary.ts'
import { bybitVocabulary } from '../../src/exchange/faults/bybit-vocabulary.ts'
import type { Vocabulary } from '../../src/exchange/faults/vocabulary.ts'
import { type ExchangeRequest, ManualExchangeClock, startExchange } from '../../src/index.ts'
import { RawStream } from './raw-bybit.ts'

function request(method: string, address: string, body = ''): ExchangeRequest {
  const [path = '', rawQuery = ''] = address.split('?')
  return { method, path, rawQuery, query: new URLSearchParams(rawQuery), headers: {}, body, receivedMs: 0 }
}

describe('what a request is about', () => {
  test.each([
    [binanceVocabulary, 'POST', '/api/v3/order', 'create'],
    [binanceVocabulary, 'POST', '/fapi/v1/algoOrder', 'create'],
    [binanceVocabulary, 'DELETE', '/fapi/v1/order', 'cancel'],
    [binanceVocabulary, 'DELETE', '/api/v3/openOrders', 'cancel-all'],
    [binanceVocabulary, 'GET', '/api/v3/order?orderId=1', 'query-order'],
    [binanceVocabulary, 'GET', '/fapi/v1/openOrders', 'open-orders'],
    [binanceVocabulary, 'GET', '/fapi/v1/userTrades', 'fills'],
    [binanceVocabulary, 'GET', '/fapi/v3/account', 'balance'],
    [binanceVocabulary, 'GET', '/fapi/v3/positionRisk', 'positions'],
    [binanceVocabulary, 'GET', '/api/v3/depth', 'book'],
    [binanceVocabulary, 'GET', '/fapi/v1/time', 'time'],
    [binanceVocabulary, 'GET', '/sapi/v1/capital/config/getall', 'other'],
    [bybitVocabulary, 'POST', '/v5/order/create', 'create'],
    [bybitVocabulary, 'GET', '/v5/order/realtime?orderLinkId=a', 'query-order'],
    [bybitVocabulary, 'GET', '/v5/order/realtime?symbol=BTCUSDT', 'open-orders'],
    [bybitVocabulary, 'POST', '/v5/position/set-leverage', 'settings'],
    [bybitVocabulary, 'GET', '/v5/user/query-api', 'other'],
  ] as const)('%#: %s %s is %s', (vocabulary, method, address, kind) => {
    expect(vocabulary.requestKind(request(method, address))).toBe(kind)
  })

  test('which order it names', () => {
    const named = (vocabulary: Vocabulary, method: string, address: string, body?: string): unknown =>
      vocabulary.orderOf(request(method, address, body))
    expect(named(binanceVocabulary, 'DELETE', '/api/v3/order?symbol=BTCUSDT&orderId=7')).toEqual({
      marketId: 'spot:BTCUSDT',
      key: { orderId: 7 },
    })
    expect(named(binanceVocabulary, 'POST', '/fapi/v1/order', 'symbol=BTCUSDT&newClientOrderId=a')).toEqual({
      marketId: 'linear:BTCUSDT',
      key: { clientOrderId: 'a' },
    })
    const body = '{"category":"linear","symbol":"BTCUSDT","orderLinkId":"a"}'
    expect(named(bybitVocabulary, 'POST', '/v5/order/cancel', body)).toEqual({
      marketId: 'linear:BTCUSDT',
      key: { clientOrderId: 'a' },
    })
    for (const nothing of ['', '{', 'null', '[]'])
      expect(named(bybitVocabulary, 'POST', '/v5/order/cancel', nothing)).toBe(undefined)
  })
})

describe('what a message is about: the frames of a running market', () => {
  const subscriptions = {
    binance: [
      '/ws',
      {
        method: 'SUBSCRIBE',
        id: 1,
        params: ['depth@100ms', 'trade', 'aggTrade', 'kline_1m', 'bookTicker', 'ticker'].map(
          (name) => `btcusdt@${name}`,
        ),
      },
    ],
    binanceusdm: [
      '/ws',
      {
        method: 'SUBSCRIBE',
        id: 1,
        params: ['depth@100ms', 'aggTrade', 'kline_1m', 'bookTicker', 'markPrice@1s'].map((name) => `btcusdt@${name}`),
      },
    ],
    bybit: [
      '/v5/public/linear',
      { op: 'subscribe', args: ['orderbook.50', 'publicTrade', 'tickers', 'kline.1'].map((name) => `${name}.BTCUSDT`) },
    ],
  } as const

  test.each(['binance', 'binanceusdm', 'bybit'] as const)('%s', async (name) => {
    const clock = new ManualExchangeClock(Date.UTC(2026, 0, 5, 12))
    await using exchange = await startExchange({ venues: [name], clock, historyMinutes: 5 })
    const [path, subscription] = subscriptions[name]
    const stream = await RawStream.open(exchange.venue(name).wsUrl + path)
    stream.send(subscription)
    await stream.next(() => true)
    clock.advance(15_000)
    const vocabulary = name === 'bybit' ? bybitVocabulary : binanceVocabulary
    const kinds = (): Set<string> =>
      new Set(stream.messages.map((message) => vocabulary.messageKind(JSON.stringify(message))))
    await expect.poll(kinds).toEqual(new Set(['reply', 'book', 'trade', 'ticker', 'bar']))
  })
})
