import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { timeframeMs } from '@kestrel/core'

import type { DatasetKey } from '../dataset.ts'
import { datasetFolder } from './dataset-key.ts'
import { RECORD_FILE } from './dataset-record.ts'

/**
 * The dataset that bars can be made of where they are not stored: the longest stored timeframe that divides the wanted one,
 * else the trades. `undefined` where the bars are stored themselves or nothing finer is there.
 */
export async function finerSource(lakeFolder: string, key: DatasetKey): Promise<DatasetKey | undefined> {
  const folder = datasetFolder(lakeFolder, key)
  if (has(folder)) return undefined
  const wantedMs = timeframeMs(key.timeframe ?? '')
  const names = await readdir(dirname(folder)).catch(() => [])
  const finer = names
    .filter((name) => name.startsWith('timeframe=') && has(join(dirname(folder), name)))
    .map((name) => name.slice('timeframe='.length))
    .map((timeframe) => ({ timeframe, ms: timeframeMs(timeframe) }))
    .filter(({ ms }) => ms < wantedMs && wantedMs % ms === 0)
    .sort((a, b) => b.ms - a.ms)[0]
  if (finer !== undefined) return { instrument: key.instrument, kind: 'bars', timeframe: finer.timeframe }
  const trades: DatasetKey = { instrument: key.instrument, kind: 'trades' }
  return has(datasetFolder(lakeFolder, trades)) ? trades : undefined
}

function has(folder: string): boolean {
  return existsSync(join(folder, RECORD_FILE))
}
