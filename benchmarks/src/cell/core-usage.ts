import { readFileSync } from 'node:fs'

/** Environment variable that tells a cell the core it is pinned to. */
export const CORE_VARIABLE = 'KESTREL_BENCH_CORE'

/** Linux counts CPU time in hundredths of a second. */
const TICK_MS = 10

/** Columns of `/proc/stat` that are work: user, nice, system, irq, softirq, steal. */
const BUSY_COLUMNS = [1, 2, 3, 6, 7, 8]

/** Busy milliseconds of one core since the machine started; undefined where the system does not tell. */
function coreBusyMs(core: number): number | undefined {
  let text: string
  try {
    text = readFileSync('/proc/stat', 'utf8')
  } catch {
    return undefined
  }
  const fields = text
    .split('\n')
    .find((line) => line.startsWith(`cpu${core} `))
    ?.split(' ')
  return fields && BUSY_COLUMNS.reduce((sum, column) => sum + Number(fields[column] ?? 0), 0) * TICK_MS
}

/**
 * Starts watching the pinned core.
 *
 * @returns A function that gives the share of it, 0 to 1, that other processes have taken since; undefined where the
 *   cell is not pinned or the system does not tell.
 */
export function watchForeignCpu(): () => number | undefined {
  const core = process.env[CORE_VARIABLE]
  const startBusyMs = core === undefined ? undefined : coreBusyMs(Number(core))
  if (startBusyMs === undefined) return () => undefined
  const startOwn = process.cpuUsage()
  const startMs = performance.now()
  return () => {
    const own = process.cpuUsage(startOwn)
    const busyMs = (coreBusyMs(Number(core)) ?? startBusyMs) - startBusyMs
    const wallMs = performance.now() - startMs
    return Math.min(1, Math.max(0, (busyMs - (own.user + own.system) / 1_000) / wallMs))
  }
}
