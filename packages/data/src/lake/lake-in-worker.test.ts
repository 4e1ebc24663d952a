import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

import type { BarColumns } from '@kestrel/core'
import { expect, test } from 'vitest'

import { importedBars, range, sampleBars, temporaryLake } from '../../test/sample-data.ts'

test('a lake works in a worker thread, and its columns pass to another without a copy', async () => {
  const lake = temporaryLake()
  const bars = sampleBars(range(0, 100), '1h')
  await lake.write(importedBars(bars, '1h'))
  const here = await lake.loadBars('BTC-USDT.TEST', '1h')
  const worker = new Worker(new URL('../../test/load-in-worker.ts', import.meta.url), { workerData: lake.dataDir })
  const [loaded] = (await once(worker, 'message')) as [{ bars: BarColumns; dataHash: string }]
  await worker.terminate()
  expect(loaded.dataHash).toBe(here.dataHash)
  expect(loaded.bars).toEqual(bars)
  expect(loaded.bars.close.buffer).toBeInstanceOf(SharedArrayBuffer)
  expect((await lake.loadBars('ETH-USDT.TEST', '1h')).bars).toEqual(sampleBars(range(0, 30), '1h', 2))
})
