import { readdir } from 'node:fs/promises'
import { basename, relative, resolve } from 'node:path'
import { UsageError } from '@kestrel/core'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { writeNewFiles } from '../output-file/write-output-files.ts'
import { EXAMPLE, projectFiles } from '../project-template/project-files.ts'
import { settingsJsonSchema } from './config-show.ts'

/** Makes a project folder. Refuses one that holds anything. */
export async function init(context: CommandContext, [dir = '']: readonly string[]): Promise<CommandResult> {
  const folder = resolve(context.cwd, dir)
  const present = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new UsageError({
      code: 'INIT_FOLDER',
      message: `${folder} cannot be a project folder: ${error.message}. Nothing was written.`,
      meta: { folder },
      cause: error,
    })
  })
  if (present.length > 0) {
    throw new UsageError({
      code: 'INIT_NOT_EMPTY',
      message: `The folder ${folder} is not empty (${present.length} entries). Nothing was written.`,
      hint: 'Name a folder that is empty or does not exist yet.',
      meta: { folder },
    })
  }
  const name =
    basename(folder)
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') || 'kestrel-project'
  const files = projectFiles(folder, name, settingsJsonSchema())
  await writeNewFiles(folder, files)
  const shown = relative(context.cwd, folder) || '.'
  const text = [
    `Made the project ${shown}:`,
    ...Object.keys(files).map((path) => `  ${path}`),
    '',
    'Next:',
    `  cd ${shown}`,
    '  kestrel data generate --instrument BTC-USDT.SYNTHETIC --timeframe 1h --bars 20000',
    `  kestrel backtest strategies/${EXAMPLE}.ts --instrument BTC-USDT.SYNTHETIC --timeframe 1h`,
  ].join('\n')
  return { document: { folder, files: Object.keys(files) }, text }
}
