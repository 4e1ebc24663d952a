import type { GapEntry } from '../dataset.ts'

/** Ledger entries of one kind beyond this number are drawn together into one that states their count. */
const MAX_ENTRIES = 1_000

/**
 * The order that sorts rows by up to two keys, equal rows staying as given.
 *
 * @returns `undefined` where the rows are in order already, which costs one pass and no memory.
 */
export function sortingOrder(first: Float64Array, second?: Float64Array): Uint32Array | undefined {
  const n = first.length
  let ordered = true
  for (let i = 1; i < n && ordered; i++) {
    const step = (first[i] as number) - (first[i - 1] as number)
    if (step < 0) ordered = false
    else if (step === 0 && second !== undefined && (second[i] as number) < (second[i - 1] as number)) ordered = false
  }
  if (ordered) return undefined
  const order = Uint32Array.from({ length: n }, (_, i) => i)
  return order.sort((a, b) => {
    const byFirst = (first[a] as number) - (first[b] as number)
    if (byFirst !== 0) return byFirst
    const bySecond = second === undefined ? 0 : (second[a] as number) - (second[b] as number)
    return bySecond !== 0 ? bySecond : a - b
  })
}

/** The column in the given order, as new memory. */
export function reorder<T extends Float64Array | Int8Array>(column: T, order: Uint32Array): T {
  const out = column.slice() as T
  for (let i = 0; i < order.length; i++) out[i] = column[order[i] as number] as number
  return out
}

/**
 * Ledger entries for rows that came after a later row.
 *
 * @param timeMs - Times in the order of the source.
 * @param rowMs - Length of a row: the timeframe for bars, 1 otherwise.
 */
export function unorderedRuns(timeMs: Float64Array, rowMs: number, source: string): GapEntry[] {
  const n = timeMs.length
  if (isDescending(timeMs)) {
    const reason = 'source is newest first; the order was reversed'
    return [entryOf('unordered', timeMs[n - 1] as number, (timeMs[0] as number) + rowMs, n, reason, source)]
  }
  const reason = 'row came after a later one; sorted by time'
  const entries: GapEntry[] = []
  let latestMs = -Infinity
  let start = -1
  for (let i = 0; i <= n; i++) {
    const late = i < n && (timeMs[i] as number) < latestMs
    if (late && start < 0) start = i
    if (!late && start >= 0) {
      const run = timeMs.subarray(start, i)
      entries.push(entryOf('unordered', minimum(run), maximum(run) + rowMs, run.length, reason, source))
      start = -1
    }
    if (i < n) latestMs = Math.max(latestMs, timeMs[i] as number)
  }
  return condense(entries)
}

/** Builds runs of equal-kind rows, given one at a time in order of time, joining rows that touch. */
export class RunBuilder {
  readonly #entries: GapEntry[] = []
  readonly #kind: GapEntry['kind']
  readonly #reason: string
  readonly #source: string
  readonly #rowMs: number

  constructor(kind: GapEntry['kind'], reason: string, source: string, rowMs: number) {
    this.#kind = kind
    this.#reason = reason
    this.#source = source
    this.#rowMs = rowMs
  }

  add(timeMs: number): void {
    const last = this.#entries.at(-1)
    if (last !== undefined && timeMs <= last.toMs) {
      const toMs = Math.max(last.toMs, timeMs + this.#rowMs)
      this.#entries[this.#entries.length - 1] = { ...last, toMs, count: last.count + 1 }
    } else this.#entries.push(entryOf(this.#kind, timeMs, timeMs + this.#rowMs, 1, this.#reason, this.#source))
  }

  entries(): GapEntry[] {
    return condense(this.#entries)
  }
}

function entryOf(
  kind: GapEntry['kind'],
  fromMs: number,
  toMs: number,
  count: number,
  reason: string,
  source: string,
): GapEntry {
  return { kind, fromMs, toMs, count, reason, source }
}

/** One entry in place of very many, so that a shuffled file does not give a ledger as long as itself. */
function condense(entries: GapEntry[]): GapEntry[] {
  const first = entries[0]
  if (first === undefined || entries.length <= MAX_ENTRIES) return entries
  let { fromMs, toMs } = first
  let count = 0
  for (const entry of entries) {
    fromMs = Math.min(fromMs, entry.fromMs)
    toMs = Math.max(toMs, entry.toMs)
    count += entry.count
  }
  return [{ ...first, fromMs, toMs, count, reason: `${first.reason} (${entries.length} runs)` }]
}

function isDescending(column: Float64Array): boolean {
  if (column.length < 2 || column[0] === column[column.length - 1]) return false
  for (let i = 1; i < column.length; i++) if ((column[i] as number) > (column[i - 1] as number)) return false
  return true
}

function minimum(column: Float64Array): number {
  let least = Infinity
  for (let i = 0; i < column.length; i++) least = Math.min(least, column[i] as number)
  return least
}

function maximum(column: Float64Array): number {
  let most = -Infinity
  for (let i = 0; i < column.length; i++) most = Math.max(most, column[i] as number)
  return most
}
