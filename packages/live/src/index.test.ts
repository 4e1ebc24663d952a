import { expect, test } from 'vitest'

test('exports exactly what the package promises', async () => {
  expect(Object.keys(await import('./index.ts')).toSorted()).toEqual([
    'AccountLock',
    'AccountRisk',
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
    'flattenAccount',
    'gainsCsv',
    'journalledRisk',
    'matchTrades',
    'openLotsCsv',
    'parityHtml',
    'parityReport',
    'readClientOrderId',
    'readStatement',
    'rerunSession',
    'riskLimitsSchema',
    'sessionCode',
  ])
})
