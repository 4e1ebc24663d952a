import { createHash } from 'node:crypto'
import { UsageError } from '@kestrel/core'
import type { OutgoingOrder, VenueOrder } from '@kestrel/kernel'
import { VenueError } from '../venue-error.ts'
import type { Desk, VenueDialect } from './dialects/dialect.ts'
import { isRow } from './raw-answer.ts'
import type { CcxtTradingOptions, Product } from './trading-options.ts'

/** What every venue takes: at most 18 at Kraken, letters and digits at OKX. */
const CLIENT_ORDER_ID = /^[a-z0-9]{1,18}$/

/** An acknowledgement without an id of the venue is none. */
export function acknowledgement(dialect: VenueDialect, desk: Desk, info: unknown, order: OutgoingOrder): VenueOrder {
  const created = isRow(info) ? dialect.readCreated(desk, info, order) : undefined
  if (created !== undefined && created.venueOrderId !== '')
    return { ...created, clientOrderId: order.clientOrderId, instrument: order.instrument, type: order.type }
  throw new VenueError({
    code: 'VENUE_ANSWER',
    message: 'The acknowledgement names no order.',
    meta: { clientOrderId: order.clientOrderId },
    retry: 'safe',
  })
}

/** What is sent twice under one id must be one order. */
export function isSame(found: VenueOrder, order: OutgoingOrder): boolean {
  const sameQuantity = found.quantityLots === order.quantityLots || found.quantityLots === 0
  return found.instrument.id === order.instrument.id && found.side === order.side && sameQuantity
}

export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

export function checkOrder(order: Pick<OutgoingOrder, 'clientOrderId'>): void {
  if (CLIENT_ORDER_ID.test(order.clientOrderId)) return
  throw new UsageError({
    code: 'VENUE_CLIENT_ORDER_ID',
    message: `"${order.clientOrderId}" cannot name an order at every venue. Nothing was sent.`,
    hint: 'Use small letters and digits, at most 18.',
    meta: { clientOrderId: order.clientOrderId },
  })
}

export function productsOf(dialect: VenueDialect, { products }: CcxtTradingOptions): readonly Product[] {
  const wanted = [...new Set(products ?? dialect.defaultProducts)]
  const isServed = wanted.length > 0 && wanted.every((product) => dialect.products.includes(product))
  if (isServed && (!dialect.oneProduct || wanted.length === 1)) return wanted
  throw new UsageError({
    code: 'VENUE_PRODUCTS',
    message: `${dialect.id} cannot trade ${wanted.join(' and ') || 'nothing'} through one gateway. Nothing was sent.`,
    hint: dialect.oneProduct
      ? `Each of ${dialect.products.join(', ')} is a wallet of its own there: open one gateway for each.`
      : `It has ${dialect.products.join(', ')}.`,
    meta: { venue: dialect.id, products: wanted },
  })
}

/** Names the account and, where it is one of several wallets, the wallet. A hash cannot be turned back into the key. */
export function accountIdOf(
  dialect: VenueDialect,
  products: readonly Product[],
  { keys, sandbox }: CcxtTradingOptions,
): string {
  return accountName(dialect, products, sandbox, `account ${dialect.id} ${keys.apiKey}`)
}

/** As {@link accountIdOf}, by the number that the venue knows the account by. */
export function ownAccountIdOf(
  dialect: VenueDialect,
  products: readonly Product[],
  { sandbox }: CcxtTradingOptions,
  accountNumber: string,
): string {
  return accountName(dialect, products, sandbox, `user ${dialect.id} ${accountNumber}`)
}

function accountName(
  { oneProduct }: VenueDialect,
  products: readonly Product[],
  sandbox: boolean | undefined,
  what: string,
): string {
  const hash = createHash('sha256').update(`kestrel ${what}`).digest('hex').slice(0, 12)
  return `${hash}${oneProduct ? `-${products[0]}` : ''}${sandbox === true ? '-test' : ''}`
}

export function unknownVenue(venue: string, known: readonly string[]): UsageError {
  return new UsageError({
    code: 'VENUE_UNKNOWN',
    message: `Trading at "${venue}" is not supported. Nothing was sent.`,
    hint: `Supported are ${known.join(', ')}.`,
    meta: { venue },
  })
}

export function notConnected(venue: string): VenueError {
  return new VenueError({
    code: 'VENUE_NOT_CONNECTED',
    message: `The gateway to ${venue} is not connected. Nothing was sent.`,
    hint: 'Call connect() first.',
    meta: { venue },
    retry: 'safe',
  })
}

export function alreadyStreaming(venue: string): UsageError {
  return new UsageError({
    code: 'VENUE_STREAM',
    message: `The account's stream at ${venue} is open already.`,
    hint: 'Close it first.',
    meta: { venue },
  })
}
