import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { KestrelError } from '@kestrel/core'

import { DATA_KINDS } from '../dataset.ts'
import { keyText } from './dataset-key.ts'
import { type DatasetRecord, readRecord, RECORD_FILE } from './dataset-record.ts'

/** A dataset folder whose catalog file cannot be used. */
export interface BrokenDataset {
  readonly folder: string
  readonly code: string
  readonly message: string
}

export interface DatasetList {
  /** Sorted by instrument, kind, then timeframe or name. */
  readonly datasets: readonly DatasetRecord[]
  readonly broken: readonly BrokenDataset[]
}

/** Everything a lake holds. An absent lake holds nothing. */
export async function listLake(lakeFolder: string): Promise<DatasetList> {
  const datasets: DatasetRecord[] = []
  const broken: BrokenDataset[] = []
  for (const folder of await datasetFolders(lakeFolder, 0)) {
    try {
      const record = await readRecord(folder)
      if (record !== undefined) datasets.push(record)
    } catch (error) {
      if (!KestrelError.isInstance(error)) throw error
      broken.push({ folder, code: error.code, message: error.message })
    }
  }
  datasets.sort((a, b) => compare(rank(a), rank(b)))
  return Object.freeze({ datasets: Object.freeze(datasets), broken: Object.freeze(broken) })
}

/** Folders that hold a catalog file, at most five levels down: venue, instrument, kind, timeframe or name. */
async function datasetFolders(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw error
  })
  if (entries.some((entry) => entry.isFile() && entry.name === RECORD_FILE)) return [folder]
  if (depth === 4) return []
  const folders: string[] = []
  for (const entry of entries) {
    // Every folder of a dataset is named `part=value`; a dataset that is being deleted has another name.
    if (entry.isDirectory() && entry.name.includes('='))
      folders.push(...(await datasetFolders(join(folder, entry.name), depth + 1)))
  }
  return folders
}

function rank({ key }: DatasetRecord): string {
  return `${key.instrument} ${DATA_KINDS.indexOf(key.kind)} ${keyText(key)}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
