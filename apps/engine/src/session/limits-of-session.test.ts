import { expect, test } from 'vitest'
import { limitsOf } from './limits-of-session.ts'

const FRESHNESS = { staleDataMs: { at: 60_000, action: 'block' }, disconnectedMs: { at: 60_000, action: 'block' } }

test('nothing is opened on old prices or an account that is not heard, unless somebody says so', () => {
  expect(limitsOf({}, [])).toEqual(FRESHNESS)
  expect(limitsOf({ disconnectedMs: 'off' }, ['staleDataMs=off'])).toEqual({})
})

test('settings and flags come before what holds otherwise, flags before settings', () => {
  const set = { staleDataMs: { at: 5_000 }, disconnectedMs: 'off', drawdown: { at: 0.1 } }
  expect(limitsOf(set, ['disconnectedMs=1000:flatten', 'drawdown=off'])).toEqual({
    staleDataMs: { at: 5_000, action: 'block' },
    disconnectedMs: { at: 1_000, action: 'flatten' },
  })
})
