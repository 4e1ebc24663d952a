/** P8 with @duckdb/node-api: a GROUP BY on the number of the bar, over a table in memory. */
import { DuckDBInstance } from '@duckdb/node-api'
import { measureBars } from './p8-bars.mjs'

const COLUMNS = `arg_min(price, time_us) AS open, max(price) AS high, min(price) AS low, arg_max(price, time_us) AS close,
  sum(quantity) AS volume, sum(quantity * side) AS "buyVolume", count(*)::DOUBLE AS count`
const VOLUME_KEYS = `SELECT *, floor((sum(quantity) OVER (ORDER BY time_us ROWS UNBOUNDED PRECEDING) - quantity) / 100) AS key
  FROM trades`

async function load(file) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  await connection.run(`CREATE TABLE trades AS SELECT * FROM read_parquet('${file}')`)
  return connection
}

async function bars(connection, bucketUs) {
  const keys = bucketUs === undefined ? VOLUME_KEYS : `SELECT *, time_us // ${bucketUs} AS key FROM trades`
  const result = await connection.runAndReadAll(`SELECT ${COLUMNS} FROM (${keys}) GROUP BY key ORDER BY key`)
  const columns = result.getColumns()
  return Object.fromEntries(result.columnNames().map((name, k) => [name, Float64Array.from(columns[k], Number)]))
}

await measureBars('@duckdb/node-api', load, bars)
