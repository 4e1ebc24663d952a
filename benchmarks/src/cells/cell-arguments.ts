import { parseArgs } from 'node:util'

/** Arguments of a cell: those every cell takes, and its own as text. */
export interface CellArguments {
  /** Bars or rows of the workload. */
  readonly units: number
  /** Calls after the cold one. */
  readonly runs: number
  option(name: string, fallback: string): string
}

/** Reads `--bars 1000000 --runs 5` and further `--name value` pairs named in `own`. */
export function cellArguments(own: readonly string[] = []): CellArguments {
  const options = Object.fromEntries(['bars', 'runs', ...own].map((name) => [name, { type: 'string' as const }]))
  const { values } = parseArgs({ options })
  const option = (name: string, fallback: string): string => values[name] ?? fallback
  return { units: Number(option('bars', '1000000')), runs: Number(option('runs', '5')), option }
}
