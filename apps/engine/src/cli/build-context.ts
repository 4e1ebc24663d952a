import type { Clock } from '@kestrel/core'
import { loadSettings } from '../config/load-settings.ts'
import type { CommandContext } from './command-context.ts'
import type { CommonOptions } from './common-options.ts'
import { processRedactor } from '../log/redactor.ts'
import { ProgressLine } from './output/progress-line.ts'
import { styleOf } from './output/style.ts'
import { parseWhole } from './parse-number.ts'
import { describeTerminal } from './terminal.ts'

/**
 * Settings, folders and streams of one call of the command. Throws as {@link loadSettings} does.
 *
 * @param isWayOut - The command goes on without settings that cannot be used, and says so: it has to get out of a market.
 */
export function buildContext(
  common: CommonOptions,
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
  isWayOut = false,
): CommandContext {
  const terminal = describeTerminal(process.stdout, process.stderr, env, common.color)
  const quiet = common.quiet === true
  const problems: string[] = []
  const loaded = loadSettings({
    cwd,
    env,
    files: common.config ?? [],
    dataDir: common.dataDir,
    runsDir: common.runsDir,
    onProblem: isWayOut ? ({ message }) => problems.push(message) : undefined,
  })
  const seed = common.seed === undefined ? loaded.settings.seed : parseWhole(common.seed, '--seed')
  const progress = new ProgressLine(process.stderr, { redraw: terminal.redraw, quiet })
  const note = (text: string): void => progress.note(processRedactor.text(text))
  for (const problem of problems) {
    note(`${problem.replace(/ Nothing was (run|changed)\.$/, '')} This command goes on with what the session keeps.`)
  }
  return {
    ...loaded,
    areSettingsWhole: problems.length === 0,
    cwd,
    env,
    clock,
    common,
    terminal,
    style: styleOf(terminal.colorStdout),
    progress,
    seed: seed ?? 1,
    seedGiven: seed !== undefined,
    note,
  }
}
