import type { AccountLimits, RiskAction } from '../../src/index.ts'
import { type Acts, type LimitsInput, type LimitWorld, order, START_MS } from './limit-world.ts'

const MINUTE_MS = 60_000

/** A limit on the state of the account, and how a test brings the account to it. */
export interface StateLimit {
  readonly name: keyof AccountLimits
  /** What it is set to, its action left out. */
  readonly at: object
  readonly leverage?: number
  /** Opens the position that the limit is about, where it is about one. */
  hold(world: LimitWorld): Promise<void>
  /** From there to the last value at which nothing happens. */
  approach(world: LimitWorld): Promise<void>
  /** From there to the first value at which it fires. */
  arrive(world: LimitWorld): Promise<void>
  /** What it says. */
  readonly reason: string
  /** True where an order that opens is refused just below it as well: it would take the account beyond. */
  readonly countsOrders?: true
}

const BUY: Acts = { first: order('buy', 1) }

/** One coin: a tick of the price is a cent of equity. Its fee is 0.05 at a price of 100. */
const holdAt =
  (price: number) =>
  async (world: LimitWorld): Promise<void> =>
    world.minute(price, BUY)

/** An order that the venue turns down. */
async function turnedDown(world: LimitWorld): Promise<void> {
  world.gateway.faults.push({ of: 'create', how: 'refused' })
  await world.act(BUY)
}

/** A trade that loses one and its fees. */
async function lostTrade(world: LimitWorld): Promise<void> {
  await world.minute(100, BUY)
  await world.minute(99, { first: order('sell', 1) })
}

/**
 * Bought at 90 with a fee of 0.045, the equity at a price p is 50,000 - 90.045 + p. The position is 0.2 % of it at
 * 0.002 x 49,909.955 / 0.998 = 100.01995: below at 100.01, above at 100.02.
 */
const exposed = (name: keyof AccountLimits, reason: string): StateLimit => ({
  name,
  at: { at: 0.002 },
  hold: holdAt(90),
  approach: async (world) => world.minute(100.01),
  arrive: async (world) => world.minute(100.02),
  reason,
  countsOrders: true,
})

/** Bought at 100 with 10 set aside, at a maintenance rate of 2.5 % and a fee of 0.05 % to close: 90 / (1 - 0.0255). */
const LIQUIDATION = 92.35505387378143

export const STATE_LIMITS: readonly StateLimit[] = [
  {
    // 0.1 % of 50,000 are 50: the fee of 0.05 and 49.95 of price.
    name: 'drawdown',
    at: { at: 0.001 },
    hold: holdAt(100),
    approach: async (world) => world.minute(50.06),
    arrive: async (world) => world.minute(50.05),
    reason: 'drawdown of 0.1 % from 50000',
  },
  {
    name: 'dailyLoss',
    at: { at: 0.001 },
    hold: holdAt(100),
    approach: async (world) => world.minute(50.06),
    arrive: async (world) => world.minute(50.05),
    reason: 'loss of 0.1 % today',
  },
  {
    name: 'marginDistance',
    at: { at: (95 - LIQUIDATION) / 95 },
    leverage: 10,
    hold: holdAt(100),
    approach: async (world) => world.minute(95.01),
    arrive: async (world) => world.minute(95),
    reason: 'liquidation is 2.784 % away',
  },
  {
    name: 'consecutiveRejects',
    at: { at: 2 },
    hold: holdAt(100),
    approach: turnedDown,
    arrive: turnedDown,
    reason: '2 orders were turned down in a row',
  },
  {
    // The bar after the one that closed a minute after the start is due a minute later.
    name: 'staleDataMs',
    at: { at: 5_000 },
    hold: holdAt(100),
    approach: async (world) => world.until(START_MS + 2 * MINUTE_MS + 4_999),
    arrive: async (world) => world.until(START_MS + 2 * MINUTE_MS + 5_000),
    reason: 'BTC-USDT-PERP.TEST 1m is 500',
  },
  {
    name: 'disconnectedMs',
    at: { at: 5_000 },
    hold: holdAt(100),
    approach: async (world) => {
      await world.until(START_MS + MINUTE_MS + 10_000)
      world.gateway.setUp(false)
      await world.settle()
      await world.until(START_MS + MINUTE_MS + 14_999)
    },
    arrive: async (world) => world.until(START_MS + MINUTE_MS + 15_000),
    reason: 'no connection to the account for 500',
  },
  {
    name: 'clockSkewMs',
    at: { at: 250 },
    hold: holdAt(100),
    approach: async (world) => {
      world.gateway.skewMs = -249.99
      await world.settle()
    },
    arrive: async (world) => {
      world.gateway.skewMs = -250
      await world.settle()
    },
    reason: 'clocks differ by 250 ms',
  },
  exposed('grossExposure', 'gross exposure of 0.2 %'),
  exposed('netExposure', 'net exposure of 0.2 %'),
  exposed('instrumentExposure', 'exposure in one instrument of 0.2 %'),
  exposed('venueExposure', 'exposure at one venue of 0.2 %'),
  exposed('leverage', 'leverage of 0.2 %'),
  {
    // The second of two lost trades ends four minutes after the start.
    name: 'lossStreak',
    at: { at: 2, pauseMs: 90_000 },
    hold: async () => undefined,
    approach: lostTrade,
    arrive: lostTrade,
    reason: 'a pause after losses',
  },
]

