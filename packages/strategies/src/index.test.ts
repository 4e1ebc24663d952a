import { expect, test } from 'vitest'
import * as strategies from './index.ts'

test('exports exactly its public names', () => {
  expect(Object.keys(strategies).sort()).toEqual([
    'STRATEGIES',
    'buyAndHold',
    'donchianBreakout',
    'findStrategy',
    'momentumRotation',
    'rsiReversion',
    'smaCross',
    'volatilityTargetTrend',
  ])
})
