import { type Instrument, instrumentOf, numberToSteps } from '@kestrel/core'
import type {
  AccountStreamHandlers,
  OutgoingOrder,
  StreamStatus,
  TradingGateway,
  VenueBalance,
  VenueFill,
  VenueOrder,
  VenuePosition,
} from '@kestrel/kernel'
import { type LocalVenue, type LocalVenueName, startExchange, type StartExchangeOptions } from '@kestrel/testkit'
import { onTestFinished } from 'vitest'
import { ccxtTradingGateway, type CcxtTradingOptions } from '../src/index.ts'

/** Keys that no error, status or answer may show. */
export const KEYS = { apiKey: 'planted-api-key-5f2c', secret: 'planted-secret-91ab' } as const

/** A venue of the local exchange and what is traded on it. */
export interface LocalSetup {
  readonly name: string
  readonly venue: LocalVenueName
  readonly options: Pick<CcxtTradingOptions, 'venue' | 'products'>
  readonly instrument: string
  readonly marketId: `spot:${string}` | `linear:${string}`
}

const SETUPS: readonly LocalSetup[] = [
  {
    name: 'binance spot',
    venue: 'binance',
    options: { venue: 'binance', products: ['spot'] },
    instrument: 'BTC-USDT.BINANCE',
    marketId: 'spot:BTCUSDT',
  },
  {
    name: 'binance USD-M',
    venue: 'binance',
    options: { venue: 'binance', products: ['linear'] },
    instrument: 'BTC-USDT-PERP.BINANCE',
    marketId: 'linear:BTCUSDT',
  },
  {
    name: 'bybit',
    venue: 'bybit',
    options: { venue: 'bybit', products: ['spot', 'linear'] },
    instrument: 'BTC-USDT-PERP.BYBIT',
    marketId: 'linear:BTCUSDT',
  },
]

export function localSetup(name: string): LocalSetup {
  const setup = SETUPS.find((each) => each.name === name)
  if (setup === undefined) throw new RangeError(`no setup ${name}`)
  return setup
}

export interface LocalTrading {
  readonly setup: LocalSetup
  readonly local: LocalVenue
  readonly gateway: TradingGateway
  readonly instrument: Instrument
  /** A while before the exchange opened. */
  readonly sinceMs: number
  /** An order at 60,000 unless stated. */
  order(
    changes: Partial<OutgoingOrder> & {
      readonly price?: number
      readonly trigger?: number
      readonly quantity?: number
    },
  ): OutgoingOrder
  /** Puts the only orders of others there: a bid and an ask of one bitcoin, 10 apart. */
  quote(bid: number, ask: number): void
  /** A trade of others at this price, which sets stops off. */
  print(price: number): void
}

let names = 0

/** The local exchange with nobody else on it, and the unmodified ccxt client connected to it. */
export async function localTrading(
  setup: LocalSetup,
  options: Partial<CcxtTradingOptions> = {},
  exchangeOptions: StartExchangeOptions = {},
): Promise<LocalTrading> {
  const exchange = await startExchange({
    venues: [setup.venue],
    flow: 'none',
    historyMinutes: 0,
    accounts: [
      { ...KEYS, accountId: 'one', balances: { spot: { USDT: '1000000', BTC: '10' }, futures: { USDT: '1000000' } } },
    ],
    ...exchangeOptions,
  })
  onTestFinished(exchange.close)
  const local = exchange.venue(setup.venue)
  const gateway = ccxtTradingGateway({
    ...setup.options,
    keys: KEYS,
    baseUrl: local.url,
    timeoutMs: 1_500,
    pingEveryMs: 200,
    pollEveryMs: 300,
    rateLimit: false,
    ...options,
  })
  onTestFinished(async () => gateway.close())
  await gateway.connect()
  const instrument = instrumentOf(gateway.specOf(setup.instrument))
  gateway.know([instrument])
  const ticks = (price: number): number => numberToSteps(price, instrument.tick, 'price')
  const lots = (quantity: number): number => numberToSteps(quantity, instrument.lot, 'quantity')
  let shown: readonly (readonly ['buy' | 'sell', number])[] = []
  const trading: LocalTrading = {
    setup,
    local,
    gateway,
    instrument,
    sinceMs: exchange.clock.nowMs() - 60_000,
    order({ price, trigger, quantity = 0.01, ...changes }) {
      return {
        clientOrderId: `t${++names}x${names}`,
        instrument,
        side: 'buy',
        type: 'limit',
        timeInForce: 'GTC',
        postOnly: false,
        reduceOnly: false,
        closePosition: false,
        triggerBy: 'last',
        quantityLots: lots(quantity),
        limitTicks: price === undefined ? undefined : ticks(price),
        triggerTicks: trigger === undefined ? undefined : ticks(trigger),
        ...changes,
      }
    },
    quote(bid, ask) {
      const next = [
        ['buy', ticks(bid)],
        ['sell', ticks(ask)],
      ] as const
      local.exchange.setForeignLevels(setup.marketId, [
        ...shown.map(([side, priceTicks]) => ({ side, priceTicks, qtyLots: 0 })),
        ...next.map(([side, priceTicks]) => ({ side, priceTicks, qtyLots: lots(1) })),
      ])
      shown = next
    },
    print(price) {
      local.exchange.print(setup.marketId, 'buy', ticks(price), 1)
    },
  }
  trading.quote(60_000, 60_010)
  return trading
}

/** What an account's stream told. */
export interface Heard {
  readonly orders: VenueOrder[]
  readonly fills: VenueFill[]
  readonly balances: VenueBalance[]
  readonly positions: VenuePosition[]
  readonly gaps: { readonly fromMs: number; readonly toMs: number; readonly reason: string }[]
  readonly statuses: StreamStatus[]
  readonly handlers: AccountStreamHandlers
}

export function listener(): Heard {
  const heard: Omit<Heard, 'handlers'> = { orders: [], fills: [], balances: [], positions: [], gaps: [], statuses: [] }
  return {
    ...heard,
    handlers: {
      onOrder: (order) => heard.orders.push(order),
      onFill: (fill) => heard.fills.push(fill),
      onBalance: (balances) => heard.balances.push(...balances),
      onPosition: (positions) => heard.positions.push(...positions),
      onGap: (fromMs, toMs, reason) => heard.gaps.push({ fromMs, toMs, reason }),
      onStatus: (status) => heard.statuses.push(status),
    },
  }
}

/** Waits until something holds; fails with its name after a while. */
export async function until(what: string, holds: () => boolean, withinMs = 6_000): Promise<void> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += 10) {
    if (holds()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`${what} did not come about within ${withinMs} ms`)
}
