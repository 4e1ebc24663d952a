import { UsageError } from '@kestrel/core'
import type { StrategyDefinition } from '@kestrel/kernel'
import { z } from 'zod'
import { didYouMean } from '../cli/nearest.ts'

/**
 * Parameters written as text (`--param fast=20`) as the values that the strategy's schema asks for. Bounds are checked
 * afterwards, with all the others.
 *
 * @throws UsageError `KERNEL_PARAM` for an unknown name or a text that cannot be such a value.
 */
export function coerceParams(
  definition: StrategyDefinition,
  texts: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const shape = definition.params.shape as Readonly<Record<string, unknown>>
  const known = Object.keys(shape)
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      if (!known.includes(name)) {
        throw new UsageError({
          code: 'KERNEL_PARAM',
          message: `Strategy ${definition.name} has no parameter "${name}". Nothing was run.`,
          hint:
            didYouMean(name, known) ??
            (known.length === 0 ? 'It has none at all.' : `Its parameters are ${known.join(', ')}.`),
          meta: { strategy: definition.name, parameter: name, known },
        })
      }
      return [name, valueOf(definition.name, name, text, shape[name])]
    }),
  )
}

function valueOf(strategy: string, name: string, text: string, schema: unknown): unknown {
  const type = innermost(schema)
  const refuse = (wanted: string): UsageError =>
    new UsageError({
      code: 'KERNEL_PARAM',
      message: `Parameter ${name} of strategy ${strategy} is "${text}", but must be ${wanted}. Nothing was run.`,
      meta: { strategy, parameter: name, value: text },
    })
  if (type instanceof z.ZodNumber) {
    const value = Number(text)
    if (text.trim() === '' || !Number.isFinite(value)) throw refuse('a number')
    return value
  }
  if (type instanceof z.ZodBoolean) {
    if (text !== 'true' && text !== 'false') throw refuse('true or false')
    return text === 'true'
  }
  if (type instanceof z.ZodString || type instanceof z.ZodEnum) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    if (type instanceof z.ZodArray)
      return text.split(',').map((part) => valueOf(strategy, name, part.trim(), type.element))
    return text
  }
}

function innermost(schema: unknown): unknown {
  let type = schema
  for (;;) {
    if (type instanceof z.ZodOptional || type instanceof z.ZodDefault || type instanceof z.ZodNullable)
      type = type.unwrap()
    else if (type instanceof z.ZodPipe) type = type.in
    else return type
  }
}
