import type { SeriesColumns } from '@kestrel/core'
import { expect, test } from 'vitest'
import { SAMPLE_START_MS, temporaryLake } from '../../test/sample-data.ts'
import type { ImportedDataset } from '../dataset.ts'
import { normaliseSeries } from '../normalise/normalise-series.ts'

const DAY_MS = 86_400_000
const KEY = { instrument: 'BTC-USD.INDEX', kind: 'series', name: 'greed' } as const

/** A dataset of readings: day, days until it was known, value. */
function readings(
  ...rows: readonly (readonly [day: number, knownAfterDays: number, value: number])[]
): ImportedDataset {
  const raw: SeriesColumns = {
    tsEventMs: Float64Array.from(rows, ([day]) => SAMPLE_START_MS + day * DAY_MS),
    knowableTimeMs: Float64Array.from(rows, ([day, known]) => SAMPLE_START_MS + (day + known) * DAY_MS),
    values: { greed: Float64Array.from(rows, ([, , value]) => value) },
  }
  const { series, ledger } = normaliseSeries(raw, 'series', { what: 'greed', source: 'test' })
  return { key: KEY, table: series, source: { name: 'test', format: 'csv' }, ledger, sparse: false }
}

test('a revised value keeps every version, from one import or from several', async () => {
  const lake = temporaryLake()
  await lake.write(readings([0, 1, 10], [1, 1, 20], [0, 3, 11]))
  const report = await lake.write(readings([1, 1, 20], [1, 2, 21], [2, 1, 30]))
  expect(report).toMatchObject({ added: 2, identical: 1, replaced: 0 })
  const { series } = await lake.loadSeries(KEY)
  const rows = [...series.tsEventMs.keys()].map((i) => [
    ((series.tsEventMs[i] as number) - SAMPLE_START_MS) / DAY_MS,
    ((series.knowableTimeMs[i] as number) - SAMPLE_START_MS) / DAY_MS,
    series.values['greed']?.[i],
  ])
  expect(rows).toEqual([
    [0, 1, 10],
    [0, 3, 11],
    [1, 2, 20],
    [1, 3, 21],
    [2, 3, 30],
  ])
})

test('a value that was changed without a later knowable time is refused, and nothing is written', async () => {
  const lake = temporaryLake()
  const first = await lake.write(readings([0, 1, 10]))
  await expect(lake.write(readings([0, 1, 12], [1, 1, 20]))).rejects.toMatchObject({ code: 'DATA_CONFLICT' })
  const { dataHash, rows } = await lake.loadSeries(KEY)
  expect({ dataHash, rows }).toEqual({ dataHash: first.record.contentHash, rows: 1 })
})
