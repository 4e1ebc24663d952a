import { expect, test } from 'vitest'

test('exports exactly what the package promises', async () => {
  expect(Object.keys(await import('./index.ts')).toSorted()).toEqual([
    'AccountLock',
    'Journal',
    'LiveSession',
    'RECONCILE_RULES',
    'SENDER_TIMES',
    'SessionCore',
    'SessionJournal',
    'accountTrades',
    'amountOf',
    'amountText',
    'attributeDifference',
    'clientOrderId',
    'compareWithStatement',
    'differenceTable',
    'gainsCsv',
    'matchTrades',
    'openLotsCsv',
    'parityHtml',
    'parityReport',
    'readClientOrderId',
    'readStatement',
    'rerunSession',
    'sessionCode',
  ])
})
