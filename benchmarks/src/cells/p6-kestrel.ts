/**
 * P6 and P7 with our indicators: one of them or all twenty; over whole columns (`batch`), also into memory that is used
 * again (`memory`), or bar by bar (`stream`).
 */
import { checksumWorkloadBars, workloadBars } from '@kestrel/data'
import { measureCell } from '../cell/measure-cell.ts'
import { P6_INDICATORS, type P6Indicator, SAMPLE_BARS, samplesOf } from '../reference/p6-indicators.ts'
import { engineVersion } from '../setup/engine-version.ts'
import { cellArguments } from './cell-arguments.ts'

const { units, runs, option } = cellArguments(['indicator', 'mode'])
const wanted = option('indicator', 'all')
const chosen = P6_INDICATORS.filter(({ name }) => wanted === 'all' || name === wanted)
if (chosen.length === 0) throw new Error(`There is no indicator ${wanted}.`)

type Columns = Readonly<Record<string, Float64Array>>
type Outputs = readonly (readonly ArrayLike<number>[])[]

const inputsOf = ({ ours }: P6Indicator, columns: Columns): readonly Float64Array[] =>
  ours.inputs.map((input) => columns[input] as Float64Array)

function batch(columns: Columns): Outputs {
  return chosen.map((each) => each.ours.batch(inputsOf(each, columns), each.params))
}

let memory: readonly (readonly Float64Array[])[] = []

/** Memory for every output, each page touched once. */
function reserve(): void {
  memory = chosen.map(({ ours }) => ours.outputs.map(() => new Float64Array(units).fill(0)))
}

function batchIntoMemory(columns: Columns): Outputs {
  return chosen.map((each, k) => each.ours.batch(inputsOf(each, columns), each.params, memory[k]))
}

/** Reads every value, so that none can be left out. */
let latest = Number.NaN

/** The outputs at the sampled bars, through the stream by position, as generic callers use it. */
function streamed(columns: Columns): Outputs {
  return chosen.map((each) => {
    const stream = each.ours.stream(each.params)
    const inputs = inputsOf(each, columns)
    const samples = each.ours.outputs.map((): number[] => [])
    const [a, b, c, d] = inputs as readonly [Float64Array, ...Float64Array[]]
    const bar = new Float64Array(inputs.length)
    for (let i = 0; i < units; i++) {
      bar[0] = a[i] as number
      if (b !== undefined) bar[1] = b[i] as number
      if (c !== undefined) bar[2] = c[i] as number
      if (d !== undefined) bar[3] = d[i] as number
      const outputs = stream.update(bar)
      latest = outputs[0] as number
      if (i % SAMPLE_BARS === SAMPLE_BARS - 1) {
        samples.forEach((column, output) => column.push(outputs[output] as number))
      }
    }
    return samples
  })
}

const mode = option('mode', 'batch')
const isStream = mode === 'stream'
if (mode === 'memory') reserve()
const bars = workloadBars(units)

await measureCell({
  version: engineVersion(),
  runs,
  prepare: (): Columns => ({
    value: bars.close,
    high: bars.high,
    low: bars.low,
    close: bars.close,
    volume: bars.volume,
  }),
  checksum: () => checksumWorkloadBars(bars),
  run: isStream ? streamed : mode === 'memory' ? batchIntoMemory : batch,
  outcome: (outputs) => {
    if (isStream && Number.isNaN(latest)) throw new Error('The last reading is not a number.')
    return Object.fromEntries(
      chosen.map(({ name, compared }, k) => [
        name,
        Object.fromEntries(
          Object.entries(compared).map(([key, output]) => {
            const column = outputs[k]?.[output] ?? []
            return [key, isStream ? column : samplesOf(column)]
          }),
        ),
      ]),
    )
  },
})
