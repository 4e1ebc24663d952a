import { join } from 'node:path'
import type { BenchCase, CaseOptions, CellResult, CellSpec, ExcludedCell } from './bench-case.ts'
import { runCell } from './cell/run-cell.ts'
import type { CellReport } from './cell/cell-report.ts'
import type { Mark } from './mark.ts'
import { BENCHMARKS } from './setup/folders.ts'
import { commitName, machineName } from './setup/machine.ts'
import type { PeerSetup } from './setup/peer-setup.ts'
import { spreadOf } from './statistics.ts'

/** What a case gave, as it is printed and saved. The first seven names are a contract; see docs/benchmarks.md. */
export interface CaseReport {
  readonly case: string
  readonly unit: string
  readonly machine: string
  readonly commit: string
  readonly checksum: string
  readonly results: readonly CellResult[]
  readonly equality: { readonly agree: boolean; readonly details: readonly string[] }
  readonly about: string
  readonly seed: number | undefined
  /** When it was measured, ISO 8601. */
  readonly measuredAt: string
  readonly pinnedToCore: number | undefined
  /** Rows without a time: not installed, failed, or with another result. */
  readonly excluded: readonly ExcludedCell[]
  readonly marks: readonly Mark[]
}

const BYTES_PER_MB = 2 ** 20
const NS_PER_MS = 1e6

/** Measures every cell of a case, one after the other, and compares what they computed. */
export async function runCase(
  bench: BenchCase,
  options: CaseOptions,
  setup: PeerSetup,
  core: number | undefined,
): Promise<CaseReport> {
  await bench.prepare?.(options)
  const results: CellResult[] = []
  const excluded: ExcludedCell[] = []
  const details: string[] = []
  for (const cell of bench.cells(options)) {
    const name = `${cell.engine} (${cell.group})`
    process.stderr.write(`${bench.name}: ${name} ...\n`)
    const report = await measure(cell, setup, core)
    if (typeof report === 'string') {
      excluded.push({ engine: cell.engine, group: cell.group, reason: report })
      continue
    }
    const differences = bench.differences(cell, report.outcome, report.checksum)
    if (differences.length === 0) {
      results.push(resultOf(bench, cell, report))
      details.push(`${name}: the same`)
    } else {
      const reason = `another result, so no time: ${differences.join('; ')}`
      excluded.push({ engine: cell.engine, group: cell.group, reason })
      details.push(`${name}: ${differences.join('; ')}`)
    }
  }
  return {
    case: bench.name,
    unit: bench.unit,
    machine: machineName(),
    commit: commitName(),
    checksum: bench.checksum,
    results,
    equality: { agree: details.every((each) => each.endsWith(': the same')), details },
    about: bench.about,
    seed: bench.seed,
    measuredAt: new Date().toISOString(),
    pinnedToCore: core,
    excluded,
    marks: bench.marks?.(results) ?? [],
  }
}

async function measure(cell: CellSpec, setup: PeerSetup, core: number | undefined): Promise<CellReport | string> {
  const found = await setup.commandOf(cell)
  if ('failure' in found) return found.failure
  const flags = cell.runtime === 'python' ? [] : ['--expose-gc', '--disable-warning=ExperimentalWarning']
  const script = join(BENCHMARKS, cell.script)
  const sizes = ['--bars', String(cell.size), '--runs', String(cell.runs)]
  const args = [...flags, script, ...sizes, ...(cell.args ?? [])]
  const program = { command: found.command, args, variables: cell.variables ?? {} }
  const answer = await runCell(program, cell.allCores === true ? undefined : core)
  return 'failure' in answer ? answer.failure : answer.report
}

function resultOf(bench: BenchCase, cell: CellSpec, report: CellReport): CellResult {
  const units = cell.units ?? cell.size
  const timesMs = report.runsMs.length > 0 ? report.runsMs : [report.coldMs]
  const inUnit = (ms: number): number => (ms * NS_PER_MS) / units / bench.nsPerTimeUnit
  const { median, min, max } = spreadOf(timesMs)
  return {
    engine: cell.engine,
    version: report.version,
    median: inUnit(median),
    min: inUnit(min),
    max: inUnit(max),
    runs: timesMs.length,
    coldMs: report.coldMs,
    peakRssMb: report.peakRssMb,
    group: cell.group,
    units,
    bytesPerUnit: (report.firstCallMb * BYTES_PER_MB) / units,
    foreignCpuShare: report.foreignCpuShare,
    note: cell.note,
  }
}
