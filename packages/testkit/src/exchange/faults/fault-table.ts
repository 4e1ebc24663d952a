import type { MessageKind, RequestKind } from './vocabulary.ts'

/** Bounds of a number, both inclusive. */
interface Range {
  readonly least: number
  readonly most: number
}

/** What a fault is, where it may strike, and which numbers it has. */
export interface FaultDefinition {
  /** Strikes requests, messages of a stream, or the account and the market at the moment of a request. */
  readonly target: 'request' | 'message'
  /** What a real venue does there. */
  readonly about: string
  readonly on: readonly (RequestKind | MessageKind)[]
  readonly numbers: Readonly<Record<string, Range>>
}

const ORDERS: readonly RequestKind[] = ['create', 'cancel', 'amend', 'cancel-all']
const QUESTIONS: readonly RequestKind[] = ['query-order', 'open-orders', 'fills', 'balance', 'positions']
const PRIVATE: readonly RequestKind[] = [...ORDERS, ...QUESTIONS]
const ACCOUNT: readonly MessageKind[] = ['order', 'fill', 'balance']
const FEEDS: readonly MessageKind[] = ['book', 'trade', 'ticker', 'bar']
const MESSAGES: readonly MessageKind[] = [...ACCOUNT, ...FEEDS]

/** 1 where the venue acted on the request before it failed, 0 where it did not. */
const ACCEPTED: Range = { least: 0, most: 1 }

/**
 * Every fault by name. Numbers of milliseconds are small on purpose: what matters is the order of things, and a client with a
 * longer patience is tested with a longer number in its own schedule.
 */
