import type { Mark } from './mark.ts'

/** The programs that can measure a cell. */
type Runtime = 'node' | 'npm' | 'python'

/** One row of a table: an engine on a workload, measured in a process of its own. */
export interface CellSpec {
  /** Ours start with `kestrel`. */
  readonly engine: string
  /** Rows of one group did the same work and are compared with each other. */
  readonly group: string
  /** `node`: our sources; `npm`: a peer from the npm registry; `python`: a peer from PyPI. */
  readonly runtime: Runtime
  /** Path inside `benchmarks/`. */
  readonly script: string
  /** Size of the workload: bars of one instrument, rows of a file. Passed as `--bars`. */
  readonly size: number
  /** What one call handles, in the case's unit; default `size`. */
  readonly units?: number
  /** Calls after the cold one. Passed as `--runs`. */
  readonly runs: number
  /** Further arguments of the script. */
  readonly args?: readonly string[]
  /** Environment variables that the row is about. */
  readonly variables?: Readonly<Record<string, string>>
  /** Packages that must be installed, for peers. */
  readonly packages?: readonly string[]
  /** Named Python environment; default `main`. */
  readonly environment?: string
  /** True where the row may use every core, as a user's program does. */
  readonly allCores?: boolean
  /** What a reader has to know about the row. */
  readonly note?: string
}

export interface CaseOptions {
  readonly peers: boolean
  /** Also the sizes that take minutes. */
  readonly full: boolean
}

/** A benchmark. A new case is one file that exports one of these, and an entry in `cases.ts`. */
export interface BenchCase {
  readonly name: string
  /** One sentence: what is timed. */
  readonly about: string
  /** Unit of every time: `ns per bar`. */
  readonly unit: string
  /** Nanoseconds in that unit's time. */
  readonly nsPerTimeUnit: number
  /** Seed and checksum of the workload; empty where it has none. */
  readonly seed: number | undefined
  readonly checksum: string
  /** Makes files that the cells read; not timed. */
  prepare?(options: CaseOptions): Promise<void>
  cells(options: CaseOptions): readonly CellSpec[]
  /** How a cell's outcome differs from what is right, one sentence each; a difference voids the timing. */
  differences(cell: CellSpec, outcome: Readonly<Record<string, unknown>>, checksum: string): readonly string[]
  /** Marks the case is held to, worked out from its own results. */
  marks?(results: readonly CellResult[]): readonly Mark[]
}

/** A row after it was measured. Times are in the case's unit. */
export interface CellResult {
  readonly engine: string
  readonly version: string
  readonly median: number
  readonly min: number
  readonly max: number
  /** Calls that the median is taken over; 1 where only the cold call ran. */
  readonly runs: number
  readonly coldMs: number
  readonly peakRssMb: number
  readonly group: string
  readonly units: number
  /** Bytes of memory a unit, data included, over the first call. */
  readonly bytesPerUnit: number
  readonly foreignCpuShare: number | undefined
  readonly note: string | undefined
}

/** A row that has no time, and why. */
export interface ExcludedCell {
  readonly engine: string
  readonly group: string
  readonly reason: string
}
