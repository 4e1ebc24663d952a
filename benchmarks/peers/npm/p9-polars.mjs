/** P9 with nodejs-polars: its frame, then columns. */
import pl from 'nodejs-polars'
import { measureReaders } from './p9-reader.mjs'

const columnsOf = (frame) =>
  Object.fromEntries(
    frame.columns.map((name) => [name, Float64Array.from(frame.getColumn(name).cast(pl.Float64).toTypedArray())]),
  )

await measureReaders('nodejs-polars', {
  csv: (path) => columnsOf(pl.readCSV(path)),
  parquet: (path) => columnsOf(pl.readParquet(path)),
})
