import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allocateBars, type BarColumns, type Instrument, instrumentOf, ManualClock, type TimeMs } from '@kestrel/core'
import {
  configureStrategy,
  defineStrategy,
  type OrderRequest,
  type StrategyContext,
  type StrategyDefinition,
} from '@kestrel/kernel'
import { z } from 'zod'
import {
  type AccountRisk,
  Journal,
  journalledRisk,
  LiveSession,
  RECONCILE_RULES,
  riskLimitsSchema,
  type SessionEvent,
  type SessionPorts,
  type SessionSetup,
} from '../../src/index.ts'
import { FakeGateway } from '../fake-gateway.ts'
import { PERPETUAL } from '../session-world.ts'

export const START_MS = 1_704_067_200_000
const MINUTE_MS = 60_000
/** Its bars are the moments at which strategies act: those of {@link PERPETUAL} may stay away. */
export const BELL = instrumentOf({
  id: 'ETH-USDT-PERP.TEST',
  tickSize: '0.01',
  lotSize: '0.001',
  minNotional: '5',
  makerFeeRate: 0.0002,
  takerFeeRate: 0.0005,
})

export type Act = (context: StrategyContext<object>) => void
/** What the two strategies of the session do at one moment. */
export type Acts = Partial<Readonly<Record<'first' | 'second', Act>>>
export type LimitsInput = z.input<typeof riskLimitsSchema>

export interface LimitWorldOptions {
  /** What the second strategy reads beside {@link BELL}; both instruments unless given, as the first does. */
  readonly second?: readonly Instrument[]
  readonly feeds?: SessionPorts['feeds']
}

const BOTH = [BELL, PERPETUAL]

/** An order in {@link PERPETUAL} unless its terms say otherwise. */
export function order(side: 'buy' | 'sell', quantity: number, terms: Partial<OrderRequest> = {}): Act {
  return ({ submit }) => {
    submit({ instrument: PERPETUAL, side, quantity, ...terms })
  }
}

/**
 * A live session of two strategies under limits, on a clock that stands and a venue in memory. Equity is 50,000 at the start.
 *
 * Strategies do what the test says at the bar that it says it for, and the same again when the journal is played.
 */
export class LimitWorld implements AsyncDisposable {
  readonly clock = new ManualClock(START_MS)
  readonly gateway = new FakeGateway('TEST', [PERPETUAL, BELL], { USDT: 100_000 }, this.clock)
  /** What somebody was told, by all processes so far. */
  readonly alarms: Extract<SessionEvent, { kind: 'alarm' }>[] = []
  session!: LiveSession
  risk!: AccountRisk
  readonly #setup: SessionSetup
  readonly #limits: LimitsInput
  readonly #feeds: SessionPorts['feeds']
  readonly #plan = new Map<number, Acts>()
  readonly #folder = mkdtempSync(join(tmpdir(), 'kestrel-limits-'))
  #journal: Journal | undefined
  #processes = 0
  #bells = 0
  #closeMs = START_MS
  #bellMs = START_MS

