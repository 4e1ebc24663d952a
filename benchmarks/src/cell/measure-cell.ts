import type { CellReport } from './cell-report.ts'
import { watchForeignCpu } from './core-usage.ts'
import { residentMb } from './resident-memory.ts'

/** One engine on one workload. */
export interface Cell<Data, Result> {
  readonly version: string
  /** Calls after the cold one. */
  readonly runs: number
  /** Makes or finds the data; not timed. */
  prepare(): Data | Promise<Data>
  /** Checksum of that data, taken before anything is timed. */
  checksum(data: Data): string
  /** What is timed. */
  run(data: Data): Result | Promise<Result>
  /** What a call took, where that is not the time from its begin to its end: processor time, a quantile of many times. */
  callMs?(result: Result): number
  /** Peak memory of the programs that the cell starts, where these are what is measured. Default: this process's. */
  peakRssMb?(): number
  /** What the last call gave, for comparison; not timed. */
  outcome(result: Result, data: Data): Record<string, unknown> | Promise<Record<string, unknown>>
}

/**
 * Measures a cell in this process and prints its report as one line of JSON: a cold call, then `runs` calls, each after
 * a collection of the young generation where Node was started with `--expose-gc`. A full collection would throw away
 * optimised code along with the garbage, so that every call would be half a cold one.
 */
export async function measureCell<Data, Result>(cell: Cell<Data, Result>): Promise<void> {
  const startMb = residentMb().now
  const data = await cell.prepare()
  const checksum = cell.checksum(data)
  globalThis.gc?.()
  let result: Result
  const timed = async (): Promise<number> => {
    const start = performance.now()
    result = await cell.run(data)
    const wallMs = performance.now() - start
    return cell.callMs?.(result) ?? wallMs
  }
  const foreign = watchForeignCpu()
  const coldMs = await timed()
  const firstCallMb = residentMb().peak - startMb
  const runsMs: number[] = []
  for (let i = 0; i < cell.runs; i++) {
    result = undefined as never
    globalThis.gc?.({ type: 'minor' })
    runsMs.push(await timed())
  }
  const foreignCpuShare = foreign()
  const report: CellReport = {
    version: cell.version,
    checksum,
    coldMs,
    runsMs,
    peakRssMb: cell.peakRssMb?.() ?? residentMb().peak,
    firstCallMb,
    ...(foreignCpuShare === undefined ? {} : { foreignCpuShare }),
    outcome: await cell.outcome(result!, data),
  }
  process.stdout.write(`${JSON.stringify(report)}\n`)
}
