import type { SeenRequest } from '../history/fault.ts'
import { type Dialect, type ExchangeState, json, type RowChange, wholeOf } from './dialect.ts'

const LENGTHS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '1H': 3_600_000,
  '4H': 14_400_000,
  '1Dutc': 86_400_000,
}

/**
 * OKX v5: newest first; `before` means newer than, `after` means older than, both exclusive; an unfinished bar says `confirm`
 * 0. Source: https://www.okx.com/docs-v5, checked against ccxt's fixtures.
 */
export const okxDialect: Dialect = {
  answer(state, request, change) {
    const { path, query } = request
    const result = (data: readonly unknown[]): ReturnType<typeof json> => json({ code: '0', msg: '', data })
    if (path.endsWith('/public/time')) return result([{ ts: String(state.nowMs) }])
    if (path.endsWith('/public/instruments')) return result(instruments(query['instType'], state))
    if (query['instId'] !== 'BTC-USDT' && query['instId'] !== 'BTC-USDT-SWAP')
      return json({ code: '51001', msg: "Instrument ID doesn't exist.", data: [] })
    if (path.endsWith('candles')) return result(candles(state, request, change))
    if (path.endsWith('/funding-rate-history')) {
      const rows = state.market.funding(...window(request), state.nowMs)
      return result(
        change(rows.slice(-Math.min(100, wholeOf(request, 'limit', 100))).reverse()).map(({ timeMs, rate }) => ({
          instType: 'SWAP',
          instId: 'BTC-USDT-SWAP',
          fundingRate: rate.toFixed(10),
          realizedRate: rate.toFixed(10),
          fundingTime: String(timeMs),
        })),
      )
    }
    return json({ code: '404', msg: 'no such path', data: [] }, 404)
  },
}

function window(request: SeenRequest): [from: number, to: number] {
  return [wholeOf(request, 'before', -1) + 1, wholeOf(request, 'after', 9e14)]
}

function candles(state: ExchangeState, request: SeenRequest, change: RowChange): readonly (readonly string[])[] {
  const lengthMs = LENGTHS[request.query['bar'] ?? ''] ?? 60_000
  const isMark = request.path.includes('mark-price')
  const limit = Math.min(isMark ? 100 : 300, wholeOf(request, 'limit', 100))
  const [from, to] = window(request)
  const end = Math.min(to, state.nowMs + 1)
  const rows = state.market.bars(lengthMs, Math.max(from, end - 3 * limit * lengthMs), end, state.nowMs)
  return change(rows.slice(-limit).reverse()).map(({ openTimeMs, open, high, low, close, volume }) => {
    const prices = [String(openTimeMs), ...[open, high, low, close].map((price) => price.toFixed(2))]
    const confirm = openTimeMs + lengthMs <= state.nowMs ? '1' : '0'
    if (isMark) return [...prices, confirm]
    const isSwap = request.query['instId'] === 'BTC-USDT-SWAP'
    // Contracts of 0.01 BTC on the perpetual, base units on spot; then base or quote units.
    const amounts = isSwap
      ? [(volume * 100).toFixed(1), volume.toFixed(3)]
      : [volume.toFixed(3), (volume * close).toFixed(4)]
    return [...prices, ...amounts, (volume * close).toFixed(4), confirm]
  })
}

function instruments(type: string | undefined, { market }: ExchangeState): readonly object[] {
  const common = {
    listTime: String(market.listedMs),
    state: 'live',
    expTime: '',
    tickSz: '0.1',
    uly: '',
    instFamily: '',
  }
  if (type === 'SPOT')
    return [
      {
        ...common,
        instType: 'SPOT',
        instId: 'BTC-USDT',
        baseCcy: 'BTC',
        quoteCcy: 'USDT',
        lotSz: '0.00000001',
        minSz: '0.00001',
      },
    ]
  if (type !== 'SWAP') return []
  return [
    {
      ...common,
      instType: 'SWAP',
      instId: 'BTC-USDT-SWAP',
      uly: 'BTC-USDT',
      instFamily: 'BTC-USDT',
      baseCcy: '',
      quoteCcy: '',
      settleCcy: 'USDT',
      ctVal: '0.01',
      ctMult: '1',
      ctValCcy: 'BTC',
      ctType: 'linear',
      lotSz: '0.1',
      minSz: '0.1',
    },
  ]
}
