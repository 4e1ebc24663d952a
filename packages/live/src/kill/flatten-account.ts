import { setTimeout as wait } from 'node:timers/promises'
import { type Instrument, type InstrumentId, KestrelError, stepsToNumber, type TimeMs } from '@kestrel/core'
import type { OutgoingOrder, TradingGateway, VenueOrder, VenuePosition } from '@kestrel/kernel'
import { SpotHoldings, type SpotBooks } from './spot-holdings.ts'

export interface FlattenOptions {
  /** Only cancels; what is held stays. */
  readonly cancelOnly?: boolean
  /** Spot that is to be sold; never more than what is free. Read when orders were cancelled. Perpetuals are always closed. */
  readonly spot?: () => SpotBooks | Promise<SpotBooks>
  /** How long it tries, ms. */
  readonly withinMs: number
  /** First part of the client ids of its orders, so that a repeated request is the same order: letters and digits, at most 8. */
  readonly name: string
  readonly nowMs: () => TimeMs
  /** Told once the venue has answered, before anything is sent. */
  onConnected?(): void
  /** Told at each look how many base units of an instrument were sold on spot until then. */
  onSold?(instrument: InstrumentId, quantity: number): void
  /** Told of each step. */
  onStep?(text: string): void
}

/** What was done, and what is left. */
export interface FlattenReport {
  /** True when no order is open and nothing is held any more. */
  readonly isFlat: boolean
  readonly cancelled: number
  readonly closed: readonly string[]
  /** What remains, with the reason; empty when flat. */
  readonly remaining: readonly string[]
  readonly tookMs: number
}

const LOOK_MS = 250
/** Looks that find nothing, one after the other, and the time between them. */
const CLEAN_LOOKS = 2
const CLEAN_MS = 1_000
/** Longest wait between two tries to reach the venue, unless it asks for more. */
const MOST_WAIT_MS = 2_000

/**
 * Cancels every order and closes every position at a venue, and looks again until there is nothing left or the time is up.
 *
 * It needs the venue and the keys alone: no engine, no books. A venue that cannot be reached is tried again. Requests whose
 * outcome is unknown are looked at again with the account itself, never repeated blindly: an order to close is reduce-only on
 * perpetuals, and bounded by what is free on spot.
 *
 * @param gateway - Need not be connected.
 * @throws What `connect` throws where it will not do any better: keys that the venue refuses.
 */
export async function flattenAccount(
  gateway: TradingGateway,
  instruments: readonly Instrument[],
  options: FlattenOptions,
): Promise<FlattenReport> {
  const flattening = new Flattening(gateway, instruments, options)
  if (await flattening.connect()) await flattening.run()
  return flattening.report()
}

/** One account on its way to nothing. */
class Flattening {
  readonly #gateway: TradingGateway
  readonly #instruments: readonly Instrument[]
  readonly #options: FlattenOptions
  #spot: SpotHoldings | undefined
  readonly #startMs: TimeMs
  readonly #closed: string[] = []
  #cancelled = 0
  #isFlat = false
  /** What the last look found. */
  #open: readonly VenueOrder[] = []
  #held: readonly Holding[] = []
  #problems: string[] = []

  constructor(gateway: TradingGateway, instruments: readonly Instrument[], options: FlattenOptions) {
    this.#gateway = gateway
    this.#instruments = instruments
    this.#options = options
    this.#startMs = options.nowMs()
  }

