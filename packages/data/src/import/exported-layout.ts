import type { DataKind } from '../dataset.ts'
import { SERIES_COLUMNS } from '../normalise/normalise-series.ts'

/** True for the column names of dated values as the lake stores and exports them; what follows the two times are values. */
export function isExportedSeries(names: readonly string[]): boolean {
  return names.length > 2 && names[0] === 'tsEventMs' && names[1] === 'knowableTimeMs'
}

/**
 * The kind of dated values whose columns have exactly the names that an export gives them; undefined for any other.
 *
 * A series with the one value `rate` looks like funding, and one of `open, high, low, close` like marks: state the kind of those.
 */
export function exportedKind(names: readonly string[]): DataKind | undefined {
  if (!isExportedSeries(names)) return undefined
  const values = names.slice(2).join()
  return (['funding', 'mark'] as const).find((kind) => SERIES_COLUMNS[kind]?.join() === values) ?? 'series'
}
