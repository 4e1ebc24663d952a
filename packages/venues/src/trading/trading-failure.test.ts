import type { KestrelError, Retry } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { VenueError } from '../venue-error.ts'
import { type CallContext, newCall } from './call-context.ts'
import { FAILURES } from './failure-table.ts'
import { scrubber } from './scrub-secrets.ts'
import { type Operation, tradingFailure } from './trading-failure.ts'
import { isDuplicate, isOrderUnknown } from './venue-refusal.ts'

interface ErrorModule {
  readonly default: Readonly<Record<string, new (message: string) => Error>>
}

const classes = ((await import(new URL('src/base/errors.js', import.meta.resolve('ccxt')).href)) as ErrorModule).default
const { default: tree } = (await import(new URL('src/base/errorHierarchy.js', import.meta.resolve('ccxt')).href)) as {
  default: object
}

function namesIn(node: object): string[] {
  return Object.entries(node).flatMap(([name, inner]) => [name, ...namesIn(inner as object)])
}

function sent(changes: Partial<CallContext> = {}): CallContext {
  return { ...newCall('create'), sent: 1, ...changes }
}

function failure(error: unknown, operation: Operation, context = sent()): KestrelError {
  const scrub = scrubber(() => ['planted-key', 'planted-secret'])
  return tradingFailure(error, { venue: 'binance', operation, what: 'create of X', context, scrub })
}

function thrown(name: string, message = 'said'): Error {
  return new (classes[name] as new (message: string) => Error)(message)
}

describe('every error class of ccxt', () => {
  test('is in the table, and nothing else is: a new class must be looked at', () => {
    expect(Object.keys(FAILURES).sort()).toEqual(namesIn(tree).sort())
    expect(namesIn(tree)).toHaveLength(41)
  })

  test.each(Object.keys(FAILURES))('%s keeps its own meaning, and not that of what it descends from', (name) => {
    const meaning = FAILURES[name]
    expect(failure(thrown(name), 'create')).toMatchObject({ code: meaning?.code, retry: meaning?.acting })
    expect(failure(thrown(name), 'query')).toMatchObject({ code: meaning?.code, retry: meaning?.asking })
    expect(failure(thrown(name), 'create').message).toContain('binance: create of X')
  })
})

