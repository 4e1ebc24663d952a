/** The files of a run folder and the closes of the lake, as rows; nothing of the engine's books is used. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readParquetColumns } from '@kestrel/data'

export interface FillRow {
  readonly fill_id: number
  readonly order_id: number
  readonly instrument: string
  readonly side: 'buy' | 'sell'
  readonly time_ms: number
  readonly bar_open_time_ms: number
  readonly price: number
  readonly quantity: number
  readonly fee: number
  readonly fee_currency: string
  readonly fee_value: number
  readonly liquidity: 'maker' | 'taker'
}

export interface OrderRow {
  readonly order_id: number
  readonly instrument: string
  readonly side: 'buy' | 'sell'
  readonly type: string
  readonly time_in_force: string
  readonly quantity: number
  readonly filled_quantity: number
  readonly average_price: number
  readonly limit_price: number
  readonly created_time_ms: number
  readonly closed_time_ms: number
  readonly state: string
  readonly reason: string
}

export interface TradeRow {
  readonly pair: string
  readonly side: string
  readonly amount: number
  readonly open_date: number
  readonly close_date: number
  readonly open_rate: number
  readonly close_rate: number
  readonly fee_open: number
  readonly fee_close: number
  readonly profit_abs: number
  readonly profit_ratio: number
}

interface EquityRow {
  readonly time_ms: number
  readonly equity: number
  readonly drawdown: number
  readonly gross_exposure: number
}

interface InstrumentFacts {
  readonly id: string
  readonly tickSize: number
  readonly lotSize: number
  readonly makerFeeRate: number
  readonly takerFeeRate: number
}

interface Manifest {
  readonly config: {
    readonly instruments: readonly InstrumentFacts[]
    readonly cash: Readonly<Record<string, number>>
    readonly fill: {
      readonly marketFill: 'next-open' | 'close'
      /** Instead of the instrument's own. */
      readonly makerFeeRate?: number
      readonly takerFeeRate?: number
    }
  }
}

/** A run as its folder tells it. */
export interface RunRows {
  readonly manifest: Manifest
  readonly metrics: Readonly<Record<string, number | null>>
  readonly fills: readonly FillRow[]
  readonly orders: readonly OrderRow[]
  readonly trades: readonly TradeRow[]
  readonly equity: readonly EquityRow[]
  /** Lines of `trades.csv` under the names of its header. */
  readonly tradesCsv: readonly Readonly<Record<string, string>>[]
}

/** Closes of one instrument, oldest first; `timeMs` is when a close was known. */
export interface Closes {
  readonly timeMs: Float64Array
  readonly close: Float64Array
}

export async function readRun(runDir: string): Promise<RunRows> {
  const json = (name: string): unknown => JSON.parse(readFileSync(join(runDir, name), 'utf8'))
  return {
    manifest: json('manifest.json') as Manifest,
    metrics: (json('metrics.json') as { metrics: Record<string, number | null> }).metrics,
    fills: await rows<FillRow>(join(runDir, 'fills.parquet')),
    orders: await rows<OrderRow>(join(runDir, 'orders.parquet')),
    trades: await rows<TradeRow>(join(runDir, 'trades.parquet')),
    equity: await rows<EquityRow>(join(runDir, 'equity.parquet')),
    tradesCsv: csvRows(readFileSync(join(runDir, 'trades.csv'), 'utf8')),
  }
}

/** Closes from a file that `kestrel data export` wrote. */
export async function readCloses(path: string, timeframeMs: number): Promise<Closes> {
  const { openTimeMs, close } = (await readParquetColumns(path)) as Record<'openTimeMs' | 'close', Float64Array>
  return { timeMs: openTimeMs.map((time) => time + timeframeMs), close }
}

async function rows<Row>(path: string): Promise<Row[]> {
  const columns = Object.entries(await readParquetColumns(path))
  const count = columns[0]?.[1].length ?? 0
  return Array.from(
    { length: count },
    (_, i) => Object.fromEntries(columns.map(([name, values]) => [name, values[i]])) as Row,
  )
}

function csvRows(text: string): Record<string, string>[] {
  const [header = '', ...lines] = text.trimEnd().split('\n')
  const names = header.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    return Object.fromEntries(names.map((name, k) => [name, cells[k] ?? '']))
  })
}
