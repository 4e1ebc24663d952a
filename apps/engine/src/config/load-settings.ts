import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { UsageError } from '@kestrel/core'
import { parseJsonWithComments } from './json-with-comments.ts'
import { findProject, PROJECT_FILE } from './project.ts'
import { settingsError } from './settings-error.ts'
import { settingsFromEnv } from './settings-from-env.ts'
import { type Settings, settingsSchema } from './settings-schema.ts'

/** Settings of all sources but the flags, and the folders that they lead to. */
export interface LoadedSettings {
  readonly settings: Settings
  /** Project folder, where there is one. */
  readonly project: string | undefined
  readonly dataDir: string
  readonly runsDir: string
  /** Files that were read, earliest first. */
  readonly files: readonly string[]
}

export interface SettingsSources {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Of `--config`, later wins. */
  readonly files: readonly string[]
  readonly dataDir?: string | undefined
  readonly runsDir?: string | undefined
  /** Told of a source that cannot be used, which is then left out; where absent it is thrown. */
  readonly onProblem?: ((problem: UsageError) => void) | undefined
}

/**
 * Merges the project's file, the files of `--config` and the environment, later over earlier. Folders in a file are
 * relative to that file; without any the lake is `.kestrel/data` under the working folder.
 *
 * @throws UsageError `CONFIG_FILE`, `CONFIG_UNKNOWN_KEY`, `CONFIG_VALUE`.
 */
export function loadSettings(sources: SettingsSources): LoadedSettings {
  const { cwd, env } = sources
  const project = findProject(cwd)
  const files = [
    ...(project === undefined ? [] : [join(project, PROJECT_FILE)]),
    ...sources.files.map((file) => resolve(cwd, file)),
  ]
  let merged: Settings = {}
  const add = (read: () => Settings, base: string): void => {
    try {
      merged = merge(merged, withFolders(read(), base))
    } catch (error) {
      if (sources.onProblem === undefined || !(error instanceof UsageError)) throw error
      sources.onProblem(error)
    }
  }
  for (const file of files) add(() => readSettings(file), dirname(file))
  add(() => readEnvironment(env), cwd)
  const home = project ?? join(cwd, '.kestrel')
  const folder = (flag: string | undefined, set: string | undefined, name: string): string =>
    flag === undefined ? (set ?? join(home, name)) : resolve(cwd, flag)
  return {
    settings: merged,
    project,
    dataDir: folder(sources.dataDir, merged.dataDir, 'data'),
    runsDir: folder(sources.runsDir, merged.runsDir, 'runs'),
    files,
  }
}

function readSettings(file: string): Settings {
  let value: unknown
  try {
    value = parseJsonWithComments(readFileSync(file, 'utf8'))
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw new UsageError({
      code: 'CONFIG_FILE',
      message: missing
        ? `There is no settings file ${file}. Nothing was run.`
        : `The settings file ${file} cannot be read: ${(cause as Error).message}. Nothing was run.`,
      meta: { file },
      cause,
    })
  }
  const parsed = settingsSchema.safeParse(value)
  if (!parsed.success) throw settingsError(parsed.error, file, settingsSchema)
  return parsed.data
}

function readEnvironment(env: SettingsSources['env']): Settings {
  const parsed = settingsSchema.safeParse(settingsFromEnv(env, settingsSchema))
  if (!parsed.success) throw settingsError(parsed.error, 'The environment', settingsSchema)
  return parsed.data
}

function withFolders(settings: Settings, base: string): Settings {
  const from = (path: string): string => (isAbsolute(path) ? path : resolve(base, path))
  const universe = settings.backtest?.universe
  return {
    ...settings,
    ...(settings.dataDir === undefined ? {} : { dataDir: from(settings.dataDir) }),
    ...(settings.runsDir === undefined ? {} : { runsDir: from(settings.runsDir) }),
    ...(universe === undefined ? {} : { backtest: { ...settings.backtest, universe: from(universe) } }),
  }
}

/** Sections whose values each stand for themselves; channels are put together by name. */
function mergedSections(earlier: Settings, later: Settings): Pick<Settings, 'api' | 'notify'> {
  const channels = { ...earlier.notify?.channels, ...later.notify?.channels }
  const notify = { ...earlier.notify, ...later.notify, ...(Object.keys(channels).length === 0 ? {} : { channels }) }
  const api = { ...earlier.api, ...later.api }
  return {
    ...(Object.keys(api).length === 0 ? {} : { api }),
    ...(Object.keys(notify).length === 0 ? {} : { notify }),
  }
}

function merge(earlier: Settings, later: Settings): Settings {
  const backtest =
    earlier.backtest === undefined && later.backtest === undefined
      ? undefined
      : {
          ...earlier.backtest,
          ...later.backtest,
          ...(earlier.backtest?.params === undefined && later.backtest?.params === undefined
            ? {}
            : { params: { ...earlier.backtest?.params, ...later.backtest?.params } }),
        }
  const venues = { ...earlier.venues, ...later.venues }
  return {
    ...earlier,
    ...later,
    ...(backtest === undefined ? {} : { backtest }),
    ...(Object.keys(venues).length === 0 ? {} : { venues }),
    ...mergedSections(earlier, later),
  }
}
