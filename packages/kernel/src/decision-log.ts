import type { InstrumentId, TimeMs } from '@kestrel/core'
import type { DecisionRecord } from './records.ts'
import { TextTable } from './row-store.ts'
import { NumberTape } from './number-tape.ts'

export type DecisionMode = 'none' | 'changed' | 'all'

const [NUMBER, TRUE, FALSE, TEXT, JSON_TEXT, MISSING] = [0, 1, 2, 3, 4, 5] as const

const NOTHING: Readonly<Record<string, unknown>> = Object.freeze({})

/**
 * Keeps what strategies explain. In mode `changed` only explanations that an order followed in the same callback are
 * kept, so that a quiet strategy costs nothing.
 *
 * Kept as numbers on a tape rather than as objects, for the reason given at `RowStore`. A value that is neither number,
 * text nor boolean is kept as its JSON.
 */
export class DecisionLog {
  readonly #mode: DecisionMode
  readonly #tape = new NumberTape()
  readonly #texts = new TextTable()
  #values: Readonly<Record<string, unknown>> | undefined
  readonly #orderIds: number[] = []
  /** Names of the last explanation and their numbers: nearly every explanation of a run has the same ones. */
  #lastKeys: readonly string[] = []
  #lastKeyIds: readonly number[] = []
  /** True while the present callback has given something to keep. */
  #pending = false

  constructor(mode: DecisionMode) {
    this.#mode = mode
  }

  explain(values: Readonly<Record<string, unknown>>): void {
    this.#values = values
    if (this.#mode === 'all') this.#pending = true
  }

  ordered(orderId: number): void {
    if (this.#mode === 'none') return
    this.#orderIds.push(orderId)
    this.#pending = true
  }

  /** Called after each callback: what was explained belongs to it alone. */
  endCallback(tsMs: TimeMs, strategy: string, instrumentId: InstrumentId | undefined): void {
    if (this.#pending) this.#keep(tsMs, strategy, instrumentId ?? '')
    this.#values = undefined
  }

  #keep(tsMs: TimeMs, strategy: string, instrumentId: string): void {
    this.#write(tsMs, strategy, instrumentId, this.#values ?? NOTHING)
    while (this.#orderIds.length > 0) this.#orderIds.pop()
    this.#pending = false
  }

  /** Everything kept, oldest first. */
  records(): DecisionRecord[] {
    const records: DecisionRecord[] = []
    const read = this.#tape.reader()
    while (!read.atEnd) {
      const tsMs = read.next()
      const strategy = this.#texts.textOf(read.next())
      const instrumentId = this.#texts.textOf(read.next())
      const orderIds = Array.from({ length: read.next() }, () => read.next())
      const values: Record<string, unknown> = {}
      for (let left = read.next(); left > 0; left--) {
        const key = this.#texts.textOf(read.next())
        values[key] = this.#valueOf(read.next(), read.next())
      }
      records.push({ tsMs, strategy, instrumentId: instrumentId === '' ? undefined : instrumentId, values, orderIds })
    }
    return records
  }

  #write(tsMs: TimeMs, strategy: string, instrumentId: string, values: Readonly<Record<string, unknown>>): void {
    const orderIds = this.#orderIds
    const keys = Object.keys(values)
    const keyIds = this.#idsOf(keys)
    let at = this.#tape.room(5 + orderIds.length + 3 * keys.length)
    const { chunk } = this.#tape
    chunk[at++] = tsMs
    chunk[at++] = this.#texts.idOf(strategy)
    chunk[at++] = this.#texts.idOf(instrumentId)
    chunk[at++] = orderIds.length
    for (let i = 0; i < orderIds.length; i++) chunk[at++] = orderIds[i] as number
    chunk[at++] = keys.length
    for (let i = 0; i < keys.length; i++) {
      const value = values[keys[i] as string]
      chunk[at++] = keyIds[i] as number
      const kind = kindOf(value)
      chunk[at++] = kind
      chunk[at++] = kind === NUMBER ? (value as number) : this.#textIdOf(value, kind)
    }
  }

  #idsOf(keys: readonly string[]): readonly number[] {
    const last = this.#lastKeys
    let same = last.length === keys.length
    for (let i = 0; same && i < keys.length; i++) same = keys[i] === last[i]
    if (same) return this.#lastKeyIds
    this.#lastKeys = keys
    this.#lastKeyIds = keys.map((key) => this.#texts.idOf(key))
    return this.#lastKeyIds
  }

  /** Number of the text that stands for a value; 0 where its kind says all. */
  #textIdOf(value: unknown, kind: number): number {
    if (kind === TEXT) return this.#texts.idOf(value as string)
    return kind === JSON_TEXT ? this.#texts.idOf(JSON.stringify(value) ?? '') : 0
  }

  #valueOf(kind: number, content: number): unknown {
    if (kind === NUMBER) return content
    if (kind === TRUE || kind === FALSE) return kind === TRUE
    if (kind === MISSING) return undefined
    const text = this.#texts.textOf(content)
    return kind === TEXT || text === '' ? text : (JSON.parse(text) as unknown)
  }
}

function kindOf(value: unknown): number {
  if (typeof value === 'number') return NUMBER
  if (typeof value === 'boolean') return value ? TRUE : FALSE
  if (typeof value === 'string') return TEXT
  return value === undefined ? MISSING : JSON_TEXT
}
