import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { configureStrategy } from './strategy-params.ts'
import { defineStrategy } from './strategy.ts'

const cross = defineStrategy({
  name: 'cross',
  about: 'A test.',
  params: z.object({ fast: z.number().int().min(2).default(5), slow: z.number().int().min(2).default(20) }),
  valid: ({ fast, slow }) => fast < slow,
  start: () => ({}),
})

describe('configureStrategy', () => {
  test('fills in the defaults and freezes the result', () => {
    const { params } = configureStrategy(cross, { slow: 50 })
    expect(params).toEqual({ fast: 5, slow: 50 })
    expect(Object.isFrozen(params)).toBe(true)
  })

  test.each([
    [{ slwo: 5 }, 'has no parameter "slwo"'],
    [{ fast: 1 }, 'Parameter fast of strategy cross is 1'],
    [{ fast: '9' }, 'Parameter fast of strategy cross is "9"'],
    [{ fast: Number.NaN }, 'Parameter fast'],
    [{ fast: 30 }, 'do not go together'],
  ])('refuses %o, naming the parameter', (params, message) => {
    expect(() => configureStrategy(cross, params)).toThrow(
      expect.objectContaining({ code: 'KERNEL_PARAM', message: expect.stringContaining(message) }),
    )
  })

  test('quotes the rule between parameters', () => {
    expect(() => configureStrategy(cross, { fast: 30 })).toThrow(
      expect.objectContaining({ hint: 'The rule is: fast < slow.' }),
    )
  })

  test('freezes what parameters hold as well', () => {
    const weights = defineStrategy({
      name: 'weights',
      about: 'A test.',
      params: z.object({ w: z.array(z.number()).default([1]), deep: z.object({ a: z.number() }).default({ a: 1 }) }),
      start: () => ({}),
    })
    const { params } = configureStrategy(weights)
    expect(() => (params['w'] as number[]).push(2)).toThrow(TypeError)
    expect(Object.isFrozen(params['deep'])).toBe(true)
  })
})
