import type { Command } from 'commander'

/** Flags that every command takes, before or after its name. */
export interface CommonOptions {
  readonly config?: readonly string[]
  readonly dataDir?: string
  readonly runsDir?: string
  readonly seed?: string
  readonly json?: boolean
  readonly ndjson?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
  /** False with `--no-color`. */
  readonly color: boolean
  readonly yes?: boolean
  /** False with `--no-input`. */
  readonly input: boolean
}

/** Adds a value to the end of a repeatable flag's list. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value]
}

export function addCommonOptions(program: Command): void {
  program
    .option('-c, --config <file>', 'settings file, JSON with comments; repeatable, later wins', collect)
    .option('--data-dir <folder>', "the lake's folder")
    .option('--runs-dir <folder>', 'where run folders are written')
    .option('--seed <n>', 'seed of everything random')
    .option('--json', 'print one JSON document on stdout')
    .option('--ndjson', 'print lists as one JSON object a line')
    .option('-q, --quiet', 'no progress and no notes')
    .option('-v, --verbose', 'more notes, and stacks with errors')
    .option('--no-color', 'no colours')
    .option('--yes', 'answer yes to every question')
    .option('--no-input', 'never ask a question')
}
