import { accessSync, constants } from 'node:fs'
import { type Instrument, type MarginTierTable, UsageError } from '@kestrel/core'
import { findMarginTiers, readMarginTiers } from '@kestrel/data'
import { fileProblem } from '../cli/file-problem.ts'

/**
 * Margin tables of the perpetuals of a run: those of a file that the user states, else the shipped ones. An instrument
 * without any is left out.
 *
 * @throws DataError `DATA_MARGIN_TIERS` for a file that cannot be used, UsageError `CLI_MARGIN_TIERS_FILE` for one that
 *   cannot be read.
 */
export function marginTables(
  instruments: readonly Instrument[],
  path: string | undefined,
): Readonly<Record<string, MarginTierTable>> {
  const stated = path === undefined ? undefined : readStated(path)
  const tables: Record<string, MarginTierTable> = {}
  for (const { marginTiers: id } of instruments) {
    const table = id === undefined ? undefined : (stated?.get(id) ?? findMarginTiers(id))
    if (id !== undefined && table !== undefined) tables[id] = table
  }
  return tables
}

function readStated(path: string): ReadonlyMap<string, MarginTierTable> {
  try {
    accessSync(path, constants.R_OK)
  } catch (cause) {
    throw new UsageError({
      code: 'CLI_MARGIN_TIERS_FILE',
      message: `The margin tiers in ${path} cannot be read: ${fileProblem(cause)}. Nothing was run.`,
      meta: { path },
      cause,
    })
  }
  return readMarginTiers(path)
}
