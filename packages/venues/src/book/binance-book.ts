import { type BookFault, type BookOutcome, FOREIGN, OLD, WAITING } from './book-outcome.ts'
import { type BookView, LevelBook } from './level-book.ts'
import type { OrderBookBuilder } from './order-book-builder.ts'
import { fieldsOf, type LevelText, readCount, readLevels } from './read-levels.ts'
import { crossing } from './streamed-book-builder.ts'

/** Most changes that wait for a snapshot: minutes of a busy market. The oldest go first; a later snapshot holds them. */
const MOST_WAITING = 10_000

/** A `depthUpdate`. */
interface DepthEvent {
  /** `U` and `u`: numbers of the first and last change in it. */
  readonly firstId: number
  readonly lastId: number
  /** `pu`: last number of the event before; futures only. */
  readonly previousId: number | undefined
  readonly bids: readonly LevelText[]
  readonly asks: readonly LevelText[]
  readonly tsEventMs: number | undefined
}

/**
 * Binance's book: changes from the `depth` stream on top of a snapshot that is asked for.
 *
 * Changes wait until the snapshot comes; those that it holds are dropped and all later ones applied, also where they arrived
 * before the snapshot's answer. Spot changes join where `U` is at most one above the last number, those of futures where `pu`
 * is at most the last number. A gap keeps the change that showed it, so that the next snapshot finds the chain from there.
 *
 * Source: Binance, "How to manage a local order book correctly", spot and USD-M futures.
 */
export class BinanceBook implements OrderBookBuilder {
  readonly #symbol: string
  readonly #isFutures: boolean
  readonly #book = new LevelBook()
  #waiting: DepthEvent[] = []
  #lastId: number | undefined
  #tsEventMs: number | undefined

  /** @param symbol - As Binance names it: `BTCUSDT`. Spot and futures may share it; their events differ by `pu`. */
  constructor(symbol: string, kind: 'spot' | 'futures') {
    this.#symbol = symbol
    this.#isFutures = kind === 'futures'
  }

  get book(): BookView {
    return this.#book
  }

  get isReady(): boolean {
    return this.#lastId !== undefined
  }

  get tsEventMs(): number | undefined {
    return this.#tsEventMs
  }

  /** Number of the last change in the book; undefined while there is none. */
  get lastId(): number | undefined {
    return this.#lastId
  }

  take(message: unknown): BookOutcome {
    const outer = fieldsOf(message)
    // Combined streams wrap their events.
    const fields = 'stream' in outer ? fieldsOf(outer['data']) : outer
    if (fields['e'] !== 'depthUpdate' || fields['s'] !== this.#symbol) return FOREIGN
    if ('pu' in fields !== this.#isFutures) return FOREIGN
    const event = readEvent(fields)
    if (event === undefined) return this.#break('malformed', 'a depth event that cannot be read')
    if (this.#lastId === undefined) {
      this.#wait(event)
      return WAITING
    }
    return this.#apply(event)
  }

  takeSnapshot(answer: unknown): BookOutcome {
    const fields = fieldsOf(answer)
    const [bids, asks, id] = [readLevels(fields['bids']), readLevels(fields['asks']), readCount(fields['lastUpdateId'])]
    if (bids === undefined || asks === undefined || id === undefined)
      return this.#break('malformed', 'a snapshot that cannot be read')
    // A cache may answer with what is older than the book.
    if (this.#lastId !== undefined && id < this.#lastId) return OLD
    this.#book.replace(bids, asks)
    if (this.#book.isCrossed) return this.#break('crossed', `in a snapshot, ${crossing(this.#book)}`)
    this.#lastId = id
    this.#tsEventMs = readCount(fields['T']) ?? readCount(fields['E'])
    const waiting = this.#waiting
    this.#waiting = []
    for (const [index, event] of waiting.entries()) {
      const outcome = this.#apply(event)
      if (outcome.kind !== 'broken') continue
      // What showed a gap waits already; what came after it goes on waiting.
      for (const later of waiting.slice(index + 1)) this.#wait(later)
      return outcome
    }
    return { kind: 'applied', isSnapshot: true }
  }

  reset(): void {
    this.#forget()
    this.#waiting = []
  }

  #apply(event: DepthEvent): BookOutcome {
    const lastId = this.#lastId ?? Number.NaN
    if (event.lastId <= lastId) return OLD
    const joins = event.previousId === undefined ? event.firstId <= lastId + 1 : event.previousId <= lastId
    if (!joins) {
      const outcome = this.#break('gap', `after ${lastId} came ${event.firstId} to ${event.lastId}`)
      this.#wait(event)
      return outcome
    }
    this.#book.change(event.bids, event.asks)
    if (this.#book.isCrossed) return this.#break('crossed', crossing(this.#book))
    this.#lastId = event.lastId
    this.#tsEventMs = event.tsEventMs
    return { kind: 'applied', isSnapshot: false }
  }

  #wait(event: DepthEvent): void {
    this.#waiting.push(event)
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift()
  }

  #forget(): void {
    this.#lastId = undefined
    this.#book.clear()
  }

  #break(fault: BookFault, detail: string): BookOutcome {
    this.#forget()
    return { kind: 'broken', fault, detail }
  }
}

function readEvent(fields: Readonly<Record<string, unknown>>): DepthEvent | undefined {
  const [bids, asks] = [readLevels(fields['b']), readLevels(fields['a'])]
  const [firstId, lastId, previousId] = [readCount(fields['U']), readCount(fields['u']), readCount(fields['pu'])]
  if (bids === undefined || asks === undefined || firstId === undefined || lastId === undefined) return undefined
  if (firstId > lastId || ('pu' in fields && (previousId === undefined || previousId >= lastId))) return undefined
  return { firstId, lastId, previousId, bids, asks, tsEventMs: readCount(fields['T']) ?? readCount(fields['E']) }
}
