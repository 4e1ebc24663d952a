import type { ExchangeAnswer, ExchangeRequest } from '../front/dialect.ts'
import { numberOf, type ScheduledFault } from './fault-schedule.ts'
import type { RefusalKind, RequestKind, Vocabulary } from './vocabulary.ts'

const REFUSALS: Readonly<Partial<Record<string, RefusalKind>>> = {
  'rate-limited': 'too-many-requests',
  banned: 'banned',
  overloaded: 'overloaded',
  'insufficient-balance': 'insufficient-balance',
}

/** Neither `clock-skew` value is none: this much is the middle. */
const NO_SKEW = 30_000

/** Troubles that last for some requests: refusals, and a clock that is off. */
export class StandingTroubles {
  readonly #vocabulary: Vocabulary
  #refusal: { readonly kind: RefusalKind; readonly waitS: number; left: number } | undefined
  #skew: { readonly skewMs: number; left: number } | undefined

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary
  }

  /** Begins a trouble. False where the fault is none of these. */
  begin(fault: ScheduledFault): boolean {
    const kind = REFUSALS[fault.name]
    if (kind !== undefined)
      this.#refusal = { kind, waitS: numberOf(fault, 'waitS'), left: Math.max(1, numberOf(fault, 'requests')) }
    else if (fault.name === 'clock-skew')
      this.#skew = {
        skewMs: numberOf(fault, 'skewMsPlus30000') - NO_SKEW,
        left: Math.max(1, numberOf(fault, 'requests')),
      }
    else return false
    return true
  }

  /** The refusal of the moment; it is used up by that. */
  refuse(request: ExchangeRequest): ExchangeAnswer | undefined {
    const refusal = this.#refusal
    if (refusal === undefined) return undefined
    refusal.left -= 1
    if (refusal.left <= 0) this.#refusal = undefined
    return this.#vocabulary.refuse(refusal.kind, request, refusal.waitS)
  }

  /** Asks with the clock as it is off at the moment. */
  askSkewed(
    kind: RequestKind,
    request: ExchangeRequest,
    handle: (request: ExchangeRequest) => ExchangeAnswer,
  ): ExchangeAnswer {
    const skew = this.#skew
    if (skew === undefined) return handle(request)
    skew.left -= 1
    if (skew.left <= 0) this.#skew = undefined
    // Some venues tell the time of the request, which must not be off twice.
    if (kind === 'time') return this.#vocabulary.shiftTime(handle(request), skew.skewMs)
    return handle({ ...request, receivedMs: request.receivedMs + skew.skewMs })
  }
}