const ACTIONS = ['block', 'reduce', 'flatten'] as const

/** Limits that can do all of {@link ACTIONS}; a pause is a pause. */
export const ACTING_LIMITS = STATE_LIMITS.filter(({ name }) => name !== 'lossStreak')

/** Every limit with each of its actions. */
export const ACTIONS_OF_LIMITS: readonly (readonly [StateLimit['name'], RiskAction, StateLimit])[] = [
  ...ACTING_LIMITS.flatMap((limit) => ACTIONS.map((action) => [limit.name, action, limit] as const)),
  ...STATE_LIMITS.filter(({ name }) => name === 'lossStreak').map((limit) => [limit.name, 'block', limit] as const),
]

export function limitsOf({ name, at }: Pick<StateLimit, 'name' | 'at'>, action: RiskAction): LimitsInput {
  return { [name]: name === 'lossStreak' ? at : { ...at, action } }
}

/** A limit on one order: the largest order that passes, and the smallest that does not. */
export interface OrderLimit {
  readonly name: keyof AccountLimits
  readonly what: string
  readonly at: { readonly at: number }
  /** Of the market. */
  readonly price: number
  readonly passes: Acts
  readonly refused: Acts
  readonly reason: string
}

const both = (side: 'buy' | 'sell', most: number, more: number, terms = {}) => ({
  passes: { first: order(side, most, terms) },
  refused: { first: order(side, more, terms) },
})
const limit = (side: 'buy' | 'sell', limitPrice: number): Acts => ({
  first: order(side, 1, { type: 'limit', limitPrice }),
})
const stop = (triggerPrice: number): Acts => ({ first: order('buy', 1, { type: 'stop-market', triggerPrice }) })

/** At a price of 10 a lot is worth a cent. 2 % of 50,000 are 1,000. */
const exposing = (name: keyof AccountLimits, reason: string): OrderLimit => ({
  name,
  what: 'a market order',
  at: { at: 0.02 },
  price: 10,
  ...both('buy', 100, 100.001),
  reason,
})

export const ORDER_LIMITS: readonly OrderLimit[] = [
  {
    name: 'orderNotional',
    what: 'a market order',
    at: { at: 1_000 },
    price: 10,
    ...both('buy', 100, 100.001),
    reason: 'an order of 1000.01, at most 1000',
  },
  {
    // 83.333 at 12 are 999.996, 83.334 are 1,000.008; at the market both are below 834.
    name: 'orderNotional',
    what: 'a limit beyond the market',
    at: { at: 1_000 },
    price: 10,
    ...both('buy', 83.333, 83.334, { type: 'limit', limitPrice: 12 }),
    reason: 'an order of 1000.008, at most 1000',
  },
  {
    name: 'orderQuantity',
    what: 'a market order',
    at: { at: 10 },
    price: 100,
    ...both('sell', 10, 10.001),
    reason: 'an order of 10.001, at most 10',
  },
  {
    name: 'priceBand',
    what: 'a limit above the market',
    at: { at: 0.07 },
    price: 100,
    passes: limit('sell', 107),
    refused: limit('sell', 107.01),
    reason: 'a price of 107.01 is 7.01 % from 100',
  },
  {
    name: 'priceBand',
    what: 'a limit below the market',
    at: { at: 0.07 },
    price: 100,
    passes: limit('buy', 93),
    refused: limit('buy', 92.99),
    reason: 'a price of 92.99 is 7.01 % from 100',
  },
  {
    name: 'priceBand',
    what: 'a trigger',
    at: { at: 0.07 },
    price: 100,
    passes: stop(107),
    refused: stop(107.01),
    reason: 'a price of 107.01 is 7.01 % from 100',
  },
  exposing('grossExposure', 'gross exposure would be 2 %, at most 2 %'),
  exposing('netExposure', 'net exposure would be 2 %, at most 2 %'),
  exposing('instrumentExposure', 'exposure in BTC-USDT-PERP.TEST would be 2 %'),
  exposing('venueExposure', 'exposure at TEST would be 2 %'),
  exposing('leverage', 'leverage would be 2 %'),
]

/** Those that say something of an order alone, and so can do more than refuse it. */
export const PLAIN_ORDER_LIMITS = ORDER_LIMITS.filter(({ name }) => name.startsWith('order') || name === 'priceBand')
