import { expect, test } from 'vitest'

test('exports what it promises', async () => {
  expect(Object.keys(await import('./index.ts')).sort()).toEqual([
    'BinanceMarketData',
    'EXAMPLE_PERPETUAL',
    'EXAMPLE_SPOT',
    'ManualExchangeClock',
    'MarketTape',
    'PacedClock',
    'RecordedMarket',
    'historyOf',
    'joinFlows',
    'keepTime',
    'makeHistory',
    'referenceMatch',
    'startCandlePath',
    'startExchangeServer',
    'startGeneratedFlow',
    'startHistoryExchange',
    'startMarkDrive',
    'startPricePath',
    'startRecordedFlow',
  ])
})
