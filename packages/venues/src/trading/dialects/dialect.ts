import type { Instrument } from '@kestrel/core'
import type {
  AmendTerms,
  FundingPayment,
  GatewayAbilities,
  KeyRights,
  OrderReference,
  OutgoingOrder,
  VenueBalance,
  VenueFill,
  VenueOrder,
  VenuePosition,
} from '@kestrel/kernel'
import type { CcxtMarket } from '../../ccxt/ccxt-exchange.ts'
import type { InstrumentBook } from '../instrument-book.ts'
import type { Row } from '../raw-answer.ts'
import type { TradingExchange } from '../trading-exchange.ts'
import type { Product } from '../trading-options.ts'
import type { TriggeredOrders } from '../triggered-orders.ts'

/** What a dialect works with: one account through one exchange client. */
export interface Desk {
  readonly exchange: TradingExchange
  readonly book: InstrumentBook
  readonly products: readonly Product[]
  readonly isHedged: boolean
  readonly marginMode: 'cross' | 'isolated'
  readonly triggered: TriggeredOrders
  /** What is known of orders whose messages state only what changed, by the venue's id. */
  readonly partials: Map<string, Row>
  /** The dead-man timer as last set, ms; undefined before. */
  deadManMs: number | undefined
  /** Venue time. */
  nowMs(): number
}

/** Arguments of ccxt's `createOrder` and `editOrder`. */
export interface CcxtOrderTerms {
  readonly type: string
  readonly amount: number
  readonly price: number | undefined
  readonly params: Readonly<Record<string, unknown>>
}

/** What one message of a private stream tells. */
export interface StreamReading {
  readonly orders?: readonly VenueOrder[]
  readonly fills?: readonly VenueFill[]
  readonly balances?: readonly VenueBalance[]
  readonly positions?: readonly VenuePosition[]
  /** Confirms a subscription. */
  readonly confirms?: boolean
  /** The stream has ended though its socket is open: why. */
  readonly ended?: string
}

/** One endless subscription of ccxt.pro; a call waits for the next event. */
type Watch = () => Promise<unknown>

/**
 * What is special about a venue: how orders are said, and how its answers are read. Answers are read as the venue sent them,
 * not as ccxt renders them, since that loses states, triggers and client order ids.
 *
 * Functions throw what ccxt throws; the gateway makes errors of the port of it.
 */
export interface VenueDialect {
  /** ccxt's id. */
  readonly id: string
  readonly products: readonly Product[]
  readonly defaultProducts: readonly Product[]
  /** True where each product is a wallet of its own, so that one account holds one of them. */
  readonly oneProduct: boolean
  /** Options of the ccxt client. */
  config(products: readonly Product[]): Readonly<Record<string, unknown>>
  /** True where the test network can be used; switches the client to it. */
  useSandbox(exchange: TradingExchange): boolean
  abilities(products: readonly Product[]): GatewayAbilities
  fetchTime(desk: Desk): Promise<unknown>
  /** Cost that may be used at once, and how fast it comes back; in the unit of ccxt's costs times its `rateLimit`, ms. */
  budget(products: readonly Product[]): { readonly burstMs: number; readonly share: number }

  /** @throws UsageError `VENUE_ORDER_UNSUPPORTED` for an order that the venue cannot be told as it is meant. */
  orderTerms(desk: Desk, order: OutgoingOrder, market: CcxtMarket): CcxtOrderTerms
  /** The acknowledgement; ids at least, the order as it stands where the venue says so. */
  readCreated(desk: Desk, info: unknown, order: OutgoingOrder): VenueOrder
  amend(desk: Desk, order: OrderReference, terms: AmendTerms, market: CcxtMarket): Promise<VenueOrder | undefined>
  cancel(desk: Desk, order: OrderReference, market: CcxtMarket): Promise<VenueOrder | undefined>
  cancelAll(desk: Desk, instruments: readonly Instrument[] | undefined): Promise<void>

  find(desk: Desk, order: OrderReference, market: CcxtMarket): Promise<VenueOrder | undefined>
  openOrders(desk: Desk, instruments: readonly Instrument[] | undefined): Promise<readonly VenueOrder[]>
  /** From a time on, in any order; the gateway sorts them and drops what came twice. */
  fills(desk: Desk, instrument: Instrument, fromMs: number): Promise<readonly VenueFill[]>
  funding(desk: Desk, instrument: Instrument, fromMs: number): Promise<readonly FundingPayment[]>
  balances(desk: Desk): Promise<readonly VenueBalance[]>
  positions(desk: Desk): Promise<readonly VenuePosition[]>
  keyRights(desk: Desk): Promise<KeyRights>
  /** The venue's own number of the account, where it tells one. */
  accountNumber?(desk: Desk): Promise<string | undefined>

  setLeverage(desk: Desk, market: CcxtMarket, leverage: number, marginMode: 'isolated' | 'cross'): Promise<void>
  setPositionMode(desk: Desk, mode: 'one-way' | 'hedge'): Promise<void>
  armDeadManTimer(desk: Desk, timeoutMs: number, instruments: readonly Instrument[]): Promise<void>

  watches(desk: Desk): readonly Watch[]
  /** Confirmations to wait for before the stream counts as up. */
  confirmations(desk: Desk): number
  /** What is sent on each connection besides subscriptions. */
  greet?(desk: Desk): Promise<void>
  /** Forgets what the last connection was let in with. */
  forgetLogin(exchange: TradingExchange): void
  readStream(desk: Desk, message: unknown): StreamReading
}
