import type { Retry } from '@kestrel/core'

/** What a failure of ccxt means, by its class. */
export interface FailureMeaning {
  readonly code: string
  readonly problem: string
  /** Of a request that acts: an order, a cancellation, an amendment. */
  readonly acting: Retry
  /** Of a question, and of a setting that may be set twice. */
  readonly asking: Retry
}

const mean = (code: string, problem: string, acting: Retry, asking: Retry): FailureMeaning => ({
  code,
  problem,
  acting,
  asking,
})

const refused = (code: string, problem: string): FailureMeaning => mean(code, problem, 'never', 'never')
/** The venue turned it away before it looked at it. */
const turnedAway = (code: string, problem: string): FailureMeaning => mean(code, problem, 'safe', 'safe')
/** It may have been carried out. */
const unsure = (code: string, problem: string): FailureMeaning => mean(code, problem, 'unknown-outcome', 'safe')

/**
 * Every error class of the pinned ccxt, by its name and with nothing inherited, so that a new class is seen by the test that
 * compares this table with ccxt's own.
 */
export const FAILURES: Readonly<Record<string, FailureMeaning>> = {
  BaseError: mean('VENUE_FAILED', 'the exchange client failed', 'unknown-outcome', 'never'),
  // What the venue said has no class of its own, so nobody has looked at what it means.
  ExchangeError: mean('VENUE_REFUSED', 'an error of the venue', 'unknown-outcome', 'never'),
  AuthenticationError: refused('VENUE_KEYS', 'the keys were refused'),
  PermissionDenied: refused('VENUE_KEYS', 'the keys may not do that'),
  AccountNotEnabled: refused('VENUE_KEYS', 'the account is not enabled'),
  AccountSuspended: refused('VENUE_KEYS', 'the account is suspended'),
  ArgumentsRequired: refused('VENUE_REQUEST', 'the request is incomplete'),
  BadRequest: refused('VENUE_REQUEST', 'the request was refused'),
  BadSymbol: refused('VENUE_SYMBOL', 'no such market'),
  OperationRejected: refused('VENUE_ORDER_REJECTED', 'rejected'),
  NoChange: refused('VENUE_NO_CHANGE', 'it is so already'),
  MarginModeAlreadySet: refused('VENUE_NO_CHANGE', 'it is so already'),
  MarketClosed: refused('VENUE_MARKET_CLOSED', 'the market is closed'),
  ManualInteractionNeeded: refused('VENUE_KEYS', 'the account wants something to be done by hand'),
  RestrictedLocation: refused('VENUE_LOCATION', 'not served at this location'),
  InsufficientFunds: refused('VENUE_FUNDS', 'not enough money'),
  InvalidAddress: refused('VENUE_REQUEST', 'the request was refused'),
  AddressPending: refused('VENUE_REQUEST', 'the request was refused'),
  InvalidOrder: refused('VENUE_ORDER_REJECTED', 'the order was rejected'),
  OrderNotFound: refused('VENUE_ORDER_UNKNOWN', 'the venue has no such open order'),
  OrderNotCached: refused('VENUE_ORDER_UNKNOWN', 'the venue has no such open order'),
  OrderImmediatelyFillable: refused('VENUE_ORDER_REJECTED', 'it would have taken, and must not'),
  OrderNotFillable: refused('VENUE_ORDER_REJECTED', 'it cannot be filled as it wants'),
  // It may be ours, from a request whose answer got lost; it is looked up.
  DuplicateOrderId: mean('VENUE_DUPLICATE_ID', 'there is an order of this id', 'unknown-outcome', 'never'),
  ContractUnavailable: refused('VENUE_MARKET_CLOSED', 'the contract is not traded'),
  NotSupported: refused('VENUE_NOT_SERVED', 'not served'),
  InvalidProxySettings: refused('VENUE_REQUEST', 'the settings of the proxy cannot be used'),
  ExchangeClosedByUser: unsure('VENUE_CLOSED', 'the connection was closed by us'),
  OperationFailed: unsure('VENUE_UNAVAILABLE', 'the operation failed'),
  NetworkError: unsure('VENUE_NETWORK', 'the connection failed'),
  DDoSProtection: turnedAway('VENUE_RATE_LIMIT', 'too many requests'),
  RateLimitExceeded: turnedAway('VENUE_RATE_LIMIT', 'too many requests'),
  ExchangeNotAvailable: unsure('VENUE_UNAVAILABLE', 'not available'),
  OnMaintenance: unsure('VENUE_UNAVAILABLE', 'in maintenance'),
  InvalidNonce: turnedAway('VENUE_CLOCK', 'the clock differs from the venue too much'),
  ChecksumError: unsure('VENUE_ANSWER', 'a wrong checksum'),
  RequestTimeout: unsure('VENUE_TIMEOUT', 'no answer in time'),
  BadResponse: unsure('VENUE_ANSWER', 'an answer that makes no sense'),
  NullResponse: unsure('VENUE_ANSWER', 'an empty answer'),
  CancelPending: unsure('VENUE_CANCEL_PENDING', 'it is being cancelled already'),
  UnsubscribeError: unsure('VENUE_STREAM', 'the stream could not be left'),
}
