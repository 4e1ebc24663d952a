import { DataError, type InstrumentId, isoTime, type TimeMs, type Timeframe } from '@kestrel/core'
import { type HistoryKind, type HistoryRow, rowKey, rowTimeMs } from './history-kind.ts'
import type { HistoryPage } from './history-source.ts'

/** Rows kept to compare the next page with. A page repeats one row, or those of one instant. */
const KEPT_ROWS = 2_000

/** Whose pages they are, for messages. */
export interface JoinContext {
  readonly venue: string
  readonly instrument: InstrumentId
  readonly kind: HistoryKind
  readonly timeframe?: Timeframe | undefined
}

/** What a page adds to the rows before it. */
export interface JoinedPage {
  readonly rows: readonly HistoryRow[]
  /** Rows that stood in the page twice, the same. */
  readonly repeated: number
}

/**
 * Joins pages of history, and refuses one that contradicts what is known: rows that go back in time, rows shared with the
 * page before that differ or are absent, time that neither page covers. A page that is refused changes nothing.
 */
export class PageJoiner {
  readonly #context: JoinContext
  #coveredToMs: TimeMs
  #known: readonly HistoryRow[]

  /**
   * @param fromMs - Where the first page has to begin at the latest.
   * @param known - Rows known before it, oldest first: those stored by an earlier download.
   */
  constructor(context: JoinContext, fromMs: TimeMs, known: readonly HistoryRow[] = []) {
    this.#context = context
    this.#coveredToMs = fromMs
    this.#known = known.slice(-KEPT_ROWS)
  }

  /** The last row known. */
  get last(): HistoryRow | undefined {
    return this.#known.at(-1)
  }

  /**
   * @throws DataError `DATA_PAGE_ORDER` (goes back in time), `DATA_PAGE_OVERLAP` (a shared row differs), `DATA_PAGE_JOIN`
   *   (a shared row, an id or a stretch of time is missing), `DATA_PAGE_ROW` (a row without a time).
   */
  join(page: HistoryPage): JoinedPage {
    const { rows, repeated } = this.#ordered(page)
    if (page.fromMs > this.#coveredToMs)
      throw this.#refuse(
        page,
        'DATA_PAGE_JOIN',
        `it begins at ${isoTime(page.fromMs)}, but the pages before it end at ${isoTime(this.#coveredToMs)}`,
      )
    const fresh = this.#compared(page, rows)
    if (fresh.length === 0 && page.toMs <= this.#coveredToMs)
      throw this.#refuse(page, 'DATA_PAGE_JOIN', 'it does not lead beyond the pages before it')
    if (page.idsAreConsecutive === true) this.#checkIds(page, fresh)
    this.#coveredToMs = Math.max(this.#coveredToMs, page.toMs)
    this.#known = [...this.#known, ...fresh].slice(-KEPT_ROWS)
    return { rows: fresh, repeated }
  }

  /** The rows, each once; in order, inside the page's span. */
  #ordered(page: HistoryPage): JoinedPage {
    const { kind } = this.#context
    const rows: HistoryRow[] = []
    let repeated = 0
    for (const row of page.rows) {
      const before = rows.at(-1)
      const timeMs = rowTimeMs(kind, row)
      if (!Number.isSafeInteger(row[0]) || !Number.isSafeInteger(rowKey(kind, row)))
        throw this.#refuse(page, 'DATA_PAGE_ROW', `a row in it has no usable time or id: ${row.join(', ')}`)
      if (before !== undefined && rowKey(kind, row) === rowKey(kind, before)) {
        if (!sameRow(row, before))
          throw this.#refuse(page, 'DATA_PAGE_OVERLAP', `it has two different rows for ${this.#nameOf(row)}`)
        repeated += 1
        continue
      }
      if (timeMs < page.fromMs || (before !== undefined && !isAfter(kind, row, before)))
        throw this.#refuse(page, 'DATA_PAGE_ORDER', `it goes back in time to ${this.#nameOf(row)}`)
      if (kind === 'trades' ? timeMs > page.toMs : timeMs >= page.toMs)
        throw this.#refuse(page, 'DATA_PAGE_ORDER', `${this.#nameOf(row)} lies beyond its end`)
      rows.push(row)
    }
    return { rows, repeated }
  }

