import type { MarketId } from '../core/market-spec.ts'
import type { OrderKey } from '../core/order-types.ts'
import type { ExchangeAnswer, ExchangeRequest } from '../front/dialect.ts'

/** What a request is about, whatever the venue calls it. */
export type RequestKind =
  | 'create'
  | 'amend'
  | 'cancel'
  | 'cancel-all'
  | 'query-order'
  | 'open-orders'
  | 'order-history'
  | 'fills'
  | 'balance'
  | 'positions'
  | 'settings'
  | 'listen-key'
  | 'time'
  | 'markets'
  | 'book'
  | 'bars'
  | 'trades'
  | 'ticker'
  | 'other'

/** What a message to a client is about. A fill is an order message that tells of an execution. */
export type MessageKind = 'order' | 'fill' | 'balance' | 'book' | 'trade' | 'ticker' | 'bar' | 'reply' | 'other'

/** What the venue refuses a request with. */
export type RefusalKind = 'order-not-found' | 'insufficient-balance' | 'too-many-requests' | 'banned' | 'overloaded'

/** An order that a request names. */
export interface NamedOrder {
  readonly marketId: MarketId
  readonly key: OrderKey
}

/** How one venue says what faults have to know: enough to place them, and to answer in the venue's words. */
export interface Vocabulary {
  requestKind(request: ExchangeRequest): RequestKind
  messageKind(text: string): MessageKind
  /** The venue's own answer to a request it refuses. `waitS`: seconds until it may be tried again, where that is told. */
  refuse(kind: RefusalKind, request: ExchangeRequest, waitS: number): ExchangeAnswer
  /** The answer to a question for the time, with the time shifted. */
  shiftTime(answer: ExchangeAnswer, skewMs: number): ExchangeAnswer
  /** The key that the request is signed with. */
  apiKeyOf(request: ExchangeRequest): string | undefined
  /** The order that a cancel, query or the answer to a create names. */
  orderOf(request: ExchangeRequest, answer?: ExchangeAnswer): NamedOrder | undefined
  /** A client order id as orders by hand have it. */
  manualOrderName(count: number): string
  /** Every name under which an order may appear in an answer, given the answer to its create. */
  namesIn(answer: ExchangeAnswer): readonly string[]
}
