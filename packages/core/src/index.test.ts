import { expect, test } from 'vitest'

test('exports exactly what the package promises', async () => {
  expect(Object.keys(await import('./index.ts')).toSorted()).toEqual([
    'DataError',
    'KestrelError',
    'ManualClock',
    'OffGridError',
    'UsageError',
    'allocateBars',
    'bucketStart',
    'createRng',
    'decimalStep',
    'instrumentOf',
    'instrumentSpecSchema',
    'isoDay',
    'isoTime',
    'lowerBound',
    'marginTierProblem',
    'marginTierTableSchema',
    'normalCdf',
    'normalQuantile',
    'numberToSteps',
    'parseInstrumentId',
    'roundToSteps',
    'sliceBars',
    'stepsToNumber',
    'stepsToText',
    'systemClock',
    'timeframeMs',
    'timeframeOf',
  ])
})
