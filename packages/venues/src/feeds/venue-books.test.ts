import { expect, test } from 'vitest'
import type { CcxtMarket } from '../ccxt/ccxt-exchange.ts'
import { loadCcxtExchange } from '../ccxt/load-ccxt.ts'
import type { FeedExchange } from './feed-exchange.ts'
import { venueBook } from './venue-books.ts'

const LEVELS = { bids: [['10.0', '1.00']], asks: [['11.0', '1.00']] }

interface Case {
  readonly venue: string
  readonly id: string
  readonly symbol: string
  readonly type: 'spot' | 'swap'
  /** What ccxt must ask the venue for. */
  readonly subscription: string
  /** A first message of that stream. */
  readonly message: object
  readonly outcome: 'applied' | 'waiting'
}

const CASES: readonly Case[] = [
  {
    venue: 'binance',
    id: 'BTCUSDT',
    symbol: 'BTC/USDT',
    type: 'spot',
    subscription: 'btcusdt@depth@100ms',
    message: { e: 'depthUpdate', E: 1, s: 'BTCUSDT', U: 1, u: 2, b: LEVELS.bids, a: LEVELS.asks },
    outcome: 'waiting',
  },
  {
    venue: 'binance',
    id: 'BTCUSDT',
    symbol: 'BTC/USDT:USDT',
    type: 'swap',
    subscription: 'btcusdt@depth@100ms',
    message: { e: 'depthUpdate', E: 1, s: 'BTCUSDT', U: 1, u: 2, pu: 0, b: LEVELS.bids, a: LEVELS.asks },
    outcome: 'waiting',
  },
  {
    venue: 'okx',
    id: 'BTC-USDT-SWAP',
    symbol: 'BTC/USDT:USDT',
    type: 'swap',
    subscription: '"channel":"books","instId":"BTC-USDT-SWAP"',
    message: {
      arg: { channel: 'books', instId: 'BTC-USDT-SWAP' },
      action: 'snapshot',
      data: [{ ...LEVELS, seqId: 1 }],
    },
    outcome: 'applied',
  },
  {
    venue: 'bybit',
    id: 'BTCUSDT',
    symbol: 'BTC/USDT:USDT',
    type: 'swap',
    subscription: '"orderbook.200.BTCUSDT"',
    message: { topic: 'orderbook.200.BTCUSDT', type: 'snapshot', data: { b: LEVELS.bids, a: LEVELS.asks, u: 5 } },
    outcome: 'applied',
  },
  {
    venue: 'kraken',
    id: 'XXBTZUSD',
    symbol: 'BTC/USD',
    type: 'spot',
    subscription: '"channel":"book","symbol":["BTC/USD"],"depth":100',
    message: {
      channel: 'book',
      type: 'snapshot',
      // Of the digits 110100100100: asks first, each price and quantity without its point.
      data: [
        { symbol: 'BTC/USD', bids: [{ price: 10, qty: 1 }], asks: [{ price: 11, qty: 1 }], checksum: 598_775_177 },
      ],
    },
    outcome: 'applied',
  },
]

test.each(CASES)('$venue $symbol: what ccxt subscribes to is what the book reads', async (each) => {
  const exchange = (await loadCcxtExchange(each.venue, {}, 'requests and streams')) as FeedExchange & {
    setMarkets(markets: object[]): void
    watchMultiple(url: string, hashes: unknown, message: unknown): Promise<unknown>
  }
  const isSwap = each.type === 'swap'
  const [base, rest = ''] = each.symbol.split('/')
  const [quote, settle] = rest.split(':')
  exchange.setMarkets([
    {
      id: each.id,
      lowercaseId: each.id.toLowerCase(),
      symbol: each.symbol,
      base,
      quote,
      settle,
      type: each.type,
      spot: !isSwap,
      swap: isSwap,
      contract: isSwap,
      linear: isSwap,
      precision: { price: 0.1, amount: 0.01 },
      limits: {},
    },
  ])
  let asked = ''
  exchange.watchMultiple = async (_url, _hashes, message) => {
    asked = JSON.stringify(message)
    throw new Error('enough')
  }
  const market = exchange.markets?.[each.symbol] as CcxtMarket
  const { builder, limit, askSnapshot } = venueBook(exchange, market)
  await expect(exchange.watchOrderBook(each.symbol, limit)).rejects.toThrow('enough')
  expect(asked).toContain(each.subscription)
  expect(builder.take(each.message)).toMatchObject({ kind: each.outcome })
  expect(askSnapshot !== undefined).toBe(each.outcome === 'waiting')
})

test('a venue whose books are not checked is refused', async () => {
  const exchange = (await loadCcxtExchange('gate', {}, 'requests and streams')) as FeedExchange
  expect(() => venueBook(exchange, {} as CcxtMarket)).toThrow(expect.objectContaining({ code: 'VENUE_NOT_SERVED' }))
})
