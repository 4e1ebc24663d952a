import { expect, test } from 'vitest'
import { tradeOf } from '../metrics/lcg-run.fixture.ts'
import { stoppedEntries } from './stopped-entries.ts'

test('counts stopped trades by whether they began inside a bar', () => {
  const fill = (tsEventMs: number, barOpenTimeMs: number) => ({
    fillId: 1,
    orderId: 1,
    instrumentId: 'A-B.T',
    strategy: 's',
    side: 'buy' as const,
    tsEventMs,
    barOpenTimeMs,
    price: 1,
    quantity: 1,
    fee: 0,
    feeCurrency: 'USDT',
    feeValue: 0,
    liquidity: 'taker' as const,
    slippage: 0,
    tag: '',
  })
  const trades = [
    tradeOf({ exitReason: 'stop', firstFill: 0 }),
    tradeOf({ exitReason: 'stop', firstFill: 1 }),
    tradeOf({ exitReason: 'signal', firstFill: 1 }),
  ]
  expect(stoppedEntries(trades, [fill(60, 60), fill(120, 60)])).toEqual({ stopped: 2, insideBar: 1 })
})
