import { z } from 'zod'
import { nearest } from '../cli/nearest.ts'
import { UsageError } from '@kestrel/core'

const PREFIX = 'KESTREL__'

/**
 * Settings from `KESTREL__SECTION__KEY` variables: `KESTREL__BACKTEST__SLIPPAGE_BPS=3`, `KESTREL__DATA_DIR=/data`.
 *
 * Values are read as what the schema asks for; lists are separated by commas.
 *
 * @throws UsageError `CONFIG_UNKNOWN_KEY`.
 */
export function settingsFromEnv(
  env: Readonly<Record<string, string | undefined>>,
  schema: z.ZodObject,
): Record<string, unknown> {
  const settings: Record<string, unknown> = {}
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith(PREFIX) || text === undefined) continue
    let target = settings
    let at: unknown = schema
    const parts = variable
      .slice(PREFIX.length)
      .split('__')
      .filter((part) => part !== '')
    parts.forEach((part, depth) => {
      const inner = unwrapped(at)
      const free = inner instanceof z.ZodRecord
      const names = inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
      const key = free ? camel(part) : names.find((each) => upper(each) === part.toUpperCase())
      if (key === undefined) throw unknownVariable(variable, part, names)
      at = inner instanceof z.ZodObject ? inner.shape[key] : free ? inner.valueType : z.unknown()
      if (depth === parts.length - 1) target[key] = valueOf(text, unwrapped(at))
      else target = (target[key] ??= {}) as Record<string, unknown>
    })
  }
  return settings
}

function unknownVariable(variable: string, part: string, names: readonly string[]): UsageError {
  const close = nearest(part, names.map(upper))
  return new UsageError({
    code: 'CONFIG_UNKNOWN_KEY',
    message: `The environment variable ${variable} stands for no setting. Nothing was run.`,
    hint:
      close === undefined
        ? `Known here: ${names.map(upper).join(', ')}.`
        : `Did you mean ${variable.replace(part, close)}?`,
    meta: { variable },
  })
}

function unwrapped(schema: unknown): unknown {
  let inner = schema
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) inner = inner.unwrap()
  return inner
}

function valueOf(text: string, schema: unknown): unknown {
  if (schema instanceof z.ZodArray) return text.split(',').map((part) => part.trim())
  if (schema instanceof z.ZodString || schema instanceof z.ZodEnum) return text
  if (text === 'true' || text === 'false') return text === 'true'
  const value = Number(text)
  return text.trim() !== '' && Number.isFinite(value) ? value : text
}

/** `slippageBps` is SLIPPAGE_BPS in the environment. */
function upper(name: string): string {
  return name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()
}

function camel(part: string): string {
  return part.toLowerCase().replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
