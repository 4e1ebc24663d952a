/** What the npm peers of cases P6 and P7 share: arguments, workload, samples. */
import { createRequire } from 'node:module'
import { checksumWorkloadBars, workloadBars } from '@kestrel/data'
import { measureCell } from '../../src/cell/measure-cell.ts'
import { cellArguments } from '../../src/cells/cell-arguments.ts'
import { SAMPLE_BARS } from '../../src/reference/p6-indicators.ts'

const { units, runs, option } = cellArguments(['indicator', 'mode'])
export const indicator = option('indicator', 'SMA')
export const mode = option('mode', 'batch')

/** The bars as arrays of numbers and as candle objects, which the peers take; made before the clock starts. */
export function workload() {
  const { open, high, low, close, volume } = workloadBars(units)
  const candles = Array.from(close, (_, i) => ({
    open: open[i],
    high: high[i],
    low: low[i],
    close: close[i],
    volume: volume[i],
  }))
  return { high: [...high], low: [...low], close: [...close], volume: [...volume], candles }
}

/** Whether the value of a bar is compared. */
export const isSampled = (bar) => bar % SAMPLE_BARS === SAMPLE_BARS - 1

/**
 * Measures one indicator.
 *
 * @param {string} name - Package.
 * @param {(data: ReturnType<typeof workload>) => unknown} run - What is timed.
 * @param {(result: unknown, bars: number) => Record<string, number[]>} samples - The sampled values of each output.
 */
export async function measureIndicator(name, run, samples) {
  const require = createRequire(import.meta.url)
  const paths = require.resolve.paths(name) ?? []
  const version = paths.map((path) => versionIn(require, `${path}/${name}/package.json`)).find(Boolean)
  await measureCell({
    version: version ?? 'unknown',
    runs,
    prepare: workload,
    checksum: () => checksumWorkloadBars(workloadBars(units)),
    run,
    outcome: (result) => ({ [indicator]: samples(result, units) }),
  })
}

function versionIn(require, path) {
  try {
    return require(path).version
  } catch {
    return undefined
  }
}
