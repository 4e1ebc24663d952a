import { isoTime } from '@kestrel/core'
import { type DatasetRecord, type GapEntry, type GapKind, keyText } from '@kestrel/data'

/** A dataset as `data list` and `data import` give it in JSON. */
export function datasetSummary(record: DatasetRecord) {
  const { key, rows, span, contentHash, sparse, synthetic, sources, ledger, spec } = record
  const missing = ledger.filter(({ kind }) => kind === 'missing')
  return {
    dataset: keyText(key),
    instrument: key.instrument,
    kind: key.kind,
    timeframe: key.timeframe ?? null,
    name: key.name ?? null,
    rows,
    from: isoTime(span.fromMs),
    to: isoTime(span.toMs),
    missingBars: missing.reduce((sum, { count }) => sum + count, 0),
    gaps: missing.length,
    ledger: countsByKind(ledger),
    sparse,
    synthetic: synthetic !== undefined,
    contentHash,
    sources: sources.map(({ name, licence }) => ({ name, licence: licence ?? null })),
    spec: spec ?? null,
  }
}

export type DatasetSummary = ReturnType<typeof datasetSummary>

/** Rows concerned by kind of ledger entry. */
export function countsByKind(ledger: readonly GapEntry[]): Partial<Record<GapKind, number>> {
  const counts: Partial<Record<GapKind, number>> = {}
  for (const { kind, count } of ledger) counts[kind] = (counts[kind] ?? 0) + count
  return counts
}
