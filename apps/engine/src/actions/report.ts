import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DataError } from '@kestrel/core'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import type { ReportFlags } from '../commands/report.ts'
import { writeOutputFile } from '../output-file/write-output-files.ts'
import { findRun } from '../run-folder/find-runs.ts'
import { withoutSecrets } from '../keys/child-environment.ts'

/** Where the report of a run is; copies or opens it. The report itself never changes. */
export async function report(
  context: CommandContext,
  [word = '']: readonly string[],
  flags: ReportFlags,
): Promise<CommandResult> {
  const run = await findRun(context, word)
  const path = join(run.folder, 'report.html')
  if (!existsSync(path)) {
    throw new DataError({
      code: 'RUN_NO_REPORT',
      message: `The run ${run.id} was made with --no-report, so it has none.`,
      hint: 'Run the backtest again without --no-report; the result is the same.',
      meta: { run: run.id },
    })
  }
  const copy = flags.output === undefined ? undefined : resolve(context.cwd, flags.output)
  if (copy !== undefined) await writeOutputFile(copy, (temporary) => copyFile(path, temporary))
  const shown = copy ?? path
  if (flags.open === true) openInBrowser(shown)
  return { document: { runId: run.id, report: shown }, text: shown }
}

/** Starts the system's opener and does not wait for it. */
function openInBrowser(path: string): void {
  const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
    darwin: ['open'],
    win32: ['cmd', '/c', 'start', ''],
  }
  const [command = 'xdg-open', ...args] = openers[process.platform] ?? ['xdg-open']
  const child = spawn(command, [...args, path], { stdio: 'ignore', detached: true, env: withoutSecrets(process.env) })
  child.on('error', () => process.stderr.write(`No browser could be started; open ${path} yourself.\n`))
  child.unref()
}
