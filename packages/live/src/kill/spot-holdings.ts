import { type Instrument, type InstrumentId, roundToSteps, stepsToNumber, type TimeMs } from '@kestrel/core'
import type { OrderReference, Side, TradingGateway, VenueFill } from '@kestrel/kernel'

/** An order of a session that may have filled since its books were written. */
export interface OpenSpotOrder extends OrderReference {
  readonly side: Side
  readonly createdMs: TimeMs
  /** The venue's ids of its fills that are in the books. */
  readonly fillIds: ReadonlySet<string>
  /** Lots of them that the order of the present name filled. */
  readonly bookedLots: number
}

/** Coins that a session bought: an account on spot says what is there, not whose it is. */
export interface SpotBooks {
  /** Base units by instrument. */
  readonly held: Readonly<Record<InstrumentId, number>>
  readonly open: readonly OpenSpotOrder[]
  /** The venue's ids of all fills that are in the books, where the books list them. */
  readonly fillIds?: ReadonlySet<string>
}

/** How long before an order was made its fills are asked for: clocks differ. */
const OVERLAP_MS = 60_000
/** How long a venue may not know an order that was just sent. */
const SETTLE_MS = 10_000

/** What a session has to sell on spot now, and why more may follow. */
interface ToSell {
  readonly lots: readonly { readonly instrument: Instrument; readonly lots: number }[]
  /** What is not known yet of orders that may have filled. */
  readonly unknown: readonly string[]
}

/** What a session still has to sell on spot, with what its orders filled after the books were written. */
export class SpotHoldings {
  readonly #gateway: TradingGateway
  readonly #nowMs: () => TimeMs
  readonly #instruments: readonly Instrument[]
  readonly #held = new Map<InstrumentId, number>()
  readonly #open: Set<OpenOrderState>
  readonly #onSold: (instrument: InstrumentId, quantity: number) => void
  /** Balances when selling began, with what came in since. */
  readonly #begun = new Map<InstrumentId, number>()

  /** @param onSold - Told at each look what was sold until then, base units. */
  constructor(
    gateway: TradingGateway,
    instruments: readonly Instrument[],
    { held, open }: SpotBooks,
    nowMs: () => TimeMs,
    onSold: (instrument: InstrumentId, quantity: number) => void = () => undefined,
  ) {
    this.#gateway = gateway
    this.#nowMs = nowMs
    this.#onSold = onSold
    this.#instruments = instruments.filter(({ kind }) => kind === 'spot')
    for (const { id } of this.#instruments) this.#held.set(id, held[id] ?? 0)
    this.#open = new Set(
      open.map((order) => ({ order, fillIds: new Set(order.fillIds), bookedLots: order.bookedLots })),
    )
  }

  /**
   * Whole lots that are to be sold now.
   *
   * @throws What the gateway throws where it cannot be asked for balances.
   */
  async toSell(): Promise<ToSell> {
    const unknown: string[] = []
    for (const open of this.#open) {
      const problem = await this.#settle(open).catch((error: unknown) => String(error))
      if (problem === undefined) this.#open.delete(open)
      else unknown.push(`what ${open.order.clientOrderId} filled: ${problem}`)
    }
    const held = this.#instruments.filter(({ id }) => (this.#held.get(id) ?? 0) > 0)
    if (held.length === 0) return { lots: [], unknown }
    const balances = new Map((await this.#gateway.balances()).map((each) => [each.currency, each]))
    const lots = held.flatMap((instrument) => {
      const { total = 0, free = total } = balances.get(instrument.base) ?? {}
      if (!this.#begun.has(instrument.id)) this.#begun.set(instrument.id, total)
      // What has been sold already is not sold again: the rest of the balance is somebody else's.
      const sold = Math.max(0, (this.#begun.get(instrument.id) ?? 0) - total)
      if (sold > 0) this.#onSold(instrument.id, sold)
      const left = Math.min((this.#held.get(instrument.id) ?? 0) - sold, free)
      const whole = roundToSteps(Math.max(0, left + 1e-12), instrument.lot, 'down')
      const isEnough = whole > 0 && stepsToNumber(whole, instrument.lot) >= instrument.minQuantity
      return isEnough ? [{ instrument, lots: whole }] : []
    })
    return { lots, unknown }
  }

  /** Takes in what an order filled after the books were written. Gives what keeps it from being known for good. */
  async #settle(open: OpenOrderState): Promise<string | undefined> {
    const { order } = open
    const found = await this.#gateway.findOrder(order)
    if (found === undefined) {
      return this.#nowMs() - order.createdMs < SETTLE_MS ? 'the venue does not know it yet' : undefined
    }
    if (found.filledLots > open.bookedLots) {
      const fills = await this.#gateway.fillsSince(order.createdMs - OVERLAP_MS, [order.instrument])
      for (const fill of fills) {
        const isOurs = fill.clientOrderId === order.clientOrderId || fill.venueOrderId === found.venueOrderId
        if (isOurs && !open.fillIds.has(fill.fillId)) this.#book(open, fill)
      }
    }
    if (found.filledLots > open.bookedLots) return 'its fills are not listed yet'
    return found.state === 'open' ? 'it is still open' : undefined
  }

  #book(open: OpenOrderState, fill: VenueFill): void {
    const { id } = open.order.instrument
    const coins = coinsOf(fill)
    open.fillIds.add(fill.fillId)
    open.bookedLots += fill.lots
    this.#held.set(id, (this.#held.get(id) ?? 0) + coins)
    const begun = this.#begun.get(id)
    if (begun !== undefined) this.#begun.set(id, begun + coins)
  }
}

interface OpenOrderState {
  readonly order: OpenSpotOrder
  readonly fillIds: Set<string>
  bookedLots: number
}

/** Base units that a fill brought, less a fee that was taken out of them. */
export function coinsOf({
  instrument,
  side,
  lots,
  fee,
}: Pick<VenueFill, 'instrument' | 'side' | 'lots' | 'fee'>): number {
  const quantity = stepsToNumber(lots, instrument.lot)
  const lost = fee?.currency === instrument.base ? fee.amount : 0
  return (side === 'buy' ? quantity : -quantity) - lost
}
