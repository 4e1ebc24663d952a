import { checksumWorkloadTrades, workloadTrades, writeParquet } from '@kestrel/data'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cacheFolder } from '../setup/folders.ts'
import { P8_ANSWERS } from './p8-answer.ts'

/** Path of the workload's trades as Parquet, from which npm peers fill their tables before they are timed. */
export function p8File(trades: number): string {
  return join(cacheFolder(), 'bench-data', `trades-${trades}.parquet`)
}

/** Makes the file of a size where it is missing. Columns as the generator describes them; side 1 where the buyer took, else 0. */
export async function prepareP8(count: number): Promise<void> {
  const path = p8File(count)
  if (existsSync(path)) return
  await mkdir(dirname(path), { recursive: true })
  const trades = workloadTrades(count)
  if (checksumWorkloadTrades(trades) !== P8_ANSWERS[count]?.trades)
    throw new Error(`the ${count} trades are not those of the workload`)
  await writeParquet(path, {
    time_us: { int64: trades.tsEventUs },
    price: trades.price,
    quantity: trades.quantity,
    side: Float64Array.from(trades.takerSide, (side) => (side === 1 ? 1 : 0)),
  })
}
