/** The files of the folder of a run with perpetuals; nothing of the engine's books is used. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readParquetColumns } from '@kestrel/data'
import { readRun, type RunRows } from './read-run.ts'

export interface FundingRow {
  readonly time_ms: number
  readonly instrument: string
  readonly rate: number
  readonly mark: number
  readonly position: number
  readonly amount: number
}

/** What money of an instrument is in, and how it follows from the price. */
export interface ContractFacts {
  readonly id: string
  readonly isSpot: boolean
  readonly contractSize: number
  readonly settlement: 'linear' | 'inverse'
  readonly settleCurrency: string
}

export interface PerpetualRun extends Pick<RunRows, 'fills' | 'orders' | 'trades' | 'equity' | 'metrics'> {
  readonly cash: Readonly<Record<string, number>>
  readonly reportingCurrency: string
  readonly contracts: ReadonlyMap<string, ContractFacts>
  /** Instrument that prices a currency in the reporting currency: spot where there is some. */
  readonly pricedBy: ReadonlyMap<string, string>
  readonly funding: readonly FundingRow[]
}

interface Config {
  readonly instruments: readonly Omit<ContractFacts, 'isSpot'>[]
  readonly cash: Readonly<Record<string, number>>
  readonly reportingCurrency: string
}

export async function readPerpetualRun(runDir: string): Promise<PerpetualRun> {
  const { config } = JSON.parse(readFileSync(join(runDir, 'manifest.json'), 'utf8')) as { config: Config }
  const columns = Object.entries(await readParquetColumns(join(runDir, 'funding.parquet')))
  const count = columns[0]?.[1].length ?? 0
  const funding = Array.from({ length: count }, (_, i) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[i]])),
  ) as unknown as FundingRow[]
  const contracts = config.instruments.map((each) => ({ ...each, isSpot: !each.id.includes('-PERP.') }))
  const pricedBy = new Map<string, string>()
  for (const { id } of contracts.toSorted((a, b) => Number(b.isSpot) - Number(a.isSpot))) {
    const [base = '', quote = ''] = (id.split('.')[0] ?? '').split('-')
    if (quote === config.reportingCurrency && !pricedBy.has(base)) pricedBy.set(base, id)
  }
  const { fills, orders, trades, equity, metrics } = await readRun(runDir)
  return {
    fills,
    orders,
    trades,
    equity,
    metrics,
    cash: config.cash,
    reportingCurrency: config.reportingCurrency,
    contracts: new Map(contracts.map((each) => [each.id, each])),
    pricedBy,
    funding,
  }
}
