import { createHash } from 'node:crypto'
import { RowStore, TextTable } from './row-store.ts'

/** Kinds of entries, in the order of their numbers in the log. */
export const LOG_KINDS = [
  'run-start',
  'order-created',
  'order-refused',
  'order-accepted',
  'order-rejected',
  'order-triggered',
  'order-reduced',
  'order-amended',
  'order-amend-refused',
  'order-cancelled',
  'order-expired',
  'fill',
  'run-stop',
  'liquidation',
  'funding',
  'order-grouped',
  'order-grown',
  'order-completed',
  'interest',
] as const
export type LogKind = (typeof LOG_KINDS)[number]

const KIND_NUMBER = Object.fromEntries(LOG_KINDS.map((kind, index) => [kind, index])) as Record<LogKind, number>
const WIDTH = 7

/** One entry, as {@link EventLog.entries} gives it back. `a`, `b`, `c` depend on the kind. */
export interface LogEntry {
  readonly sequence: number
  readonly kind: LogKind
  readonly timeMs: number
  readonly orderId: number
  readonly text: string
  readonly a: number
  readonly b: number
  readonly c: number
}

/**
 * The audit log of a run: every order, answer and fill in the order in which the kernel saw them, as fixed-width rows
 * in memory. An order that was not refused was sent. Its SHA-256 is the fingerprint by which two runs are compared.
 *
 * Numbers per kind: orders carry lots, limit ticks, trigger ticks; a group carries the number of its members and whether it has an entry, and its orders are numbered from its id on; fills carry
 * lots, price, fee (worth in the settle currency, with the currency as text where it was paid in another); a run's start
 * carries the seed, its end the equity. Liquidations and funding carry the instrument's index in place of an order id; a
 * liquidation the price that set it off, the price of the take-over and what the insurance fund got, funding the contracts,
 * the rate and the amount.
 */
export class EventLog {
  readonly #rows = new RowStore(WIDTH)
  readonly #texts = new TextTable()

  get length(): number {
    return this.#rows.count
  }

  append(kind: LogKind, timeMs: number, orderId: number, text: string, a: number, b: number, c: number): void {
    const row = this.#rows.count
    this.#rows.add()
    const values = this.#rows.chunkOf(row)
    const start = this.#rows.startOf(row)
    values[start] = kindNumber(kind)
    values[start + 1] = timeMs
    values[start + 2] = orderId
    values[start + 3] = this.#texts.idOf(text)
    values[start + 4] = a
    values[start + 5] = b
    values[start + 6] = c
  }

  *entries(): Generator<LogEntry> {
    for (let i = 0; i < this.#rows.count; i++) {
      const at = (column: number): number => this.#rows.at(i, column)
      yield {
        sequence: i,
        kind: LOG_KINDS[at(0)] as LogKind,
        timeMs: at(1),
        orderId: at(2),
        text: this.#texts.textOf(at(3)),
        a: at(4),
        b: at(5),
        c: at(6),
      }
    }
  }

  /** SHA-256 over all rows, their texts, and further columns such as the equity, as hex. */
  hash(...columns: readonly Float64Array[]): string {
    const hash = createHash('sha256')
    for (const stretch of this.#rows.stretches()) hash.update(bytes(stretch))
    hash.update(JSON.stringify(this.#texts.texts))
    for (const column of columns) hash.update(bytes(column))
    return hash.digest('hex')
  }
}

/** The kinds that come with every order first: a table read by text is many times slower than these comparisons. */
function kindNumber(kind: LogKind): number {
  switch (kind) {
    case 'order-created':
      return 1
    case 'order-accepted':
      return 3
    case 'fill':
      return 11
    case 'order-cancelled':
      return 9
    default:
      return KIND_NUMBER[kind]
  }
}

/** Little-endian bytes; every platform that Node runs on is little-endian. */
function bytes(column: Float64Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
}
