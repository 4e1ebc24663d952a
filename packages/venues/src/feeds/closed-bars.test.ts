import { expect, test } from 'vitest'
import { closedBars } from './closed-bars.ts'

// Messages as the venues' documentation shows them, shortened.
const binance = (x: boolean) => ({
  e: 'kline',
  E: 9,
  s: 'BTCUSDT',
  k: { t: 60_000, T: 119_999, s: 'BTCUSDT', i: '1m', x },
})
const bybit = (confirm: boolean) => ({
  topic: 'kline.1.BTCUSDT',
  type: 'snapshot',
  data: [{ start: 60_000, end: 119_999, interval: '1', confirm }],
})
const okx = (confirm: '0' | '1') => ({
  arg: { channel: 'candle1m', instId: 'BTC-USDT' },
  data: [['60000', '1', '1', '1', '1', '0', '0', '0', confirm]],
})

test.each([
  ['binance', binance(true), { marketId: 'BTCUSDT', interval: '1m' }, [60_000]],
  ['binance', binance(false), { marketId: 'BTCUSDT', interval: '1m' }, []],
  ['binance', binance(true), { marketId: 'BTCUSDT', interval: '5m' }, []],
  ['binanceusdm', binance(true), { marketId: 'ETHUSDT', interval: '1m' }, []],
  ['bybit', bybit(true), { marketId: 'BTCUSDT', interval: '1' }, [60_000]],
  ['bybit', bybit(false), { marketId: 'BTCUSDT', interval: '1' }, []],
  ['okx', okx('1'), { marketId: 'BTC-USDT', interval: '1m' }, [60_000]],
  ['okx', okx('0'), { marketId: 'BTC-USDT', interval: '1m' }, []],
  ['kraken', { channel: 'ohlc', type: 'update', data: [{ symbol: 'BTC/USD' }] }, { marketId: 'X', interval: '1' }, []],
])('%s: %j', (venue, message, topic, expected) => {
  expect(closedBars(venue, message, topic)).toEqual(expected)
})

test.each([[null], [3], ['kline'], [{ e: 'kline' }], [{ topic: 'kline.1.X', data: 7 }], [[]]])(
  'says nothing of %j',
  (message) => {
    for (const venue of ['binance', 'bybit', 'okx', 'kraken', 'other'])
      expect(closedBars(venue, message, { marketId: 'X', interval: '1' })).toEqual([])
  },
)
