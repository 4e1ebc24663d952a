import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import {
  DataError,
  marginTierProblem,
  type MarginTierTable,
  marginTierTableSchema,
  parseInstrumentId,
} from '@kestrel/core'
import { z } from 'zod'
import { shippedFolder } from './shipped-folder.ts'

/** A file of margin tables: one venue each. */
const marginTierFileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  venue: z.string(),
  asOf: z.string(),
  tables: z.array(marginTierTableSchema),
})

const byFile = new Map<string, ReadonlyMap<string, MarginTierTable>>()

/** What goes wrong at a path of a parsed file, as the instrument and tier that a reader can find. */
function placeOf(json: unknown, path: readonly PropertyKey[]): string {
  const [tables, index, tiers, tier, ...field] = path
  if (tables !== 'tables' || typeof index !== 'number') return path.map(String).join('.') || 'the file'
  const id = z.object({ tables: z.array(z.object({ id: z.string() }).partial()) }).safeParse(json)
  const name = id.data?.tables[index]?.id ?? `table ${index + 1}`
  if (tiers !== 'tiers' || typeof tier !== 'number') return `${name}, ${path.slice(2).map(String).join('.')}`
  return `${name}, tier ${tier + 1}, ${field.map(String).join('.')}`
}

/**
 * Margin tables of a file, by id.
 *
 * @throws DataError `DATA_MARGIN_TIERS` naming file, instrument and tier for a file that cannot be read, a table twice,
 *   or a table with a hole, an overlap, rates that do not rise or an amount that makes the maintenance margin jump.
 */
export function readMarginTiers(path: string): ReadonlyMap<string, MarginTierTable> {
  const refuse = (place: string, reason: string): never => {
    throw new DataError({
      code: 'DATA_MARGIN_TIERS',
      message: `The margin tiers in ${path} cannot be used: ${place}: ${reason}.`,
      hint: 'Correct the file; no margin, leverage or liquidation price is worked out from a table that contradicts itself.',
      meta: { path, place, reason },
    })
  }
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    return refuse(basename(path), error instanceof Error ? error.message.replace(/\.$/, '') : String(error))
  }
  const parsed = marginTierFileSchema.safeParse(json)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return refuse(placeOf(json, issue?.path ?? []), issue?.message ?? '')
  }
  const tables = new Map<string, MarginTierTable>()
  for (const table of parsed.data.tables) {
    if (tables.has(table.id)) refuse(table.id, 'it is there twice')
    const problem = marginTierProblem(table)
    if (problem !== undefined) {
      refuse(problem.tier === 0 ? table.id : `${table.id}, tier ${problem.tier}`, problem.reason)
    }
    tables.set(table.id, Object.freeze(table))
  }
  return tables
}

/**
 * Margin tiers that Kestrel ships for a perpetual of a main venue, with their source.
 *
 * Tables are facts of one date: venues change them often, and a table of today says nothing about a liquidation of three
 * years ago. A table that the user states goes first.
 *
 * @param id - The instrument's `marginTiers`, by default its id.
 * @throws DataError `DATA_MARGIN_TIERS` where the shipped file was damaged.
 */
export function findMarginTiers(id: string): MarginTierTable | undefined {
  const folder = shippedFolder()
  const path = `${folder ?? ''}margin-tiers/${parseInstrumentId(id).venue.toLowerCase()}.json`
  if (folder === undefined || !existsSync(path)) return undefined
  const known = byFile.get(path) ?? readMarginTiers(path)
  byFile.set(path, known)
  return known.get(id)
}

/** Every shipped margin table, ordered by id. */
export function listMarginTiers(): MarginTierTable[] {
  const folder = shippedFolder()
  if (folder === undefined || !existsSync(`${folder}margin-tiers`)) return []
  return readdirSync(`${folder}margin-tiers`)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => [...readMarginTiers(`${folder}margin-tiers/${name}`).values()])
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}
