import { join } from 'node:path'

import type { Clock } from '@kestrel/core'

import type { DuckDbOptions } from '../parquet/duckdb.ts'

/** What every operation on a lake needs: where it lies and with what means. */
export interface LakeContext {
  readonly lakeFolder: string
  readonly cacheFolder: string
  /** Time of imports and locks only; no hash and no result depends on it. */
  readonly clock: Clock
  readonly duckdb: DuckDbOptions
  /** False where columns are neither read from nor written to the cache. */
  readonly cache: boolean
  /** Cache files being written. Loads do not wait for them; closing the lake does. */
  readonly pending: Set<Promise<unknown>>
}

/** The folders of a lake under a data folder. */
export function lakeFolders(dataDir: string): { lakeFolder: string; cacheFolder: string } {
  return { lakeFolder: join(dataDir, 'lake'), cacheFolder: join(dataDir, 'cache') }
}
