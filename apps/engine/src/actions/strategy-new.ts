import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { UsageError } from '@kestrel/core'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { writeNewFiles } from '../output-file/write-output-files.ts'
import { strategyTestText, strategyText } from '../project-template/strategy-text.ts'

/** Writes a strategy file to start from, and in a project its test. */
export async function newStrategy(context: CommandContext, [name = '']: readonly string[]): Promise<CommandResult> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
    throw new UsageError({
      code: 'STRATEGY_NAME',
      message: `"${name}" cannot be the name of a strategy. Nothing was written.`,
      hint: 'Use lower-case words joined by hyphens: my-idea.',
      meta: { name },
    })
  }
  const folder = context.project === undefined ? context.cwd : join(context.project, 'strategies')
  const files = [
    { path: join(folder, `${name}.ts`), text: strategyText(name) },
    ...(context.project === undefined ? [] : [{ path: join(folder, `${name}.test.ts`), text: strategyTestText(name) }]),
  ]
  const taken = files.find(({ path }) => existsSync(path))
  if (taken !== undefined) {
    throw new UsageError({
      code: 'STRATEGY_EXISTS',
      message: `${taken.path} exists already. Nothing was written.`,
      hint: 'Choose another name.',
      meta: { path: taken.path },
    })
  }
  await writeNewFiles(folder, Object.fromEntries(files.map(({ path, text }) => [relative(folder, path), text])))
  const shown = files.map(({ path }) => `./${relative(context.cwd, path)}`)
  return {
    document: { name, files: files.map(({ path }) => path) },
    text: [`Wrote ${shown.join(' and ')}.`, `Check it: kestrel strategy check ${shown[0]}`].join('\n'),
  }
}
