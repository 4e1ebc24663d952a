import type { Clock } from '@kestrel/core'
import type { LoadedSettings } from '../config/load-settings.ts'
import type { CommonOptions } from './common-options.ts'
import type { ProgressLine } from './output/progress-line.ts'
import type { Style } from './output/style.ts'
import type { Terminal } from './terminal.ts'

/** What every command works with: settings, flags that all share, and the ways to speak on stderr. */
export interface CommandContext extends LoadedSettings {
  /** False where settings were left out because they cannot be read: only commands that get out of a market go on then. */
  readonly areSettingsWhole: boolean
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly common: CommonOptions
  /** Of stdout: for the text that a command gives back. */
  readonly style: Style
  readonly terminal: Terminal
  readonly progress: ProgressLine
  /** Seed of flags and settings; 1 by default. */
  readonly seed: number
  /** Whether `--seed` or a setting gave it. */
  readonly seedGiven: boolean
  /** Says something to people on stderr; silent with `--quiet`. */
  note(text: string): void
}
