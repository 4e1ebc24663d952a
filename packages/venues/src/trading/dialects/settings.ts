import type { Instrument } from '@kestrel/core'
import { isUnchanged } from '../venue-refusal.ts'
import type { Desk, VenueDialect } from './dialect.ts'

/** For settings: being already so is what was asked for. */
export function ignoreUnchanged(error: unknown): void {
  if (!isUnchanged(error)) throw error
}

/** Instruments to cancel at: those named, or all that have an open order; each once. */
export async function namedOrOpen(
  dialect: Pick<VenueDialect, 'openOrders'>,
  desk: Desk,
  instruments: readonly Instrument[] | undefined,
): Promise<readonly Instrument[]> {
  const all = instruments ?? (await dialect.openOrders(desk, undefined)).map((order) => order.instrument)
  return [...new Map(all.map((each) => [each.id, each])).values()]
}
