/** P9 with @duckdb/node-api used plainly: `getColumns`, then typed columns. */
import { DuckDBInstance } from '@duckdb/node-api'
import { measureReaders } from './p9-reader.mjs'

const query = (reader) => async (path) => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  const result = await connection.runAndReadAll(`SELECT * FROM ${reader}($1)`, [path])
  const columns = result.getColumns()
  const named = result.columnNames().map((name, k) => [name, Float64Array.from(columns[k], Number)])
  connection.closeSync()
  instance.closeSync()
  return Object.fromEntries(named)
}

await measureReaders('@duckdb/node-api', { csv: query('read_csv'), parquet: query('read_parquet') })
