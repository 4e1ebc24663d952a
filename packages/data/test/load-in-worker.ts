/** A worker thread that writes to and loads from a lake, and posts what it got. */
import { parentPort, workerData } from 'node:worker_threads'

import { ManualClock } from '@kestrel/core'

import { openLake } from '../src/lake/lake.ts'
import { importedBars, range, sampleBars } from './sample-bars.ts'

const lake = openLake(String(workerData), { clock: new ManualClock(0), cache: false, threads: 1, memoryLimitMb: 256 })
const here = await lake.loadBars('BTC-USDT.TEST', '1h')
const key = { instrument: 'ETH-USDT.TEST', kind: 'bars', timeframe: '1h' } as const
await lake.write(importedBars(sampleBars(range(0, 30), '1h', 2), '1h', { key }))
parentPort?.postMessage({ bars: here.bars, dataHash: here.dataHash })
