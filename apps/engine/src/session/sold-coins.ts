import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type InstrumentId, stepsToNumber } from '@kestrel/core'
import type { VenueFill } from '@kestrel/kernel'
import type { SpotBooks } from '@kestrel/live'
import { type SessionFolder, writeWhole } from './session-descriptor.ts'

type Sold = Readonly<Record<InstrumentId, number>>

/**
 * What `bot flatten` sold of a session's coins. Its books never hear of it, so that a second call would sell as much again, of
 * somebody else's.
 */
export class SoldCoins {
  readonly #path: string
  #before: Sold = {}
  #sold: Record<InstrumentId, number> = {}
  #isDamaged = false
  /** Why it is not sure what earlier calls sold; undefined where it is. */
  readonly doubt: string | undefined

  constructor({ path }: SessionFolder) {
    this.#path = join(path, 'sold.json')
    try {
      this.#begin(readSold(this.#path))
    } catch (error) {
      this.#isDamaged = true
      const problem = error instanceof Error ? error.message : String(error)
      this.doubt = `what earlier calls sold was taken from the venue's own list, as ${this.#path} is damaged (${problem}): look whether coins are left`
    }
  }

  /** @param quantity - Base units sold by this call so far. */
  set(instrument: InstrumentId, quantity: number): void {
    const total = (this.#before[instrument] ?? 0) + quantity
    if (this.#sold[instrument] === total) return
    this.#sold[instrument] = total
    this.#write()
  }

  /**
   * What is left of the books by calls before this one. Where that was not kept, every sale that the venue lists and the books
   * do not know counts as one of theirs: too little is sold rather than somebody else's.
   *
   * @param venueFills - Asks the venue for fills of the account since the session began.
   * @throws What `venueFills` throws.
   */
  async leftOf(books: SpotBooks, venueFills: () => Promise<readonly VenueFill[]>): Promise<SpotBooks> {
    if (this.#isDamaged) {
      const before: Record<InstrumentId, number> = {}
      for (const { side, fillId, instrument, lots } of await venueFills()) {
        if (side !== 'sell' || books.fillIds?.has(fillId) === true) continue
        before[instrument.id] = (before[instrument.id] ?? 0) + stepsToNumber(lots, instrument.lot)
      }
      this.#begin(before)
      this.#isDamaged = false
      // The new one takes the place of the old in one step: without any the next call would sell everything again.
      copyFileSync(this.#path, `${this.#path}.damaged`)
      this.#write()
    }
    const left = Object.entries(books.held).map(([id, quantity]) => [id, quantity - (this.#before[id] ?? 0)] as const)
    return { ...books, held: Object.fromEntries(left) }
  }

  #begin(before: Sold): void {
    this.#before = before
    this.#sold = { ...before }
  }

  #write(): void {
    writeWhole(this.#path, JSON.stringify(this.#sold))
  }
}

/** @throws SyntaxError, TypeError for a damaged file. */
function readSold(path: string): Sold {
  if (!existsSync(path)) return {}
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('it is no object')
  const wrong = Object.entries(value).find(([, quantity]) => !(typeof quantity === 'number' && quantity >= 0))
  if (wrong !== undefined) throw new TypeError(`${wrong[0]} is no quantity`)
  return value as Sold
}
