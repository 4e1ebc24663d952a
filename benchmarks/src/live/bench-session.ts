import { join } from 'node:path'
import { allocateBars, type BarColumns, type Clock, instrumentOf, type TimeMs } from '@kestrel/core'
import { configureStrategy, type StrategyDefinition, type TradingGateway } from '@kestrel/kernel'
import { Journal, LiveSession, RECONCILE_RULES, type SessionSetup } from '@kestrel/live'
import { EXAMPLE_PERPETUAL } from '@kestrel/testkit'
import { ccxtTradingGateway } from '@kestrel/venues'

export const MINUTE_MS = 60_000
/** Quote units; a multiple of the tick. */
export const L1_PRICE = 60_000
export const L1_KEYS = { apiKey: 'bench', secret: 'bench' } as const

const { tickSize, lotSize, minNotional, makerFeeRate, takerFeeRate } = EXAMPLE_PERPETUAL

/** What sessions of case L1 trade. */
export const L1_INSTRUMENT = instrumentOf({
  id: 'BTC-USDT-PERP.BINANCE',
  tickSize,
  lotSize,
  minNotional,
  makerFeeRate,
  takerFeeRate,
})

/** The machine's clock in whole milliseconds. */
const MACHINE_CLOCK: Clock = { nowMs: () => Math.floor(performance.timeOrigin + performance.now()) }

/** The account of the case through the real client. */
export function ccxtGateway(url: string): TradingGateway {
  return ccxtTradingGateway({
    venue: 'binance',
    products: ['linear'],
    keys: L1_KEYS,
    baseUrl: url,
    rateLimit: false,
  })
}

/** A live session of the case. It compares its account at its start alone. */
export function liveSetup(strategies: readonly StrategyDefinition[], warmupBars: number): SessionSetup {
  return {
    id: 'bench',
    mode: 'live',
    config: {
      instruments: [L1_INSTRUMENT],
      timeframe: '1m',
      strategies: strategies.map((each) => configureStrategy(each)),
      cash: { USDT: 1_000_000 },
      sizeMode: 'units',
      margin: { leverage: 10, mode: 'cross' },
      funding: 'none',
      seed: 1,
    },
    identity: {},
    warmupBars,
    rules: RECONCILE_RULES,
    barGraceMs: 1_000,
    reconcileMs: 3_600_000,
  }
}

/** Opens a live session; it begins to trade with `run`. */
export async function openLive(
  folder: string,
  gateway: TradingGateway,
  setup: SessionSetup,
  clock: Clock = MACHINE_CLOCK,
): Promise<{ readonly session: LiveSession; readonly journal: Journal }> {
  const journal = new Journal(join(folder, 'journal.sqlite'))
  const session = await LiveSession.open(setup, {
    journal,
    clock,
    gateways: new Map([[gateway.venue, gateway]]),
    feeds: new Map(),
    pastBars: async (_, __, count, toMs) => flatBars(count, toMs - (toMs % MINUTE_MS)),
  })
  return { session, journal }
}

/** Minutes at one price, up to a time. */
function flatBars(count: number, toMs: TimeMs): BarColumns {
  const bars = allocateBars(count)
  for (let i = 0; i < count; i++) {
    bars.openTimeMs[i] = toMs - (count - i) * MINUTE_MS
    bars.closeTimeMs[i] = toMs - (count - i - 1) * MINUTE_MS
    for (const name of ['open', 'high', 'low', 'close'] as const) bars[name][i] = L1_PRICE
    bars.volume[i] = 1_000
  }
  return bars
}

/** Brings one minute after the other to a session, each bar closing where its caller says. */
export class MinuteFeed {
  readonly #session: LiveSession
  #closeTimeMs: TimeMs
  #price = L1_PRICE

  constructor(session: LiveSession) {
    this.#session = session
    this.#closeTimeMs = session.playFromMs
  }

  /** Close of the newest bar. */
  get closeTimeMs(): TimeMs {
    return this.#closeTimeMs
  }

  minute(close: number): void {
    const [openTimeMs, open] = [this.#closeTimeMs, this.#price]
    this.#closeTimeMs += MINUTE_MS
    this.#price = close
    const [high, low] = [Math.max(open, close), Math.min(open, close)]
    const bar = { openTimeMs, closeTimeMs: this.#closeTimeMs, open, high, low, close, volume: 1_000 }
    this.#session.onBar(L1_INSTRUMENT, '1m', { ...bar, tsRecvMs: this.#closeTimeMs })
  }
}
