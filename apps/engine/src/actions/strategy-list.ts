import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { KestrelError } from '@kestrel/core'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { tableText } from '../cli/output/table.ts'
import { wrapText } from '../cli/output/wrap-text.ts'
import { describeDefinition, type StrategyDescription } from '../strategy-loading/describe-strategy.ts'
import { registeredStrategies } from '../strategy-loading/registered-strategies.ts'
import { describeInWorker } from '../strategy-loading/describe-in-worker.ts'

/** Registered strategies, then the files of the project; a file that does not load is listed with the reason. */
export async function listStrategies(context: CommandContext): Promise<CommandResult> {
  const shipped = registeredStrategies().map((definition) => ({ ...describeDefinition(definition), file: null }))
  const files = projectFiles(join(context.project ?? context.cwd, 'strategies'))
  const own: (Omit<StrategyDescription, 'codeHash'> | { readonly file: string; readonly error: string })[] = []
  for (const file of files) {
    try {
      const [description] = await describeInWorker(context, [file])
      if (description !== undefined) own.push(description)
    } catch (error) {
      if (!KestrelError.isInstance(error) || error.code === 'INTERRUPTED') throw error
      own.push({ file, error: error.message })
    }
  }
  const rows = [...shipped, ...own]
  const named = rows.map((row) =>
    'error' in row
      ? { name: relative(context.cwd, row.file), text: row.error }
      : { name: row.file === null ? row.name : relative(context.cwd, row.file), text: row.about },
  )
  const room = 78 - Math.max(...named.map(({ name }) => name.length))
  const table = tableText(
    [{ title: 'strategy' }, { title: 'what it does' }],
    named.map(({ name, text }) => [name, wrapText(text, Math.max(30, room)).join('\n')]),
  )
  return { document: { strategies: rows }, rows, text: table }
}

function projectFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.(ts|js|mts|mjs)$/.test(name) && !/\.(test|bench|d)\.\w+$/.test(name))
      .map((name) => join(folder, name))
  } catch {
    return []
  }
}
