import { createHash } from 'node:crypto'

/** Kinds of entries, in the order of their numbers in the log. */
export const LOG_KINDS = [
  'run-start',
  'order-created',
  'order-refused',
  'order-submitted',
  'order-accepted',
  'order-rejected',
  'order-triggered',
  'order-reduced',
  'order-amended',
  'order-cancelled',
  'order-expired',
  'fill',
  'run-stop',
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
 * in memory. Its SHA-256 is the fingerprint by which two runs are compared.
 *
 * Numbers per kind: orders carry lots, limit ticks, trigger ticks; fills carry lots, price, fee; a run's start carries the seed, its end the equity.
 */
export class EventLog {
  #rows = new Float64Array(WIDTH * 256)
  #count = 0
  readonly #texts = new Map<string, number>([['', 0]])

  get length(): number {
    return this.#count
  }

  append(kind: LogKind, timeMs: number, orderId: number, text: string, a: number, b: number, c: number): void {
    const start = this.#count * WIDTH
    if (start === this.#rows.length) {
      const grown = new Float64Array(this.#rows.length * 2)
      grown.set(this.#rows)
      this.#rows = grown
    }
    let textIndex = text === '' ? 0 : this.#texts.get(text)
    if (textIndex === undefined) {
      textIndex = this.#texts.size
      this.#texts.set(text, textIndex)
    }
    const rows = this.#rows
    rows[start] = KIND_NUMBER[kind]
    rows[start + 1] = timeMs
    rows[start + 2] = orderId
    rows[start + 3] = textIndex
    rows[start + 4] = a
    rows[start + 5] = b
    rows[start + 6] = c
    this.#count++
  }

  *entries(): Generator<LogEntry> {
    const texts = [...this.#texts.keys()]
    const at = (index: number): number => this.#rows[index] as number
    for (let i = 0; i < this.#count; i++) {
      const start = i * WIDTH
      yield {
        sequence: i,
        kind: LOG_KINDS[at(start)] as LogKind,
        timeMs: at(start + 1),
        orderId: at(start + 2),
        text: texts[at(start + 3)] as string,
        a: at(start + 4),
        b: at(start + 5),
        c: at(start + 6),
      }
    }
  }

  /** SHA-256 over all rows, their texts, and further columns such as the equity, as hex. */
  hash(...columns: readonly Float64Array[]): string {
    const hash = createHash('sha256')
    hash.update(bytes(this.#rows.subarray(0, this.#count * WIDTH)))
    hash.update(JSON.stringify([...this.#texts.keys()]))
    for (const column of columns) hash.update(bytes(column))
    return hash.digest('hex')
  }
}

/** Little-endian bytes; every platform that Node runs on is little-endian. */
function bytes(column: Float64Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
}
