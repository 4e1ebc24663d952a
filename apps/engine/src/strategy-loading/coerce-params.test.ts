import { defineStrategy, type StrategyDefinition } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { coerceParams } from './coerce-params.ts'

const STRATEGY = defineStrategy({
  name: 'every-type',
  about: 'For a test.',
  params: z.object({
    count: z.number().int().default(3).describe('a number'),
    loud: z.boolean().optional().describe('a switch'),
    mode: z.enum(['a', 'b']).default('a').describe('a choice'),
    label: z.string().default('').describe('a text'),
    windows: z.array(z.number()).default([]).describe('a list'),
    rate: z.number().nullable().default(null).describe('a number or nothing'),
  }),
  start: () => ({}),
}) as unknown as StrategyDefinition

test('texts become what the schema asks for', () => {
  const texts = { count: '12', loud: 'true', mode: 'b', label: '12', windows: '5,10', rate: '-0.5' }
  expect(coerceParams(STRATEGY, texts)).toEqual({
    count: 12,
    loud: true,
    mode: 'b',
    label: '12',
    windows: [5, 10],
    rate: -0.5,
  })
  expect(coerceParams(STRATEGY, { windows: '[1, 2]' })).toEqual({ windows: [1, 2] })
})

test.each([
  [{ count: 'many' }, 'a number'],
  [{ count: '' }, 'a number'],
  [{ loud: 'yes' }, 'true or false'],
  [{ windows: '5,x' }, 'a number'],
])('%j is refused', (texts, wanted) => {
  expect(() => coerceParams(STRATEGY, texts)).toThrow(wanted)
})

test('an unknown name gets the nearest known one', () => {
  expect(() => coerceParams(STRATEGY, { coutn: '1' })).toThrow(
    expect.objectContaining({ code: 'KERNEL_PARAM', hint: 'Did you mean count?' }),
  )
})
