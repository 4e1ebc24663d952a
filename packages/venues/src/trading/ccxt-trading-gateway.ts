import { createRng, type Instrument, systemClock, UsageError } from '@kestrel/core'
import type { Subscription, TradingGateway, VenueOrder } from '@kestrel/kernel'
import { ccxtVersion } from '../ccxt/load-ccxt.ts'
import { VenueError } from '../venue-error.ts'
import { AccountPoll } from './account-poll.ts'
import { AccountStream } from './account-stream.ts'
import { type CallPriority, newCall, runCall } from './call-context.ts'
import { ClockSkew } from './clock-skew.ts'
import { binanceDialect } from './dialects/binance/binance.ts'
import { bybitDialect } from './dialects/bybit/bybit.ts'
import type { Desk, VenueDialect } from './dialects/dialect.ts'
import { krakenDialect } from './dialects/kraken/kraken.ts'
import { okxDialect } from './dialects/okx/okx.ts'
import { InstrumentBook } from './instrument-book.ts'
import { openExchange, type OpenExchange } from './open-exchange.ts'
import {
  accountIdOf,
  acknowledgement,
  alreadyStreaming,
  checkOrder,
  compareIds,
  isSame,
  notConnected,
  ownAccountIdOf,
  productsOf,
  unknownVenue,
} from './gateway-checks.ts'
import { RequestLimiter } from './request-limiter.ts'
import { scrubber } from './scrub-secrets.ts'
import { type Operation, tradingFailure } from './trading-failure.ts'
import type { CcxtTradingOptions, TradingVenue } from './trading-options.ts'
import { TriggeredOrders } from './triggered-orders.ts'

const DIALECTS: Readonly<Record<TradingVenue, VenueDialect>> = {
  binance: binanceDialect,
  bybit: bybitDialect,
  okx: okxDialect,
  kraken: krakenDialect,
}

const PRIORITIES: Readonly<Record<Operation, CallPriority>> = {
  create: 'create',
  amend: 'create',
  cancel: 'cancel',
  query: 'query',
  setting: 'query',
}

/** Venues that ccxt can trade on through {@link ccxtTradingGateway}. */
export const TRADING_VENUES: readonly TradingVenue[] = Object.freeze(['binance', 'bybit', 'okx', 'kraken'])

/**
 * An account at a venue through ccxt and ccxt.pro. ccxt is loaded with `connect`.
 *
 * Keys are handed to the exchange client alone; errors and statuses carry neither keys nor signed addresses.
 *
 * @throws UsageError `VENUE_UNKNOWN`, `VENUE_PRODUCTS`.
 */
export function ccxtTradingGateway(options: CcxtTradingOptions): TradingGateway {
  return tradingGatewayOver(options, openExchange)
}

