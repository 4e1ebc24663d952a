import type { BenchCase, CellResult, CellSpec } from '../bench-case.ts'
import { atMost, type Mark } from '../mark.ts'
import { prepareCsv } from '../reference/p9-files.ts'

const HOURS = 58_419
const MINUTES = 5_000_000

const DEMO = 'kestrel demo'
const HOURLY = 'kestrel backtest, 58,419 hourly bars, with report'
const MINUTELY = 'kestrel data import and backtest, 5,000,000 one-minute bars, with report'

const common = { group: 'the command', runtime: 'node', script: 'src/cells/use.ts', units: 1, allCores: true } as const

const CELLS: readonly CellSpec[] = [
  {
    ...common,
    engine: DEMO,
    size: 1,
    runs: 3,
    args: ['--task', 'demo'],
    note: 'what `npm start` runs after the install',
  },
  { ...common, engine: HOURLY, size: HOURS, runs: 3, args: ['--task', 'hourly'] },
  { ...common, engine: MINUTELY, size: MINUTES, runs: 2, args: ['--task', 'minutes'], note: 'from a CSV file' },
]

/** What a user waits for. */
export const use: BenchCase = {
  name: 'USE',
  about:
    'The command started as a user starts it, with everything it does by default: statistics, the realism band (two more ' +
    'passes), the run folder and the report. All cores.',
  unit: 's',
  nsPerTimeUnit: 1e9,
  seed: undefined,
  checksum: '',
  prepare: async () => void (await prepareCsv(MINUTES)),
  cells: () => CELLS,
  differences: (_, { report, trades }) => [
    ...(report === true ? [] : ['there is no report']),
    ...(typeof trades === 'number' && trades > 0 ? [] : ['nothing was traded']),
  ],
  marks,
}

function marks(results: readonly CellResult[]): readonly Mark[] {
  const find = (engine: string): CellResult | undefined => results.find((each) => each.engine === engine)
  const peakMb = find(MINUTELY)?.peakRssMb
  return [
    ...atMost('Demo', 20, find(DEMO)?.median, 's'),
    ...atMost('Hourly bars with report', 3, find(HOURLY)?.median, 's'),
    ...atMost('Five million bars, end to end', 15, find(MINUTELY)?.median, 's'),
    ...atMost('Five million bars, end to end', 1.5, peakMb === undefined ? undefined : peakMb / 1_024, 'GB'),
  ]
}
