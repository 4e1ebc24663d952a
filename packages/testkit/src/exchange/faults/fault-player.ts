import type { ExchangePort } from '../core/exchange-port.ts'
import type { ExchangeAnswer, ExchangeRequest } from '../front/dialect.ts'
import type { Delivery, Interference, StreamInterference, StreamLine } from '../front/interference.ts'
import { FaultCounts } from './fault-counts.ts'
import { type FaultSchedule, numberOf, type ScheduledFault } from './fault-schedule.ts'
import { HiddenOrders } from './hidden-orders.ts'
import { MarketFaults } from './market-faults.ts'
import { deliveryUnder } from './request-delivery.ts'
import { StandingTroubles } from './standing-troubles.ts'
import { type StreamFaultSource, StreamFaults } from './stream-faults.ts'
import type { Vocabulary } from './vocabulary.ts'

/** A fault that struck. */
export interface StruckFault {
  readonly fault: ScheduledFault
  /** Path of the request or of the stream. */
  readonly path: string
}

export interface FaultPlayerOptions {
  readonly schedule: FaultSchedule
  readonly vocabulary: Vocabulary
  /** The engine behind the venue, for faults of the market and the account. */
  readonly exchange: ExchangePort
  /** Called as a fault strikes. */
  readonly onStrike?: (struck: StruckFault) => void
}

/** Plays a schedule of faults on a server. */
export class FaultPlayer implements Interference {
  /** What struck, in order. A fault that found nothing to strike (no order to fill, say) is not in it. */
  readonly struck: StruckFault[] = []
  readonly schedule: FaultSchedule
  readonly #vocabulary: Vocabulary
  readonly #onStrike: (struck: StruckFault) => void
  readonly #counts: FaultCounts
  readonly #market: MarketFaults
  readonly #troubles: StandingTroubles
  readonly #hidden: HiddenOrders
  readonly #oldBooks = new Map<string, ExchangeAnswer>()
  #refusedConnections = 0

  constructor(options: FaultPlayerOptions) {
    this.schedule = options.schedule
    this.#vocabulary = options.vocabulary
    this.#onStrike = options.onStrike ?? (() => undefined)
    this.#counts = new FaultCounts(options.schedule)
    this.#market = new MarketFaults(options.exchange, options.vocabulary)
    this.#troubles = new StandingTroubles(options.vocabulary)
    this.#hidden = new HiddenOrders(options.vocabulary)
  }

  request(
    request: ExchangeRequest,
    handle: (request: ExchangeRequest) => ExchangeAnswer,
  ): { readonly delivery: Delivery; readonly faults: readonly string[] } {
    const kind = this.#vocabulary.requestKind(request)
    const due = this.#counts.next('request', kind)
    const struck = new Set<ScheduledFault>()
    for (const fault of due) if (this.#market.before(fault, request) || this.#troubles.begin(fault)) struck.add(fault)
    const refused = this.#troubles.refuse(request)
    const ask = (): ExchangeAnswer => {
      const answer = this.#troubles.askSkewed(kind, request, handle)
      for (const fault of due) {
        if (this.#market.after(fault, request, answer)) struck.add(fault)
        if (fault.name !== 'not-found-after-create') continue
        if (this.#hidden.hide(answer, numberOf(fault, 'questions'))) struck.add(fault)
      }
      return this.#hidden.conceal(kind, request, answer)
    }
    const delivery = refused === undefined ? this.#deliver(due, struck, request, ask) : plain(refused)
    for (const fault of struck) this.#note(fault, request.path)
    const names = [...struck].map(({ name }) => name)
    return { delivery, faults: refused !== undefined && names.length === 0 ? ['refused'] : names }
  }

  stream(path: string, line: StreamLine): StreamInterference | 'refuse' | undefined {
    if (this.#refusedConnections > 0) {
      this.#refusedConnections -= 1
      return 'refuse'
    }
    return this.join(path, line)
  }

  /** Faults for a stream that is open already; undefined where none strikes messages. */
  join(path: string, line: StreamLine): StreamInterference | undefined {
    if (!this.#counts.hasMessageFaults) return undefined
    const source: StreamFaultSource = {
      next: (text) => this.#nextMessage(text, path),
      refuseConnections: (count) => (this.#refusedConnections += count),
    }
    return new StreamFaults(source, line)
  }

  #nextMessage(text: string, path: string): ReturnType<StreamFaultSource['next']> {
    const kind = this.#vocabulary.messageKind(text)
    const faults = this.#counts.next('message', kind)
    for (const fault of faults) this.#note(fault, path)
    return { kind, faults }
  }

  /** The first fault of the line decides how the request ends. */
  #deliver(
    due: readonly ScheduledFault[],
    struck: Set<ScheduledFault>,
    request: ExchangeRequest,
    ask: () => ExchangeAnswer,
  ): Delivery {
    for (const fault of due) {
      const delivery = fault.name === 'stale-snapshot' ? this.#stale(fault, request, ask) : deliveryUnder(fault, ask)
      if (delivery === undefined) continue
      struck.add(fault)
      return delivery
    }
    const answer = ask()
    this.#rememberBook(request, answer)
    return plain(answer)
  }

  /** The first book that was asked for in these words; where there was none, the present one, late. */
  #stale(fault: ScheduledFault, request: ExchangeRequest, ask: () => ExchangeAnswer): Delivery {
    const old = this.#oldBooks.get(request.path + request.rawQuery)
    return old === undefined ? { kind: 'answer', answer: ask(), delayMs: numberOf(fault, 'delayMs') } : plain(old)
  }

  #rememberBook(request: ExchangeRequest, answer: ExchangeAnswer): void {
    if (this.#vocabulary.requestKind(request) !== 'book' || !this.#plansStaleBooks()) return
    const name = request.path + request.rawQuery
    if (!this.#oldBooks.has(name)) this.#oldBooks.set(name, answer)
  }

  #plansStaleBooks(): boolean {
    return this.schedule.faults.some(({ name }) => name === 'stale-snapshot')
  }

  #note(fault: ScheduledFault, path: string): void {
    const entry = { fault, path }
    this.struck.push(entry)
    this.#onStrike(entry)
  }
}

function plain(answer: ExchangeAnswer): Delivery {
  return { kind: 'answer', answer }
}