export const FAULTS = {
  'timeout-before': {
    target: 'request',
    about:
      'The request is lost on its way in, or sits in a queue that is thrown away: the venue never acts on it, and no answer comes. The client cannot tell this from timeout-after.',
    on: PRIVATE,
    numbers: {},
  },
  'timeout-after': {
    target: 'request',
    about:
      'The venue acts on the request and the answer is lost, or comes after everybody gave up. An order that timed out like this exists; sending it again doubles it.',
    on: PRIVATE,
    /** 0: the answer never comes. */
    numbers: { delayMs: { least: 0, most: 400 } },
  },
  'reset-before': {
    target: 'request',
    about: 'A load balancer drops the connection before the venue saw the request.',
    on: PRIVATE,
    numbers: {},
  },
  'reset-after': {
    target: 'request',
    about: 'The connection drops between the act and its answer, as in a restart of the gateway.',
    on: PRIVATE,
    numbers: {},
  },
  'broken-answer': {
    target: 'request',
    about: 'The venue acts, and the connection drops in the middle of the answer.',
    on: PRIVATE,
    numbers: { sharePct: { least: 1, most: 95 } },
  },
  'truncated-json': {
    target: 'request',
    about: 'The venue acts, and a proxy cuts the answer: complete as HTTP, useless as JSON.',
    on: PRIVATE,
    numbers: { sharePct: { least: 5, most: 95 } },
  },
  'duplicate-delivery': {
    target: 'request',
    about:
      'A proxy sends the request to the venue twice and hands back the second answer, so a create that worked is answered with "duplicate order id".',
    on: ['create', 'cancel'],
    numbers: {},
  },
  'rate-limited': {
    target: 'request',
    about: 'The venue did not act: 429 with Retry-After, before the ban that follows those who do not wait.',
    on: PRIVATE,
    numbers: { waitS: { least: 1, most: 2 }, requests: { least: 1, most: 3 } },
  },
  banned: {
    target: 'request',
    about:
      'The address went on after 429 and is shut out for a while: 418 on Binance, 403 on Bybit. The venue did not act.',
    on: PRIVATE,
    numbers: { waitS: { least: 1, most: 2 }, requests: { least: 1, most: 5 } },
  },
  'server-error': {
    target: 'request',
    about:
      'A gateway answers 500, 502, 503 or 504. Binance says of these that the outcome is unknown: the order may have been placed.',
    on: PRIVATE,
    numbers: { status: { least: 500, most: 504 }, accepted: ACCEPTED },
  },
  'html-page': {
    target: 'request',
    about:
      'The content network answers with a page of its own (maintenance, or a check for robots), with 200, 403 or 502.',
    on: [...PRIVATE, 'time', 'book', 'markets'],
    numbers: { status: { least: 0, most: 2 }, accepted: ACCEPTED },
  },
  overloaded: {
    target: 'request',
    about: "The matching engine is overloaded and refuses at once, in the venue's own words; it did not act.",
    on: PRIVATE,
    numbers: { requests: { least: 1, most: 3 } },
  },
  'slow-answer': {
    target: 'request',
    about: 'The venue acts at once and answers late, within the patience of the client.',
    on: [...PRIVATE, 'time', 'book'],
    numbers: { delayMs: { least: 20, most: 200 } },
  },
  'clock-skew': {
    target: 'request',
    about:
      "The clocks drift apart: the venue's time is off by more than the window it allows, so signed requests are refused until the client synchronises again.",
    on: PRIVATE,
    /** 30,000 is no skew: below it the venue is behind, above it ahead. */
    numbers: { skewMsPlus30000: { least: 0, most: 60_000 }, requests: { least: 1, most: 4 } },
  },
  'insufficient-balance': {
    target: 'request',
    about: 'The money went elsewhere a moment ago: a withdrawal, a loan called back, another bot.',
    on: ['create'],
    numbers: {},
  },
  'not-found-after-create': {
    target: 'request',
    about:
      'The order was accepted, and for a while the servers that answer questions do not know it. "Order does not exist" right after a create is no rejection.',
    on: ['create'],
    numbers: { questions: { least: 1, most: 3 } },
  },
  'cancel-crosses-fill': {
    target: 'request',
    about: 'The market takes the order while the cancel is on its way: the cancel fails, and a fill comes.',
    on: ['cancel'],
    numbers: {},
  },
  'partial-fill': {
    target: 'request',
    about: 'The market takes a part of the order and goes away again.',
    on: ['create'],
    numbers: { sharePct: { least: 5, most: 95 } },
  },
  'manual-order': {
    target: 'request',
    about: 'Somebody trades on the same account by hand, in the app of the venue: a market order of a few lots.',
    on: [...ORDERS, ...QUESTIONS],
    numbers: { lots: { least: 1, most: 20 }, isSell: { least: 0, most: 1 } },
  },
  'manual-limit-order': {
    target: 'request',
    about: 'Somebody puts a limit order far from the market into the same account by hand, and leaves it there.',
    on: [...ORDERS, ...QUESTIONS],
    numbers: { lots: { least: 1, most: 20 }, distancePct: { least: 2, most: 30 } },
  },
  'manual-cancel': {
    target: 'request',
    about: "Somebody cancels one of the bot's open orders by hand.",
    on: QUESTIONS,
    numbers: {},
  },
  'stale-snapshot': {
    target: 'request',
    about:
      'A cache in front of the venue gives an order book of a while ago. It does not join the updates of the stream.',
    on: ['book'],
    numbers: { delayMs: { least: 50, most: 300 } },
  },
  'delayed-messages': {
    target: 'message',
    about: 'The stream falls behind the market or behind the answers of REST; the order of messages stays.',
    on: MESSAGES,
    numbers: { delayMs: { least: 10, most: 250 }, messages: { least: 1, most: 10 } },
  },
  'repeated-messages': {
    target: 'message',
    about: 'After a failover the stream sends messages again: the same fill twice is one fill.',
    on: MESSAGES,
    numbers: { messages: { least: 1, most: 3 } },
  },
  'duplicate-acknowledgement': {
    target: 'message',
    about: 'The message that an order was accepted comes twice.',
    on: ['order'],
    numbers: {},
  },
  'reordered-messages': {
    target: 'message',
    about:
      'Two partitions of the venue answer in the wrong order: the last fill before the first, the fill before the acceptance.',
    on: ACCOUNT,
    numbers: { messages: { least: 2, most: 4 } },
  },
  'lost-messages': {
    target: 'message',
    about: 'Messages never come: a gap in the sequence of a book, a fill that only REST knows of.',
    on: MESSAGES,
    numbers: { messages: { least: 1, most: 4 } },
  },
  disconnect: {
    target: 'message',
    about: 'The venue drops the socket, and refuses some attempts to come back.',
    on: MESSAGES,
    numbers: { refusals: { least: 0, most: 2 } },
  },
  'half-open': {
    target: 'message',
    about: 'A router forgets the connection: the socket looks open, nothing comes, nothing is answered.',
    on: MESSAGES,
    numbers: {},
  },
} as const satisfies Readonly<Record<string, FaultDefinition>>

export type FaultName = keyof typeof FAULTS

/** Every name, in the order of the table. */
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[]

/** A fault's definition without its literal types. */
export function definitionOf(name: FaultName): FaultDefinition {
  return FAULTS[name]
}
