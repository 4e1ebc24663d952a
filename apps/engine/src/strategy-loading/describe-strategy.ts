import type { InstrumentKind } from '@kestrel/core'
import { configureStrategy, type StrategyDefinition } from '@kestrel/kernel'
import { z } from 'zod'
import { loadStrategy } from './load-strategy.ts'

/** One parameter as people and forms need it. */
export interface ParameterDescription {
  readonly name: string
  readonly type: string
  readonly default: unknown
  readonly minimum: number | null
  readonly maximum: number | null
  readonly choices: readonly unknown[] | null
  readonly about: string
}

/** A strategy as plain data. */
export interface StrategyDescription {
  readonly name: string
  readonly about: string
  /** Path of its file; null for one that ships with Kestrel. */
  readonly file: string | null
  readonly parameters: readonly ParameterDescription[]
  /** Kinds of the instruments that it cannot do without, one entry for each; empty where any will do. */
  readonly needs: readonly InstrumentKind[]
  /** Rule between parameters, as written. */
  readonly rule: string | null
  readonly codeHash: string
}

/** Loads strategies and describes them, in the order of the references. Errors as of `loadStrategy`. */
export async function describeStrategies(references: readonly string[], cwd: string): Promise<StrategyDescription[]> {
  const descriptions: StrategyDescription[] = []
  for (const reference of references) {
    const { definition, file, codeHash } = await loadStrategy(reference, cwd)
    descriptions.push({ ...describeDefinition(definition), file: file ?? null, codeHash })
  }
  return descriptions
}

export function describeDefinition(definition: StrategyDefinition): Omit<StrategyDescription, 'file' | 'codeHash'> {
  const schema = z.toJSONSchema(definition.params, { unrepresentable: 'any', io: 'input' })
  const defaults = defaultsOf(definition)
  const parameters = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const field = (typeof property === 'object' ? property : {}) as Record<string, unknown>
    return {
      name,
      type: typeof field['type'] === 'string' ? field['type'] : field['enum'] === undefined ? 'any' : 'choice',
      default: field['default'] ?? defaults[name] ?? null,
      minimum: numberOf(field['minimum'] ?? field['exclusiveMinimum']),
      maximum: numberOf(field['maximum'] ?? field['exclusiveMaximum']),
      choices: Array.isArray(field['enum']) ? (field['enum'] as unknown[]) : null,
      about: typeof field['description'] === 'string' ? field['description'] : '',
    }
  })
  const { name, about, needs = [] } = definition
  return { name, about, parameters, needs, rule: ruleOf(definition) }
}

function numberOf(value: unknown): number | null {
  // Zod states the safe integers as bounds of every whole number.
  return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : null
}

function defaultsOf(definition: StrategyDefinition): Readonly<Record<string, unknown>> {
  try {
    return configureStrategy(definition).params
  } catch {
    return {}
  }
}

function ruleOf({ valid }: StrategyDefinition): string | null {
  if (valid === undefined) return null
  const text = String(valid)
  const arrow = text.indexOf('=>')
  return (arrow < 0 ? text : text.slice(arrow + 2)).replaceAll(/\s+/g, ' ').trim()
}
