import { UsageError } from '@kestrel/core'
import type { StrategyDefinition, StrategyInstance } from './strategy.ts'

/**
 * Checks parameters against a strategy's schema and fills in the defaults.
 *
 * @throws UsageError `KERNEL_PARAM` naming the first parameter that is unknown, out of bounds or against the strategy's own rule.
 */
export function configureStrategy(
  definition: StrategyDefinition,
  params: Readonly<Record<string, unknown>> = {},
): StrategyInstance {
  const known = Object.keys(definition.params.shape)
  const unknown = Object.keys(params).find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw new UsageError({
      code: 'KERNEL_PARAM',
      message: `Strategy ${definition.name} has no parameter "${unknown}". Nothing was run.`,
      hint: known.length === 0 ? 'It has none at all.' : `Its parameters are ${known.join(', ')}.`,
      meta: { strategy: definition.name, unknown, known },
    })
  }
  const parsed = definition.params.safeParse(params)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const name = issue?.path.join('.') ?? ''
    throw new UsageError({
      code: 'KERNEL_PARAM',
      message: `Parameter ${name} of strategy ${definition.name} is ${JSON.stringify(params[name])}: ${issue?.message ?? 'not usable'}. Nothing was run.`,
      meta: { strategy: definition.name, parameter: name, value: params[name] },
    })
  }
  if (definition.valid !== undefined && !definition.valid(parsed.data)) {
    throw new UsageError({
      code: 'KERNEL_PARAM',
      message: `The parameters of strategy ${definition.name} do not go together: ${JSON.stringify(parsed.data)}. Nothing was run.`,
      hint: `The rule is: ${ruleText(definition)}.`,
      meta: { strategy: definition.name, params: parsed.data },
    })
  }
  return { definition, params: deeplyFrozen({ ...parsed.data }) }
}

/** Freezes a value and all that it holds: a strategy that changed its parameters would change those of the next pass. */
function deeplyFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) deeplyFrozen(part)
  return Object.freeze(value)
}

/** The rule as its author wrote it, which says more than any wording of ours. */
function ruleText(definition: StrategyDefinition): string {
  const text = String(definition.valid)
  const arrow = text.indexOf('=>')
  return (arrow < 0 ? text : text.slice(arrow + 2)).replaceAll(/\s+/g, ' ').trim()
}