  /** @returns False where the time was up before. */
  async connect(): Promise<boolean> {
    for (let tried = 1; ; tried++) {
      try {
        await this.#gateway.connect()
        this.#options.onConnected?.()
        return true
      } catch (error) {
        if (error instanceof KestrelError && error.retry === 'never') throw error
        const reason = reasonOf(error)
        this.#problems = [`nothing could be asked: ${reason}`]
        const waitMs = Math.max(Math.min(LOOK_MS * 2 ** (tried - 1), MOST_WAIT_MS), retryAfterMsOf(error))
        if (waitMs >= this.#leftMs()) return false
        this.#options.onStep?.(`trying again in ${(waitMs / 1_000).toFixed(1)} s: ${reason}`)
        await wait(waitMs)
      }
    }
  }

  /** Looks, cancels and closes until nothing is left or the time is up. */
  async run(): Promise<void> {
    let cleanLooks = 0
    for (let round = 0; ; round++) {
      this.#problems = []
      await this.#cancelAll()
      if (this.#options.cancelOnly !== true) await this.#closeAll(round)
      const isClean = this.#open.length === 0 && this.#held.length === 0 && this.#problems.length === 0
      cleanLooks = isClean ? cleanLooks + 1 : 0
      // A request that was on its way may land after a look that found nothing.
      this.#isFlat = cleanLooks >= CLEAN_LOOKS
      if (this.#isFlat || this.#leftMs() <= 0) return
      await wait(isClean ? CLEAN_MS : round === 0 ? 20 : LOOK_MS)
    }
  }

  report(): FlattenReport {
    const remaining = [
      ...this.#open.map(({ instrument, venueOrderId }) => `order ${venueOrderId} of ${instrument.id}`),
      ...this.#held.map(({ instrument, lots }) => `${instrument.id} ${stepsToNumber(lots, instrument.lot)}`),
      ...this.#problems,
    ]
    return {
      isFlat: this.#isFlat,
      cancelled: this.#cancelled,
      closed: this.#closed,
      remaining: this.#isFlat ? [] : remaining,
      tookMs: this.#options.nowMs() - this.#startMs,
    }
  }

  #leftMs(): number {
    return this.#startMs + this.#options.withinMs - this.#options.nowMs()
  }

  async #cancelAll(): Promise<void> {
    this.#open = []
    await this.#attempt('open orders', async () => {
      this.#open = await this.#gateway.openOrders(this.#instruments)
    })
    if (this.#open.length === 0) return
    this.#options.onStep?.(`cancelling ${this.#open.length} orders`)
    this.#cancelled = Math.max(this.#cancelled, this.#open.length)
    await this.#attempt('cancel', async () => this.#gateway.cancelAll(this.#instruments))
  }

  async #closeAll(round: number): Promise<void> {
    this.#held = []
    await this.#attempt('positions', async () => {
      this.#held = await this.#positions()
    })
    await this.#attempt('coins', async () => this.#coins())
    for (const [index, holding] of this.#held.entries()) {
      const { instrument, lots } = holding
      const text = `${instrument.id} ${stepsToNumber(lots, instrument.lot)}`
      this.#options.onStep?.(`closing ${text}`)
      await this.#attempt(`close ${instrument.id}`, async () => {
        await this.#gateway.createOrder(closingOrder(holding, `${this.#options.name}${code(round)}${code(index)}`))
        this.#closed.push(text)
      })
    }
  }

  /** Perpetuals that are held. */
  async #positions(): Promise<Holding[]> {
    const ids = new Set(this.#instruments.map(({ id }) => id))
    const hasPerpetuals = this.#instruments.some(({ kind }) => kind !== 'spot')
    const positions: readonly VenuePosition[] = hasPerpetuals ? await this.#gateway.positions() : []
    return positions
      .filter(({ instrument, signedLots }) => ids.has(instrument.id) && signedLots !== 0)
      .map(({ instrument, signedLots, side }) => ({
        instrument,
        lots: signedLots,
        positionSide: side === 'net' ? undefined : side,
      }))
  }

  /** Adds coins that are to be sold to what is held. */
  async #coins(): Promise<void> {
    const { spot, nowMs } = this.#options
    if (spot === undefined) return
    this.#spot ??= new SpotHoldings(this.#gateway, this.#instruments, await spot(), nowMs, (id, quantity) =>
      this.#options.onSold?.(id, quantity),
    )
    const { lots, unknown } = await this.#spot.toSell()
    this.#problems.push(...unknown)
    this.#held = [...this.#held, ...lots.map((each) => ({ ...each, positionSide: undefined }))]
  }

  async #attempt(what: string, act: () => Promise<void>): Promise<void> {
    if (this.#leftMs() <= 0 && this.#problems.length > 0) {
      this.#problems.push(`${what}: the time was up`)
      return
    }
    try {
      await act()
    } catch (error) {
      this.#problems.push(`${what}: ${reasonOf(error)}`)
    }
  }
}

interface Holding {
  readonly instrument: Instrument
  /** Signed. */
  readonly lots: number
  readonly positionSide: 'long' | 'short' | undefined
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** How long the venue asks to be left alone. */
function retryAfterMsOf(error: unknown): number {
  const meta = KestrelError.isInstance(error) ? error.meta : undefined
  return Number(meta?.['retryAfterMs'] ?? 0)
}

function closingOrder({ instrument, lots, positionSide }: Holding, clientOrderId: string): OutgoingOrder {
  return {
    clientOrderId,
    instrument,
    side: lots > 0 ? 'sell' : 'buy',
    type: 'market',
    timeInForce: 'GTC',
    postOnly: false,
    reduceOnly: instrument.kind !== 'spot' && positionSide === undefined,
    closePosition: false,
    positionSide,
    quantityLots: Math.abs(lots),
    triggerBy: 'last',
  }
}

function code(value: number): string {
  return value.toString(36).padStart(2, '0')
}
