import type { SeriesColumns, TimeMs } from '@kestrel/core'

const HOUR_MS = 3_600_000
/** How far from the full hour a stamp may lie: recordings show milliseconds, at times up to a second. */
const JITTER_MS = 2_000

/**
 * The instant of a funding settlement as the venue schedules it: the nearest full hour where the recorded stamp lies within
 * two seconds of it, else the stamp.
 *
 * Venues settle on full hours and stamp the row when they get to it, a few milliseconds off; two recordings of one settlement
 * would otherwise be two settlements.
 */
export function settlementTimeMs(stampMs: TimeMs): TimeMs {
  const hourMs = Math.round(stampMs / HOUR_MS) * HOUR_MS
  return Math.abs(stampMs - hourMs) <= JITTER_MS ? hourMs : stampMs
}

/** Funding rows with their times on the settlement grid; the input is left unchanged, and is the result where nothing moves. */
export function onSettlementGrid(rows: SeriesColumns): SeriesColumns {
  const { tsEventMs, knowableTimeMs } = rows
  const isOnGrid = (timeMs: number): boolean => settlementTimeMs(timeMs) === timeMs
  if (tsEventMs.every(isOnGrid) && knowableTimeMs.every(isOnGrid)) return rows
  return { ...rows, tsEventMs: tsEventMs.map(settlementTimeMs), knowableTimeMs: knowableTimeMs.map(settlementTimeMs) }
}
