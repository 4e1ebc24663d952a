import { z } from 'zod'

/** What every cell prints as its last line, whatever language it is written in. */
const cellReportSchema = z.object({
  /** Version of the engine measured, as it states it. */
  version: z.string(),
  /** Checksum of the data that the cell made or read, before anything was timed. */
  checksum: z.string(),
  /** First call in a fresh process. */
  coldMs: z.number().nonnegative(),
  /** Calls after the first, each after a garbage collection. Empty where the first call is all there was time for. */
  runsMs: z.array(z.number().nonnegative()),
  /** Largest resident memory of the process up to the end of the last call. */
  peakRssMb: z.number().nonnegative(),
  /** Growth of resident memory from before the data was made to the end of the first call. */
  firstCallMb: z.number(),
  /** Share of the core that other processes took during the timed calls; absent where it is not known. */
  foreignCpuShare: z.number().min(0).optional(),
  /** What was computed, for the case to compare. */
  outcome: z.record(z.string(), z.unknown()),
})

export type CellReport = z.infer<typeof cellReportSchema>

/**
 * Reads a cell's report from its standard output: the last line that is a JSON object.
 *
 * @throws Error naming what is missing or wrong.
 */
export function parseCellReport(stdout: string): CellReport {
  const line = stdout
    .split('\n')
    .toReversed()
    .find((each) => each.startsWith('{'))
  if (line === undefined) throw new Error('it printed no report')
  const parsed = cellReportSchema.safeParse(JSON.parse(line))
  if (parsed.success) return parsed.data
  throw new Error(`its report is malformed: ${z.prettifyError(parsed.error)}`)
}
