import type { Instrument, MarginTierTable } from '@kestrel/core'
import { findMarginTiers, readMarginTiers } from '@kestrel/data'

/**
 * Margin tables of the perpetuals of a run: those of a file that the user states, else the shipped ones. An instrument
 * without any is left out.
 *
 * @throws DataError `DATA_MARGIN_TIERS` for a file that cannot be used.
 */
export function marginTables(
  instruments: readonly Instrument[],
  path: string | undefined,
): Readonly<Record<string, MarginTierTable>> {
  const stated = path === undefined ? undefined : readMarginTiers(path)
  const tables: Record<string, MarginTierTable> = {}
  for (const { marginTiers: id } of instruments) {
    const table = id === undefined ? undefined : (stated?.get(id) ?? findMarginTiers(id))
    if (id !== undefined && table !== undefined) tables[id] = table
  }
  return tables
}
