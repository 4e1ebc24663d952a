import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allocateBars, type BarColumns, type Clock, type Instrument, instrumentOf, ManualClock } from '@kestrel/core'
import { configureStrategy, defineStrategy, type FeedBar, type StrategyDefinition } from '@kestrel/kernel'
import { z } from 'zod'
import {
  Journal,
  LiveSession,
  RECONCILE_RULES,
  type SessionEvent,
  type SessionPorts,
  type SessionRisk,
  type SessionSetup,
} from '../src/index.ts'
import { FakeGateway } from './fake-gateway.ts'

const START_MS = 1_704_067_200_000
const MINUTE = 60_000

export const SPOT = instrumentOf({
  id: 'BTC-USDT.TEST',
  tickSize: '0.01',
  lotSize: '0.001',
  minNotional: '5',
  makerFeeRate: 0.001,
  takerFeeRate: 0.001,
})
export const PERPETUAL = instrumentOf({
  id: 'BTC-USDT-PERP.TEST',
  tickSize: '0.01',
  lotSize: '0.001',
  minNotional: '5',
  makerFeeRate: 0.0002,
  takerFeeRate: 0.0005,
})

/** Buys on odd bars and sells on even ones. */
const FLIP = defineStrategy({
  name: 'flip',
  about: 'Long on odd bars.',
  params: z.object({ quantity: z.number().positive().default(1) }),
  start({ bars, instrument, target, params }) {
    const series = bars(instrument, '1m')
    return {
      onBar: () => target(instrument, { quantity: series.length % 2 === 1 ? params.quantity : 0 }),
    }
  },
})

/** Goes on by itself, and jumps to where the market is. */
class MarketClock implements Clock {
  #aheadMs: number

  constructor(startMs: number) {
    this.#aheadMs = startMs - performance.now()
  }

  nowMs(): number {
    return Math.floor(performance.now() + this.#aheadMs)
  }

  advanceTo(timeMs: number): void {
    this.#aheadMs = Math.max(this.#aheadMs, timeMs - performance.now())
  }
}

/** What a session needs, on a clock that stands on paper and goes on live, and a venue in memory. */
export class World implements Disposable {
  readonly clock: ManualClock | MarketClock
  readonly gateway: FakeGateway
  /** Accounts of a live session; a test may add some. */
  readonly gateways: FakeGateway[]
  readonly events: SessionEvent[] = []
  readonly setup: SessionSetup
  readonly folder = mkdtempSync(join(tmpdir(), 'kestrel-live-'))
  readonly instrument: Instrument
  readonly #mode: 'paper' | 'live'
  /** Set by whoever closes the account from outside. */
  isHalted = false
  #journal: Journal | undefined
  #bar = 0
  #session: LiveSession | undefined

  constructor(mode: 'paper' | 'live' = 'live', instrument: Instrument = SPOT, definition: StrategyDefinition = FLIP) {
    this.#mode = mode
    this.instrument = instrument
    this.clock = mode === 'live' ? new MarketClock(START_MS) : new ManualClock(START_MS)
    this.gateway = new FakeGateway('TEST', [instrument], { USDT: 100_000 }, this.clock)
    this.gateways = [this.gateway]
    this.setup = {
      id: 'test-session',
      mode,
      config: {
        instruments: [instrument],
        timeframe: '1m',
        strategies: [configureStrategy(definition)],
        cash: { USDT: 50_000 },
        sizeMode: 'units',
        fill: { volumeShare: 1 },
      },
      identity: { strategy: definition.name },
      warmupBars: 10,
      rules: RECONCILE_RULES,
      barGraceMs: 1_000,
      reconcileMs: 3_600_000,
      times: { settleMs: 40, firstWaitMs: 1, mostWaitMs: 4, staleMs: 1_000 },
    }
  }

  get journal(): Journal {
    return (this.#journal ??= new Journal(join(this.folder, 'journal.sqlite')))
  }

  async open(setup: SessionSetup = this.setup, risk?: SessionRisk): Promise<LiveSession> {
    const ports: SessionPorts = {
      journal: this.journal,
      clock: this.clock,
      gateways: new Map(this.#mode === 'live' ? this.gateways.map((each) => [each.venue, each]) : []),
      feeds: new Map(),
      pastBars: async (_, __, count, toMs) => this.#pastBars(count, toMs),
      listener: (event) => this.events.push(event),
      isHalted: () => this.isHalted,
      ...(risk === undefined ? {} : { risk }),
    }
    const session = await LiveSession.open(setup, ports)
    this.#session = session
    session.run()
    return session
  }

  /** In a live world the market stands still between {@link minute}s, whatever the time. */
  #pastBars(count: number, toMs: number): BarColumns {
    if (this.#mode === 'paper') return pastBars(count, toMs)
    return pastBars(Math.min(count, 1_000), START_MS + this.#bar * MINUTE)
  }

  /** Minutes of the market that a session hears of at once, when they are over. */
  async burst(session: LiveSession, count: number, price: number): Promise<void> {
    const first = this.#bar
    for (let bar = 0; bar < count; bar++) this.missMinute()
    for (let bar = first; bar < first + count; bar++) session.onBar(this.instrument, '1m', barAt(bar, price))
    await session.settled()
    await new Promise((resolve) => setTimeout(resolve, 2))
    await session.settled()
  }

  /** Close of a bar, counted from 1. */
  closeOf(bar: number): number {
    return START_MS + bar * MINUTE
  }

  /** A minute of the market of which no session hears. */
  missMinute(): void {
    this.#bar++
    this.clock.advanceTo(START_MS + this.#bar * MINUTE)
  }

  /** Resolves when what the venue has told is taken in and answered. */
  async quiet(): Promise<void> {
    for (let i = 0; i < 3; i++) {
      await new Promise((resolve) => setTimeout(resolve, 3))
      await this.#session?.settled()
    }
  }

  /** Closes the journal as the end of a process does. */
  crash(): void {
    this.#journal?.close()
    this.#journal = undefined
  }

  /** One minute of the market; the session is done with it when this resolves. */
  async minute(session: LiveSession, price: number): Promise<void> {
    this.gateway.prices.set(this.instrument.id, price)
    const bar = barAt(this.#bar++, price)
    this.clock.advanceTo(bar.closeTimeMs)
    session.onBar(this.instrument, '1m', bar)
    await session.settled()
    await new Promise((resolve) => setTimeout(resolve, 2))
    await session.settled()
  }

  [Symbol.dispose](): void {
    this.crash()
    rmSync(this.folder, { recursive: true })
  }
}

/** A minute, counted from 0. */
function barAt(bar: number, price: number): FeedBar {
  const openTimeMs = START_MS + bar * MINUTE
  const closeTimeMs = openTimeMs + MINUTE
  const prices = { open: price, high: price + 1, low: price - 1, close: price, volume: 1_000 }
  return { openTimeMs, closeTimeMs, ...prices, tsRecvMs: closeTimeMs }
}

/** `count` minutes before a time, at a price of 100. */
function pastBars(count: number, toMs: number): BarColumns {
  const bars = allocateBars(count)
  for (let i = 0; i < count; i++) {
    bars.openTimeMs[i] = toMs - (count - i) * MINUTE
    bars.closeTimeMs[i] = toMs - (count - i - 1) * MINUTE
    for (const name of ['open', 'high', 'low', 'close'] as const) bars[name][i] = 100
    bars.volume[i] = 1_000
  }
  return bars
}