/** The same over an exchange client that is opened otherwise, for tests. */
export function tradingGatewayOver(options: CcxtTradingOptions, openClient: typeof openExchange): TradingGateway {
  const dialect = DIALECTS[options.venue] as VenueDialect | undefined
  if (dialect === undefined) throw unknownVenue(options.venue, TRADING_VENUES)
  const products = productsOf(dialect, options)
  const clock = options.clock ?? systemClock
  const rng = options.rng ?? createRng(clock.nowMs())
  const skew = new ClockSkew(clock, options.measureClockEveryMs ?? 600_000)
  const limiter = new RequestLimiter({
    nowMs: () => clock.nowMs(),
    ...dialect.budget(products),
    isSpacing: options.rateLimit ?? true,
  })
  let client: OpenExchange | undefined
  let desk: Desk | undefined
  let opening: Promise<void> | undefined
  let stream: AccountStream | undefined
  const waitingKnown: Instrument[] = []

  const scrub = scrubber(() => [client?.exchange.apiKey, client?.exchange.secret, client?.exchange.password])

  const opened = (): Desk => {
    if (desk === undefined) throw notConnected(dialect.id)
    return desk
  }

  const attempt = async <T>(
    operation: Operation,
    what: string,
    call: (desk: Desk) => Promise<T>,
    isWanted?: () => boolean,
  ): Promise<T> => {
    const context = newCall(PRIORITIES[operation], isWanted)
    const at = opened()
    try {
      const value = await runCall(context, async () => call(at))
      if (context.isCutOff) throw new Error('the answer is no JSON')
      return value
    } catch (error) {
      throw tradingFailure(error, { venue: dialect.id, operation, what, context, scrub })
    }
  }

  const measureClock = async (): Promise<void> =>
    skew.measure(async () => attempt('query', 'the time', async (at) => dialect.fetchTime(at)))

  /** One call of the port. A request that the venue turned away for its time is sent once more with the time right. */
  const call = async <T>(
    operation: Operation,
    what: string,
    work: (desk: Desk) => Promise<T>,
    isWanted?: () => boolean,
  ): Promise<T> => {
    if (skew.isDue) void measureClock().catch(() => undefined)
    try {
      return await attempt(operation, what, work, isWanted)
    } catch (error) {
      if (!VenueError.isInstance(error) || error.code !== 'VENUE_CLOCK') throw error
      await measureClock()
      return attempt(operation, what, work, isWanted)
    }
  }

  const open = async (): Promise<void> => {
    client ??= await openClient(dialect, products, options, {
      clock,
      limiter,
      skewMs: () => skew.skewMs,
      onMessage: (message) => stream?.take(message),
    })
    const { exchange } = client
    const book = new InstrumentBook(exchange, `ccxt ${ccxtVersion()}`)
    book.know(waitingKnown)
    const at: Desk = {
      exchange,
      book,
      products,
      isHedged: options.positionMode === 'hedge',
      marginMode: options.marginMode ?? 'cross',
      triggered: new TriggeredOrders(),
      partials: new Map(),
      deadManMs: undefined,
      nowMs: () => exchange.milliseconds(),
    }
    desk = at
    try {
      await measureClock()
      await attempt('query', 'list of markets', async () => exchange.loadMarkets(true))
      book.readMarkets()
      // The keys, by asking for something that needs them.
      await call('query', 'the balances', async (at) => dialect.balances(at))
    } catch (error) {
      desk = undefined
      throw error
    }
  }

  const gateway: TradingGateway = {
    venue: dialect.id.toUpperCase(),
    accountId: accountIdOf(dialect, products, options),
    async ownAccountId() {
      const { accountNumber } = dialect
      if (accountNumber === undefined) return undefined
      try {
        const number = await call('query', 'the number of the account', accountNumber)
        return number === undefined ? undefined : ownAccountIdOf(dialect, products, options, number)
      } catch (error) {
        // A key that may not ask for it, a test network without it.
        if (VenueError.isInstance(error) && error.retry === 'never') return undefined
        throw error
      }
    },
    abilities: dialect.abilities(products),

    async connect() {
      if (desk !== undefined) return
      opening ??= open().finally(() => {
        opening = undefined
      })
      await opening
    },
    async close() {
      await stream?.close()
      stream = undefined
      limiter.close()
      client?.close()
      client = undefined
      desk = undefined
    },

    clockSkewMs: () => skew.skewMs,
    keyRights: async () => call('query', 'the rights of the key', async (at) => dialect.keyRights(at)),
    specOf: (instrument) => opened().book.specOf(instrument),
    know(instruments) {
      waitingKnown.push(...instruments)
      desk?.book.know(instruments)
    },

    async createOrder(order, isWanted) {
      checkOrder(order)
      const what = `create of ${order.instrument.id} ${order.clientOrderId}`
      const market = opened().book.marketOf(order.instrument.id)
      const terms = dialect.orderTerms(opened(), order, market)
      try {
        const create = async (at: Desk): Promise<VenueOrder> => {
          const { type, amount, price, params } = terms
          const answer = await at.exchange.createOrder(market.symbol, type, order.side, amount, price, params)
          return acknowledgement(dialect, at, answer.info, order)
        }
        return await call('create', what, create, isWanted)
      } catch (error) {
        if (!VenueError.isInstance(error) || error.code !== 'VENUE_DUPLICATE_ID') throw error
        const ours = await gateway.findOrder({ ...order, type: order.type }).catch(() => undefined)
        if (ours === undefined || !isSame(ours, order)) throw error
        return ours
      }
    },
    async cancelOrder(order) {
      return call('cancel', `cancel of ${order.instrument.id} ${order.clientOrderId}`, async (at) =>
        dialect.cancel(at, order, at.book.marketOf(order.instrument.id)),
      )
    },
    async cancelAll(instruments) {
      const what = `cancel of all orders${instruments === undefined ? '' : ` of ${instruments.map(({ id }) => id).join(', ')}`}`
      await call('cancel', what, async (at) => dialect.cancelAll(at, instruments))
    },
    async amendOrder(order, terms, isWanted) {
      const amend = async (at: Desk): Promise<VenueOrder | undefined> =>
        dialect.amend(at, order, terms, at.book.marketOf(order.instrument.id))
      return call('amend', `amendment of ${order.instrument.id} ${order.clientOrderId}`, amend, isWanted)
    },

    async findOrder(order) {
      return call('query', `look-up of ${order.instrument.id} ${order.clientOrderId}`, async (at) => {
        const found = await dialect.find(at, order, at.book.marketOf(order.instrument.id))
        return found?.clientOrderId === undefined || found.clientOrderId === order.clientOrderId ? found : undefined
      })
    },
    async openOrders(instruments) {
      return call('query', 'open orders', async (at) => dialect.openOrders(at, instruments))
    },
    async fillsSince(timeMs, instruments) {
      const fromMs = Math.floor(Math.max(timeMs, opened().nowMs() - gateway.abilities.fillHistoryMs))
      const all = await Promise.all(
        instruments.map(async (each) =>
          call('query', `fills of ${each.id}`, async (at) => dialect.fills(at, each, fromMs)),
        ),
      )
      const unique = new Map(all.flat().map((fill) => [`${fill.instrument.id} ${fill.fillId}`, fill]))
      return [...unique.values()]
        .filter((fill) => fill.tsEventMs >= timeMs)
        .sort((a, b) => a.tsEventMs - b.tsEventMs || compareIds(a.fillId, b.fillId))
    },
    balances: async () => call('query', 'the balances', async (at) => dialect.balances(at)),
    positions: async () => call('query', 'the positions', async (at) => dialect.positions(at)),
    async fundingSince(timeMs, instruments) {
      // Three months are kept by all.
      const fromMs = Math.floor(Math.max(timeMs, opened().nowMs() - 90 * 86_400_000))
      const all = await Promise.all(
        instruments.map(async (each) =>
          call('query', `funding of ${each.id}`, async (at) => dialect.funding(at, each, fromMs)),
        ),
      )
      return all
        .flat()
        .filter((payment) => payment.timeMs >= timeMs)
        .sort((a, b) => a.timeMs - b.timeMs || compareIds(a.instrument.id, b.instrument.id))
    },

    async setLeverage(instrument, leverage, marginMode) {
      await call('setting', `leverage of ${instrument.id}`, async (at) =>
        dialect.setLeverage(at, at.book.marketOf(instrument.id), leverage, marginMode),
      )
    },
    async setPositionMode(mode) {
      await call('setting', 'the position mode', async (at) => dialect.setPositionMode(at, mode))
    },
    async armDeadManTimer(timeoutMs, instruments) {
      if (!gateway.abilities.hasDeadManTimer)
        throw new UsageError({
          code: 'VENUE_NOT_SERVED',
          message: `${dialect.id} has no dead-man timer for ${products.join(' and ')}. Nothing was sent.`,
          meta: { venue: dialect.id, products },
        })
      await call('setting', 'the dead-man timer', async (at) => dialect.armDeadManTimer(at, timeoutMs, instruments))
    },

    streamAccount(handlers) {
      const at = opened()
      if (stream !== undefined) throw alreadyStreaming(dialect.id)
      const running = new AccountStream(
        {
          dialect,
          desk: at,
          clock,
          rng,
          scrub,
          poll: new AccountPoll(gateway, handlers, at.nowMs()),
          pollEveryMs: options.pollEveryMs ?? 3_000,
          connectWithinMs: options.timeoutMs ?? 10_000,
          instruments: () => at.book.known(),
          hangUp: (reason) => client?.hangUp(reason),
        },
        handlers,
      )
      stream = running
      return subscriptionOf(running, () => {
        if (stream === running) stream = undefined
      })
    },
  }
  return gateway
}

function subscriptionOf(stream: AccountStream, onClosed: () => void): Subscription {
  return {
    async close() {
      await stream.close()
      onClosed()
    },
  }
}
