import { UsageError } from '@kestrel/core'
import { z } from 'zod'
import { nearest } from '../cli/nearest.ts'

/** The first thing wrong with settings, naming the key, where it was written, and the nearest known key. */
export function settingsError(error: z.ZodError, where: string, schema: z.ZodObject): UsageError {
  const issue = error.issues[0]
  const path = (issue?.path ?? []).map(String)
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? ''
    const full = [...path, key].join('.')
    const known = keysAt(schema, path)
    const close = nearest(key, known)
    return new UsageError({
      code: 'CONFIG_UNKNOWN_KEY',
      message: `${where}: there is no setting "${full}". Nothing was run.`,
      hint: close === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean ${[...path, close].join('.')}?`,
      meta: { where, key: full },
    })
  }
  return new UsageError({
    code: 'CONFIG_VALUE',
    message: `${where}: ${path.join('.') || 'the settings'}: ${issue?.message ?? 'cannot be used'}. Nothing was run.`,
    meta: { where, key: path.join('.') },
  })
}

/** Names that a schema knows inside a path. */
function keysAt(schema: z.ZodObject, path: readonly string[]): string[] {
  let shape: Record<string, unknown> = schema.shape
  for (const part of path) {
    let inner = shape[part]
    while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) inner = inner.unwrap()
    if (!(inner instanceof z.ZodObject)) return []
    shape = inner.shape
  }
  return Object.keys(shape).filter((key) => key !== '$schema')
}