describe('what is known of a failed call', () => {
  test.each<readonly [string, Operation, Partial<CallContext>, string, Retry]>([
    ['RequestTimeout', 'query', {}, 'said', 'safe'],
    ['RequestTimeout', 'setting', {}, 'said', 'safe'],
    ['RequestTimeout', 'create', {}, 'said', 'unknown-outcome'],
    ['RequestTimeout', 'cancel', {}, 'said', 'unknown-outcome'],
    ['RequestTimeout', 'amend', {}, 'said', 'unknown-outcome'],
    ['NetworkError', 'create', {}, 'fetch failed: connect ECONNREFUSED 127.0.0.1:1', 'safe'],
    ['NetworkError', 'create', {}, 'fetch failed: getaddrinfo ENOTFOUND api.example', 'safe'],
    ['NetworkError', 'create', {}, 'fetch failed: read ECONNRESET', 'unknown-outcome'],
    ['InsufficientFunds', 'create', {}, 'said', 'never'],
    ['RateLimitExceeded', 'create', {}, 'said', 'safe'],
    ['ExchangeNotAvailable', 'create', { status: 503 }, 'said', 'unknown-outcome'],
    ['OperationFailed', 'create', { status: 503 }, '{"code":-1008,"msg":"overloaded"}', 'safe'],
    ['InvalidOrder', 'create', { status: 500 }, 'said', 'unknown-outcome'],
    ['ExchangeNotAvailable', 'create', { status: 429 }, 'said', 'safe'],
    ['ExchangeNotAvailable', 'create', { status: 418 }, 'said', 'safe'],
    ['InvalidNonce', 'create', {}, 'said', 'safe'],
    ['ExchangeError', 'create', { status: 200 }, 'something new', 'unknown-outcome'],
    ['ExchangeError', 'create', { status: 400 }, '{"code":-5022,"msg":"Post Only order will be rejected"}', 'never'],
    ['ExchangeError', 'create', { status: 200 }, '{"retCode":110099,"retMsg":"refused"}', 'never'],
    ['ExchangeError', 'create', { status: 200 }, '{"retCode":10016,"retMsg":"system error"}', 'unknown-outcome'],
    ['ExchangeError', 'cancel', { status: 200 }, '{"retCode":10016,"retMsg":"system error"}', 'unknown-outcome'],
    ['ExchangeError', 'query', { status: 200 }, 'bybit {"retCode":10016,"retMsg":"system error"}', 'safe'],
    ['ExchangeError', 'setting', { status: 200 }, 'bybit {"retCode":10016,"retMsg":"system error"}', 'safe'],
    ['ExchangeError', 'query', { status: 200 }, 'bybit {"retCode":110099,"retMsg":"refused"}', 'never'],
    ['ExchangeError', 'query', { status: 200 }, 'bybit {"retCode":100160,"retMsg":"something new"}', 'never'],
    ['ExchangeError', 'create', { status: 200 }, '{"data":[{"sCode":"51999","sMsg":"refused"}]}', 'never'],
    ['RequestTimeout', 'create', { sent: 0 }, 'before anything went out', 'safe'],
    ['InvalidOrder', 'create', { sent: 0 }, 'refused by ccxt itself', 'never'],
    ['InvalidOrder', 'create', { isCutOff: true }, 'no JSON', 'unknown-outcome'],
  ])('%s of a %s with %o: %s is %s', (name, operation, context, message, retry) => {
    expect(failure(thrown(name, message), operation, sent(context)).retry).toBe(retry)
  })

  test('a parser that trips over an answer leaves the outcome of an order unknown', () => {
    expect(failure(new TypeError('cannot read properties of undefined'), 'create')).toMatchObject({
      code: 'VENUE_ANSWER',
      retry: 'unknown-outcome',
    })
    const ours = new VenueError({ code: 'VENUE_ANSWER', message: 'unreadable', retry: 'safe' })
    expect(failure(ours, 'create').retry).toBe('unknown-outcome')
    expect(failure(ours, 'query')).toBe(ours)
    expect(failure(ours, 'create', sent({ sent: 0 }))).toBe(ours)
  })

  test('what the venue asks for is told', () => {
    expect(
      failure(thrown('RateLimitExceeded'), 'query', sent({ retryAfterMs: 7_000, status: 429 })).meta,
    ).toMatchObject({
      retryAfterMs: 7_000,
      status: 429,
    })
  })
})

test.each([
  'binance {"code":-2011,"msg":"Unknown order sent."}',
  'binance {"code": -2013, "msg": "Order does not exist."}',
  'bybit {"retCode":110001,"retMsg":"order not exists or too late to cancel"}',
  'okx {"code":"51603","msg":"Order does not exist"}',
  'kraken {"error":["EOrder:Unknown order"]}',
])('%s: the venue has no such order', (message) => {
  expect(isOrderUnknown(thrown('ExchangeError', message))).toBe(true)
  expect(failure(thrown('InvalidOrder', message), 'cancel')).toMatchObject({
    code: 'VENUE_ORDER_UNKNOWN',
    retry: 'never',
  })
})

test.each([
  'binance {"code":-2010,"msg":"Duplicate order sent."}',
  'binance {"code":-4116,"msg":"ClientOrderId is duplicated."}',
  'bybit {"retCode":110072,"retMsg":"OrderLinkedID is duplicate"}',
  'okx {"data":[{"sCode":"51016","sMsg":"Client order ID already exists."}]}',
])('%s: there is an order of this id', (message) => {
  expect(isDuplicate(thrown('InvalidOrder', message))).toBe(true)
  expect(failure(thrown('InvalidOrder', message), 'create')).toMatchObject({
    code: 'VENUE_DUPLICATE_ID',
    retry: 'unknown-outcome',
  })
})

test('keys, signatures and signed addresses are in no part of an error', () => {
  const message =
    'binance POST https://fapi.binance.com/fapi/v1/order?symbol=X&signature=abcdef01 fetch failed planted-key "apiKey":"planted-key" planted-secret signature=00ff X-MBX-APIKEY: planted-key'
  const error = failure(
    Object.assign(thrown('NetworkError', message), { request: { headers: 'planted-key' } }),
    'create',
  )
  const all = [
    error.message,
    error.stack,
    JSON.stringify(error),
    JSON.stringify(error.meta),
    String(error.cause),
    (error.cause as Error).stack,
  ]
  for (const text of all) expect(text).not.toMatch(/planted|abcdef01|00ff|fapi\.binance/)
})
