import { spawn, spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { type CellReport, parseCellReport } from './cell-report.ts'
import { CORE_VARIABLE } from './core-usage.ts'

/** A program that measures one cell. */
export interface CellCommand {
  readonly command: string
  readonly args: readonly string[]
  /** Environment variables beside those of this process. */
  readonly variables?: Readonly<Record<string, string>>
}

/** What became of a cell: its report, or why there is none. */
export type CellAnswer = { readonly report: CellReport } | { readonly failure: string }

const TIMEOUT_MS = 900_000
const QUOTED_LINES = 6

/** One thread everywhere: a pinned cell has one core. */
const ONE_THREAD = Object.fromEntries(
  [
    'OMP_NUM_THREADS',
    'OPENBLAS_NUM_THREADS',
    'MKL_NUM_THREADS',
    'NUMBA_NUM_THREADS',
    'POLARS_MAX_THREADS',
    'RAYON_NUM_THREADS',
    'ARROW_NUM_THREADS',
  ].map((name) => [name, '1']),
)

/** The core that cells are pinned to: the last one, which takes fewer interrupts; undefined without `taskset`. */
export function benchCore(): number | undefined {
  const found = spawnSync('taskset', ['--version']).status === 0
  return found ? cpus().length - 1 : undefined
}

/** Runs one cell to its end in a process of its own, pinned to `core` where there is one. */
export async function runCell(cell: CellCommand, core: number | undefined): Promise<CellAnswer> {
  const { command, args, variables = {} } = cell
  const [program, ...rest] = core === undefined ? [command, ...args] : ['taskset', '-c', String(core), command, ...args]
  const env = {
    ...process.env,
    ...variables,
    ...(core === undefined ? {} : { ...ONE_THREAD, [CORE_VARIABLE]: String(core) }),
  }
  return await new Promise((resolve) => {
    const child = spawn(program, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS)
    const stop = (): void => void child.kill('SIGTERM')
    process.once('SIGINT', stop)
    const settle = (answer: CellAnswer): void => {
      clearTimeout(timer)
      process.removeListener('SIGINT', stop)
      resolve(answer)
    }
    child.on('error', (error) => settle({ failure: error.message }))
    child.on('close', (code, signal) => {
      if (code !== 0) return settle({ failure: `ended with ${signal ?? `exit code ${code}`}: ${lastLines(stderr)}` })
      try {
        return settle({ report: parseCellReport(stdout) })
      } catch (error) {
        return settle({ failure: `${(error as Error).message}: ${lastLines(stderr)}` })
      }
    })
  })
}

function lastLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.slice(-QUOTED_LINES).join('\n')
}
