import { z } from 'zod'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { settingsSchema } from '../config/settings-schema.ts'

/** The merged settings, folders resolved. */
export function showConfig({ settings, project, dataDir, runsDir, files, seed }: CommandContext): CommandResult {
  const merged = { ...settings, dataDir, runsDir, seed }
  const document = { settings: merged, project: project ?? null, files }
  const from = files.length === 0 ? 'No settings file.' : `From ${files.join(', ')}.`
  return { document, text: `${JSON.stringify(merged, undefined, 2)}\n\n${from}` }
}

/** JSON Schema of a settings file. */
export function showSchema(): CommandResult {
  const schema = settingsJsonSchema()
  return { document: { schema }, text: JSON.stringify(schema, undefined, 2) }
}

export function settingsJsonSchema(): object {
  return z.toJSONSchema(settingsSchema, { io: 'input' })
}
