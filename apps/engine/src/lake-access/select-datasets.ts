import { DataError, UsageError } from '@kestrel/core'
import { type DatasetRecord, keyText, type Lake } from '@kestrel/data'
import { didYouMean } from '../cli/nearest.ts'
import type { DataSelectFlags } from '../commands/data.ts'

/**
 * The datasets of a lake that flags and arguments name; all of them where nothing is named.
 *
 * @throws DataError `DATA_CATALOG` for a broken catalog file; UsageError `CLI_DATASET` where nothing fits.
 */
export async function selectDatasets(
  lake: Lake,
  named: readonly string[],
  flags: DataSelectFlags,
): Promise<readonly DatasetRecord[]> {
  const { datasets, broken } = await lake.list()
  const [first] = broken
  if (first !== undefined) {
    throw new DataError({
      code: first.code,
      message: first.message,
      meta: { folder: first.folder, broken: broken.length },
    })
  }
  const instruments = [...named, ...(flags.instrument ?? [])]
  const known = [...new Set(datasets.map(({ key }) => key.instrument))]
  const unknown = instruments.find((id) => !known.includes(id))
  if (unknown !== undefined) {
    throw new UsageError({
      code: 'CLI_DATASET',
      message: `The lake ${lake.dataDir} holds nothing of ${unknown}.`,
      hint:
        didYouMean(unknown, known) ??
        (known.length === 0 ? 'It is empty: kestrel data import FILE' : 'See: kestrel data list'),
      meta: { instrument: unknown, known },
    })
  }
  const found = datasets.filter(
    ({ key }) =>
      (instruments.length === 0 || instruments.includes(key.instrument)) &&
      (flags.kind === undefined || key.kind === flags.kind) &&
      (flags.timeframe === undefined || key.timeframe === flags.timeframe) &&
      (flags.name === undefined || key.name === flags.name),
  )
  if (found.length > 0 || (datasets.length === 0 && instruments.length === 0)) return found
  throw new UsageError({
    code: 'CLI_DATASET',
    message: `The lake ${lake.dataDir} holds no such dataset.`,
    hint: `It has: ${datasets
      .slice(0, 5)
      .map(({ key }) => keyText(key))
      .join('; ')}. All of them: kestrel data list`,
    meta: { ...flags },
  })
}
