import { expect, test } from 'vitest'

test('exports what it promises', async () => {
  expect(Object.keys(await import('./index.ts')).sort()).toEqual([
    'RETRY_POLICY',
    'TRADING_VENUES',
    'VenueError',
    'ccxtHistorySource',
    'ccxtMarketFeed',
    'ccxtTradingGateway',
  ])
})
