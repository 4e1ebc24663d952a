import { expect, test } from 'vitest'

test('exports what it promises', async () => {
  expect(Object.keys(await import('./index.ts')).sort()).toEqual([
    'BinanceDialect',
    'BinanceMarketData',
    'EXAMPLE_PERPETUAL',
    'EXAMPLE_SPOT',
    'ExchangeCore',
    'ManualExchangeClock',
    'MarketTape',
    'PacedClock',
    'RecordedMarket',
    'atomsOf',
    'atomsText',
    'historyOf',
    'joinFlows',
    'keepTime',
    'makeHistory',
    'marketIdOf',
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
