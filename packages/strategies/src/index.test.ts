import { expect, test } from 'vitest'
import * as strategies from './index.ts'

test('exports exactly its public names', () => {
  expect(Object.keys(strategies).sort()).toEqual([
    'STRATEGIES',
    'basisReversion',
    'bollingerReversion',
    'buyAndHold',
    'dca',
    'donchianBreakout',
    'dualMomentum',
    'emaCross',
    'findStrategy',
    'fundingCarry',
    'grid',
    'macdCross',
    'momentumRotation',
    'openingRangeBreakout',
    'pairsTrading',
    'rsiReversion',
    'smaCross',
    'superTrend',
    'volatilityBreakout',
    'volatilityTargetTrend',
  ])
})
