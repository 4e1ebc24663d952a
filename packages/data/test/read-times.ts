/**
 * Writes times of every type to the Parquet file named by the argument and prints as JSON how they are read back, to be run
 * under several values of TZ.
 */
import { importFile } from '../src/import/import-file.ts'
import { isTradeColumns } from '../src/dataset.ts'
import { sqlText, withConnection } from '../src/parquet/duckdb.ts'
import { readParquetColumns } from '../src/parquet/read-parquet.ts'

const path = process.argv[2] ?? ''
const trades = `${path}.trades.parquet`
const instant = `'2024-07-01 08:30:00-04'::TIMESTAMPTZ`
const plain = `'2024-07-01 12:30:00'`

await withConnection({}, async (connection) => {
  const rows = `SELECT ${instant} AS zoned, ${plain}::TIMESTAMP AS plain, ${plain}::TIMESTAMP_NS AS nanos, '2024-07-01'::DATE AS day`
  await connection.run(`COPY (${rows} UNION ALL SELECT NULL, NULL, NULL, NULL) TO ${sqlText(path)} (FORMAT parquet)`)
  const trade = `${instant} AS time, 5.0::DOUBLE AS price, 1.0::DOUBLE AS quantity, 'buy' AS side`
  const sql = `SELECT 1 AS id, ${trade} UNION ALL SELECT 2 AS id, ${trade}`
  await connection.run(`COPY (${sql}) TO ${sqlText(trades)} (FORMAT parquet)`)
})

const columns = await readParquetColumns(path)
const [dataset] = await importFile(trades, { instrument: 'BTC-USDT.TEST' })
if (dataset === undefined || !isTradeColumns(dataset.table)) throw new Error('no trades')
const read = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, [...values]]))
// NaN, an absent time, prints as null.
process.stdout.write(JSON.stringify({ read, imported: [...dataset.table.tsEventUs].map((us) => us / 1_000) }))
