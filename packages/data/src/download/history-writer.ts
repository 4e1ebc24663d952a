import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, type InstrumentSpec, KestrelError, type TimeMs, type Timeframe, timeframeMs } from '@kestrel/core'
import type { DatasetKey } from '../dataset.ts'
import type { DatasetRecord } from '../lake/dataset-record.ts'
import type { Lake } from '../lake/lake.ts'
import type { OnConflict } from '../lake/write-dataset.ts'
import { historyDataset } from './history-dataset.ts'
import type { HistoryKind, HistoryRow } from './history-kind.ts'
import type { HistorySource } from './history-source.ts'

/** A write reads and hashes the dataset, so it waits until this share of it is new ... */
const WRITE_SHARE = 0.05
/** ... or this much time has passed, or this many pages are waiting. */
const WRITE_AFTER_MS = 10_000
const MOST_PAGES = 100
/** Another process that writes to the lake is waited for this long. */
const BUSY_TRIES = 60
const BUSY_WAIT_MS = 500

interface Target {
  readonly lake: Lake
  readonly source: HistorySource
  readonly key: DatasetKey
  readonly kind: HistoryKind
  readonly timeframe: Timeframe | undefined
  readonly onConflict: OnConflict
  readonly clock: Clock
  readonly spec: InstrumentSpec | undefined
}

/** Writes joined rows to the lake, a page or a few at a time, and remembers with them what the venue has answered for. */
export class HistoryWriter {
  readonly #target: Target
  #record: DatasetRecord | undefined
  readonly #counts = { added: 0, identical: 0, replaced: 0, kept: 0 }
  #rows = 0
  #pending: HistoryRow[] = []
  #pendingPages = 0
  /** The last row before the pending ones, written again so that a hole between them is seen. */
  #anchor: HistoryRow | undefined
  #fromMs: TimeMs = 0
  #toMs: TimeMs = 0
  #writtenAtMs: TimeMs

  constructor(target: Target, record: DatasetRecord | undefined) {
    this.#target = target
    this.#record = record
    this.#writtenAtMs = target.clock.nowMs()
  }

  /** The dataset as last written or found. */
  get record(): DatasetRecord | undefined {
    return this.#record
  }

  get rows(): number {
    return this.#rows
  }

  get counts(): {
    readonly added: number
    readonly identical: number
    readonly replaced: number
    readonly kept: number
  } {
    return { ...this.#counts }
  }

  /** Begins a stretch of time. */
  begin(fromMs: TimeMs, anchor: HistoryRow | undefined): void {
    this.#fromMs = fromMs
    this.#toMs = fromMs
    this.#anchor = anchor
  }

  /** Takes rows that follow those before, and the end of what the venue has answered for. */
  async add(rows: readonly HistoryRow[], answeredToMs: TimeMs): Promise<void> {
    this.#pending.push(...rows)
    this.#rows += rows.length
    this.#pendingPages += 1
    this.#toMs = Math.max(this.#toMs, answeredToMs)
    const isMuch = this.#pending.length >= WRITE_SHARE * (this.#record?.rows ?? 0)
    const isLate = this.#target.clock.nowMs() - this.#writtenAtMs >= WRITE_AFTER_MS
    if (isMuch || isLate || this.#pendingPages >= MOST_PAGES) await this.flush()
  }

  /** Writes what is pending, whole or not at all. */
  async flush(): Promise<void> {
    const { source, key, kind, timeframe, spec } = this.#target
    // An answer without rows stands once a row after it is known.
    if (this.#pending.length === 0) return
    const rows = this.#anchor === undefined ? this.#pending : [this.#anchor, ...this.#pending]
    const dataset = historyDataset({
      key,
      kind,
      rows,
      venue: source.venue,
      means: source.means,
      covered: { fromMs: this.#fromMs, toMs: this.#toMs },
      spec,
      sparse: this.#record?.sparse ?? kind === 'trades',
      knowableDelayMs: kind === 'mark' || kind === 'open-interest' ? timeframeMs(timeframe ?? '1h') : 0,
    })
    const pending = this.#pending
    // Taken off first: rows that the lake refuses are not offered again.
    this.#pending = []
    this.#pendingPages = 0
    const report = await this.#write(dataset)
    this.#record = report.record
    this.#anchor = pending.at(-1)
    this.#fromMs = this.#toMs
    this.#writtenAtMs = this.#target.clock.nowMs()
    this.#counts.added += report.added
    this.#counts.identical += report.identical - (rows.length - pending.length)
    this.#counts.replaced += report.replaced
    this.#counts.kept += report.kept
  }

  async #write(dataset: ReturnType<typeof historyDataset>): ReturnType<Lake['write']> {
    const { lake, onConflict } = this.#target
    for (let tries = 1; ; tries++) {
      try {
        return await lake.write(dataset, { onConflict })
      } catch (error) {
        if (!KestrelError.isInstance(error) || error.code !== 'DATA_LAKE_BUSY' || tries >= BUSY_TRIES) throw error
        await sleep(BUSY_WAIT_MS)
      }
    }
  }
}