  private constructor(limits: LimitsInput, leverage: number, { second = BOTH, feeds = new Map() }: LimitWorldOptions) {
    this.#limits = limits
    this.#feeds = feeds
    this.#setup = {
      id: 'limited',
      mode: 'live',
      config: {
        instruments: [PERPETUAL, BELL],
        timeframe: '1m',
        strategies: [
          configureStrategy(this.#strategy('first', BOTH)),
          configureStrategy(this.#strategy('second', second)),
        ],
        cash: { USDT: 50_000 },
        sizeMode: 'units',
        fill: { volumeShare: 1 },
        margin: { leverage, mode: 'isolated' },
      },
      identity: { strategy: 'limited' },
      warmupBars: 10,
      rules: RECONCILE_RULES,
      barGraceMs: 1_000,
      reconcileMs: 3_600_000,
      times: { settleMs: 40, firstWaitMs: 1, mostWaitMs: 4, staleMs: 1_000 },
    }
  }

  static async open(limits: LimitsInput, leverage = 1, options: LimitWorldOptions = {}): Promise<LimitWorld> {
    const world = new LimitWorld(limits, leverage, options)
    await world.#open()
    return world
  }

  /** A minute of the market in which both instruments trade; strategies act at its end. */
  async minute(price: number, acts: Acts = {}): Promise<void> {
    const closeMs = (Math.floor(this.clock.nowMs() / MINUTE_MS) + 1) * MINUTE_MS
    this.clock.advanceTo(closeMs)
    this.gateway.prices.set(PERPETUAL.id, price)
    this.session.onBar(PERPETUAL, '1m', bar(closeMs - MINUTE_MS, closeMs, price))
    this.#closeMs = closeMs
    await this.#ring(closeMs, acts)
  }

  /** Strategies act now, or a millisecond later where they just did. Nothing is heard of the market. */
  async act(acts: Acts): Promise<void> {
    let nowMs = Math.max(this.clock.nowMs(), this.#bellMs + 1)
    // At the full minute the session would wait for the bar that does not come.
    if (nowMs % MINUTE_MS === 0 && this.#closeMs < nowMs) nowMs++
    this.clock.advanceTo(nowMs)
    await this.#ring(nowMs, acts)
  }

  /** Lets time pass in which nothing is heard of the market. */
  async until(timeMs: TimeMs): Promise<void> {
    this.clock.advanceTo(timeMs)
    await this.settle()
  }

  /** Limits look, and all that follows has happened. */
  async settle(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      this.session.tick()
      await this.session.settled()
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  /** The process dies: the next one has what was on the disk at this moment. */
  async crash(): Promise<void> {
    const from = join(this.#folder, String(this.#processes))
    const to = join(this.#folder, String(++this.#processes))
    mkdirSync(to)
    for (const name of ['journal.sqlite', 'journal.sqlite-wal']) {
      if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, name))
    }
    await this.session.suspend()
    this.#journal?.close()
    await this.#open()
  }

  /** Creates that reached the venue. */
  get sent(): number {
    return this.gateway.received.length
  }

  get heldLots(): number {
    return this.gateway.lots[PERPETUAL.id] ?? 0
  }

  /** Reasons of all orders that were refused. */
  get refusals(): readonly string[] {
    const orders = this.session.core.records().orders()
    return orders.filter(({ state }) => state === 'rejected').map(({ reason }) => reason)
  }

  /** Open at the venue, as `buy limit 1000`. */
  get resting(): readonly string[] {
    return this.gateway.orders
      .filter(({ order: { state } }) => state === 'open')
      .map(({ order: { side, type, quantityLots } }) => `${side} ${type} ${quantityLots}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.suspend()
    this.#journal?.close()
    rmSync(this.#folder, { recursive: true })
  }

  async #open(): Promise<void> {
    const folder = join(this.#folder, String(this.#processes))
    mkdirSync(folder, { recursive: true })
    const journal = new Journal(join(folder, 'journal.sqlite'))
    this.#journal = journal
    this.risk = journalledRisk(riskLimitsSchema.parse(this.#limits), journal, this.clock)
    this.session = await LiveSession.open(this.#setup, {
      journal,
      clock: this.clock,
      gateways: new Map([['TEST', this.gateway]]),
      feeds: this.#feeds,
      pastBars: async (_, __, count) => (this.clock.nowMs() === START_MS ? pastBars(count) : allocateBars(0)),
      risk: this.risk,
      listener: (event) => {
        if (event.kind === 'alarm') this.alarms.push(event)
      },
    })
    this.session.run()
    await this.settle()
  }

  async #ring(closeMs: TimeMs, acts: Acts): Promise<void> {
    this.#plan.set(++this.#bells, acts)
    const openMs = Math.max(this.#bellMs, closeMs - MINUTE_MS)
    this.#bellMs = closeMs
    this.session.onBar(BELL, '1m', bar(openMs, closeMs, 100))
    await this.settle()
  }

  #strategy(name: 'first' | 'second', reads: readonly Instrument[]): StrategyDefinition {
    return defineStrategy({
      name,
      about: 'Does what a test says.',
      params: z.object({}),
      start: (context) => {
        for (const each of reads) context.bars(each, '1m')
        const bells = context.bars(BELL, '1m')
        return {
          onBar: ({ instrument }) => {
            if (instrument.id === BELL.id) this.#plan.get(bells.length - 10)?.[name]?.(context)
          },
        }
      },
    })
  }
}

function bar(openTimeMs: TimeMs, closeTimeMs: TimeMs, price: number) {
  const prices = { open: price, high: price, low: price, close: price }
  return { openTimeMs, closeTimeMs, ...prices, volume: 1_000, tsRecvMs: closeTimeMs }
}

/** `count` minutes before the start, at a price of 100. */
function pastBars(count: number): BarColumns {
  const bars = allocateBars(count)
  for (let i = 0; i < count; i++) {
    bars.openTimeMs[i] = START_MS - (count - i) * MINUTE_MS
    bars.closeTimeMs[i] = START_MS - (count - i - 1) * MINUTE_MS
    for (const name of ['open', 'high', 'low', 'close'] as const) bars[name][i] = 100
    bars.volume[i] = 1_000
  }
  return bars
}
