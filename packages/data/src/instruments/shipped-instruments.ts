import { existsSync, readdirSync, readFileSync } from 'node:fs'
import {
  DataError,
  type InstrumentId,
  type InstrumentSpec,
  instrumentSpecSchema,
  parseInstrumentId,
} from '@kestrel/core'
import { z } from 'zod'
import { shippedFolder } from './shipped-folder.ts'

/** A file of shipped specifications: one venue each. */
const shippedFileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  venue: z.string(),
  source: z.string(),
  asOf: z.string(),
  fees: z.string(),
  instruments: z.array(instrumentSpecSchema),
})

const byFile = new Map<string, ReadonlyMap<InstrumentId, InstrumentSpec>>()

function readVenueFile(path: string): ReadonlyMap<InstrumentId, InstrumentSpec> {
  const known = byFile.get(path)
  if (known !== undefined) return known
  const parsed = shippedFileSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  if (!parsed.success) {
    throw new DataError({
      code: 'DATA_SHIPPED_INSTRUMENTS',
      message: `The instrument specifications in ${path} cannot be read: ${parsed.error.issues[0]?.message ?? ''}.`,
      hint: 'Install Kestrel again; the file was changed or cut short.',
      meta: { path, issues: parsed.error.issues },
    })
  }
  const specs = new Map(parsed.data.instruments.map((spec) => [spec.id, Object.freeze(spec)]))
  byFile.set(path, specs)
  return specs
}

/**
 * Specification (tick, lot, minimum notional, fees) that Kestrel ships for an instrument of a main venue, with its source.
 *
 * Specifications are facts of one date: venues change ticks and fees, so a spec that the user states goes first.
 *
 * @throws UsageError `CORE_INSTRUMENT_ID` for text that is no instrument id.
 */
export function findShippedInstrument(id: InstrumentId): InstrumentSpec | undefined {
  const folder = shippedFolder()
  const path = `${folder ?? ''}${parseInstrumentId(id).venue.toLowerCase()}.json`
  if (folder === undefined || !existsSync(path)) return undefined
  return readVenueFile(path).get(id)
}

/** Every shipped specification, ordered by id. */
export function listShippedInstruments(): InstrumentSpec[] {
  const folder = shippedFolder()
  if (folder === undefined) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => [...readVenueFile(`${folder}${name}`).values()])
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}
