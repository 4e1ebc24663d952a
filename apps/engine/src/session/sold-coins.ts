import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InstrumentId } from '@kestrel/core'
import type { SpotBooks } from '@kestrel/live'
import { type SessionFolder, writeWhole } from './session-descriptor.ts'

/**
 * What `bot flatten` sold of a session's coins. Its books never hear of it, so that a second call would sell as much again, of
 * somebody else's.
 */
export class SoldCoins {
  readonly #path: string
  readonly #before: Readonly<Record<InstrumentId, number>>
  readonly #sold: Record<InstrumentId, number>

  /** @throws SyntaxError for a damaged file. */
  constructor({ path }: SessionFolder) {
    this.#path = join(path, 'sold.json')
    this.#before = existsSync(this.#path)
      ? (JSON.parse(readFileSync(this.#path, 'utf8')) as Record<InstrumentId, number>)
      : {}
    this.#sold = { ...this.#before }
  }

  /** @param quantity - Base units sold by this call so far. */
  set(instrument: InstrumentId, quantity: number): void {
    const total = (this.#before[instrument] ?? 0) + quantity
    if (this.#sold[instrument] === total) return
    this.#sold[instrument] = total
    writeWhole(this.#path, JSON.stringify(this.#sold))
  }

  /** What is left of the books by calls before this one. */
  leftOf({ held, open }: SpotBooks): SpotBooks {
    const left = Object.entries(held).map(([id, quantity]) => [id, quantity - (this.#before[id] ?? 0)] as const)
    return { held: Object.fromEntries(left), open }
  }
}
