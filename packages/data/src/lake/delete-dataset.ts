import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { KestrelError } from '@kestrel/core'

import type { DatasetKey } from '../dataset.ts'
import { syncFolder, TEMPORARY_PREFIX, temporaryPath } from '../files/atomic-file.ts'
import { diskError } from '../files/disk-error.ts'
import { cachePath } from './column-cache.ts'
import { checkedKey, datasetFolder, keyText } from './dataset-key.ts'
import { type DatasetRecord, readRecord, RECORD_FILE } from './dataset-record.ts'
import type { LakeContext } from './lake-context.ts'
import { withLakeLock } from './lake-lock.ts'
import { notFound } from './near-datasets.ts'
import { removeEmptyFolders } from './write-dataset.ts'

/**
 * Removes a dataset: first its catalog file, in one step, so that it is there whole or not at all; then the rest.
 *
 * A dataset whose catalog file cannot be read is removed as well.
 *
 * @returns The catalog entry that was removed, `undefined` where it could not be read.
 * @throws DataError `DATA_NOT_FOUND`, `DATA_LAKE_BUSY`, `DATA_WRITE_DENIED`.
 */
export async function deleteDataset(context: LakeContext, key: DatasetKey): Promise<DatasetRecord | undefined> {
  const checked = checkedKey(key)
  const folder = datasetFolder(context.lakeFolder, checked)
  return withLakeLock(context.lakeFolder, context.clock, async () => {
    const names: readonly string[] = await readdir(folder).catch(() => [])
    if (!names.includes(RECORD_FILE)) throw await notFound(context.lakeFolder, checked)
    const record = await readRecord(folder, checked).catch((error: unknown) => {
      if (KestrelError.isInstance(error)) return undefined
      throw error
    })
    try {
      await rename(join(folder, RECORD_FILE), temporaryPath(join(folder, RECORD_FILE)))
      await syncFolder(folder)
    } catch (error) {
      throw diskError(error, `Deleting ${keyText(checked)}`)
    }
    await removeRest(context, folder, record)
    return record
  })
}

/** What cannot be removed now is without a catalog file and so is nobody's; the next import into the folder removes it. */
async function removeRest(context: LakeContext, folder: string, record: DatasetRecord | undefined): Promise<void> {
  const names: readonly string[] = await readdir(folder).catch(() => [])
  for (const name of names)
    if (name.endsWith('.parquet') || name.startsWith(TEMPORARY_PREFIX))
      await rm(join(folder, name), { force: true }).catch(() => undefined)
  await removeEmptyFolders(folder, context.lakeFolder)
  if (record !== undefined)
    await rm(cachePath(context.cacheFolder, record.contentHash), { force: true }).catch(() => undefined)
}