  /** Compares the rows that both sides should have; gives the others. */
  #compared(page: HistoryPage, rows: readonly HistoryRow[]): readonly HistoryRow[] {
    const { kind } = this.#context
    const last = this.#known.at(-1)
    if (last === undefined) return rows
    const isKnown = (row: HistoryRow): boolean => rowKey(kind, row) <= rowKey(kind, last)
    const shared = rows.filter(isKnown)
    const [first] = shared
    const expected = this.#known.filter((row) =>
      // A page of trades begins at an id or an instant, and what it has of that instant is its own choice.
      kind === 'trades'
        ? first !== undefined && rowKey(kind, row) >= rowKey(kind, first)
        : rowTimeMs(kind, row) >= page.fromMs,
    )
    if (first === undefined && rowTimeMs(kind, last) >= page.fromMs)
      throw this.#refuse(page, 'DATA_PAGE_JOIN', `it lacks ${this.#nameOf(last)}, with which the page before it ended`)
    for (let i = 0; i < Math.max(shared.length, expected.length); i++) {
      const [is, was] = [shared[i], expected[i]]
      if (is !== undefined && was !== undefined && sameRow(is, was)) continue
      throw this.#refuse(page, 'DATA_PAGE_OVERLAP', this.#difference(is, was))
    }
    const fresh = rows.slice(shared.length)
    const [next] = fresh
    if (next !== undefined && !isAfter(kind, next, last))
      throw this.#refuse(page, 'DATA_PAGE_ORDER', `it goes back in time to ${this.#nameOf(next)}`)
    return fresh
  }

  #difference(is: HistoryRow | undefined, was: HistoryRow | undefined): string {
    if (is === undefined) return `it lacks ${this.#nameOf(was ?? [])}, which came before`
    if (was === undefined || rowKey(this.#context.kind, is) !== rowKey(this.#context.kind, was))
      return `it has ${this.#nameOf(is)}, which was not there before`
    return `${this.#nameOf(is)} is ${is.slice(1).join(', ')} in it, and was ${was.slice(1).join(', ')} before`
  }

  #checkIds(page: HistoryPage, fresh: readonly HistoryRow[]): void {
    let before = this.#known.at(-1)
    for (const row of fresh) {
      if (before !== undefined && row[1] !== (before[1] as number) + 1)
        throw this.#refuse(page, 'DATA_PAGE_JOIN', `the trades between ${before[1]} and ${row[1]} are missing`)
      before = row
    }
  }

  #nameOf(row: HistoryRow): string {
    const { kind } = this.#context
    const at = isoTime(rowTimeMs(kind, row))
    return kind === 'trades' ? `trade ${row[1]} of ${at}` : `the row of ${at}`
  }

  #refuse({ fromMs, toMs }: HistoryPage, code: string, problem: string): DataError {
    const { venue, instrument, kind, timeframe } = this.#context
    const what = [instrument, kind, timeframe].filter((part) => part !== undefined).join(' ')
    return new DataError({
      code,
      message: `${venue}, ${what}: the page from ${isoTime(fromMs)} to ${isoTime(toMs)} does not fit: ${problem}. Nothing of this page was stored.`,
      hint: 'Run the same command again: it goes on where the stored data ends. If it fails the same way, the venue has changed its history: take it anew with --on-conflict replace.',
      meta: { venue, instrument, kind, timeframe, fromMs, toMs },
      retry: 'safe',
    })
  }
}

function sameRow(a: HistoryRow, b: HistoryRow): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}

function isAfter(kind: HistoryKind, row: HistoryRow, before: HistoryRow): boolean {
  return (row[0] as number) >= (before[0] as number) && rowKey(kind, row) > rowKey(kind, before)
}
