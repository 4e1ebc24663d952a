import { DataError } from '@kestrel/core'

import type { DatasetKey } from '../dataset.ts'
import { downloadCommand, importCommand, keyText } from './dataset-key.ts'
import type { DatasetRecord } from './dataset-record.ts'
import { listLake } from './list-datasets.ts'

/** Datasets named in the message. */
const SHOWN = 5

/** The error for a dataset that is not in the lake: names what is near it, and the command that would import it. */
export async function notFound(lakeFolder: string, key: DatasetKey): Promise<DataError> {
  const { datasets } = await listLake(lakeFolder)
  const near = nearest(key, datasets)
  const holds =
    datasets.length === 0 ? 'The lake is empty.' : near.length === 0 ? '' : `Near it the lake has: ${near.join(', ')}.`
  const download = downloadCommand(key)
  return new DataError({
    code: 'DATA_NOT_FOUND',
    message: `There is no ${keyText(key)} in the lake ${lakeFolder}. ${holds}`.trimEnd(),
    hint: `Import it: ${importCommand(key)}${download === undefined ? '' : ` or download it: ${download}`}`,
    meta: { key, near, lakeFolder },
  })
}

/** Names of stored datasets like the key: the same instrument first, then instruments spelt alike. */
function nearest(key: DatasetKey, datasets: readonly DatasetRecord[]): readonly string[] {
  const [base = ''] = key.instrument.split('-')
  return datasets
    .map((record) => {
      const { instrument, kind, timeframe } = record.key
      const spelling = editDistance(instrument, key.instrument)
      const likeness =
        spelling +
        (kind === key.kind ? 0 : 3) +
        (timeframe === key.timeframe ? 0 : 1) -
        // The same coin on another venue or against another currency is what people often meant.
        (instrument.startsWith(`${base}-`) ? 6 : 0)
      return { name: keyText(record.key), likeness, spelling }
    })
    .filter(({ likeness, spelling }) => likeness <= 4 || spelling <= 3)
    .sort((a, b) => a.likeness - b.likeness)
    .slice(0, SHOWN)
    .map(({ name }) => name)
}

/** Levenshtein distance: least number of letters to add, remove or change. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
