/** P8 with nodejs-polars: a group-by on the number of the bar. */
import pl from 'nodejs-polars'
import { P8_COLUMNS } from '../../src/reference/p8-answer.ts'
import { measureBars } from './p8-bars.mjs'

const price = pl.col('price')
const quantity = pl.col('quantity')

function bars(frame, bucketUs) {
  const key =
    bucketUs === undefined
      ? quantity.cumSum().minus(quantity).div(100).floor()
      : pl.col('time_us').cast(pl.Float64).div(bucketUs).floor()
  const grouped = frame
    .lazy()
    .withColumns(key.alias('key'), quantity.mul(pl.col('side')).alias('bought'))
    .groupBy('key', true)
    .agg(
      price.first().alias('open'),
      price.max().alias('high'),
      price.min().alias('low'),
      price.last().alias('close'),
      quantity.sum().alias('volume'),
      pl.col('bought').sum().alias('buyVolume'),
      price.count().alias('count'),
    )
    .collectSync()
  return Object.fromEntries(
    P8_COLUMNS.map((name) => [name, Float64Array.from(grouped.getColumn(name).cast(pl.Float64).toTypedArray())]),
  )
}

await measureBars('nodejs-polars', (file) => pl.readParquet(file), bars)
