import {
  type Clock,
  type Instrument,
  type InstrumentId,
  type InstrumentSpec,
  KestrelError,
  type Retry,
  stepsToNumber,
} from '@kestrel/core'
import type {
  AccountStreamHandlers,
  KeyRights,
  OrderReference,
  OutgoingOrder,
  Subscription,
  TradingGateway,
  VenueFill,
  VenueOrder,
} from '@kestrel/kernel'

/** What goes wrong with the next request of a kind. */
export interface FakeFault {
  readonly of: 'create' | 'cancel' | 'amend' | 'find' | 'fills'
  readonly how: 'lost' | 'answer-lost' | 'refused' | 'not-found'
}

interface Resting {
  order: VenueOrder & { readonly outgoing: OutgoingOrder }
  clientOrderId: string
}

/** A venue in memory: one price for each instrument, at which everything fills that may. */
export class FakeGateway implements TradingGateway {
  readonly venue: string
  readonly accountId = 'FAKE-1'
  readonly abilities = {
    orderTypes: [
      'market',
      'limit',
      'stop-market',
      'stop-limit',
      'take-profit',
      'take-profit-limit',
      'trailing-stop',
    ] as const,
    timesInForce: ['GTC', 'IOC', 'FOK', 'GTD'] as const,
    amendsInPlace: true,
    hasReduceOnly: true,
    hasClosePosition: true,
    hasHedgeMode: false,
    hasDeadManTimer: false,
    fillHistoryMs: 86_400_000,
  }
  readonly faults: FakeFault[] = []
  /** Every create request that reached the venue. */
  readonly received: OutgoingOrder[] = []
  readonly orders: Resting[] = []
  readonly fills: VenueFill[] = []
  readonly balance: Record<string, number>
  readonly lots: Record<InstrumentId, number> = {}
  readonly prices = new Map<InstrumentId, number>()
  canWithdraw: KeyRights['canWithdraw'] = false
  /** False holds reports of the stream back, as a silent socket does. */
  isStreaming = true
  /** Most lots of a fill; the rest stays open. */
  fillLots = Infinity
  /** False while its stream is down. */
  isUp = true
  /** Resolves when it is the turn of a new order. */
  turn: () => Promise<void> = tick
  /** Difference of its clock. */
  skewMs = 0
  /** Coin that fees are paid in, and its price in the quote currency; where absent the quote currency itself. */
  feeCoin: { readonly currency: string; readonly price: number } | undefined
  readonly #clock: Clock
  readonly #instruments: readonly Instrument[]
  #handlers: AccountStreamHandlers | undefined
  /** Average entry price of a perpetual. */
  readonly #entry = new Map<InstrumentId, number>()
  #nextId = 1

  constructor(venue: string, instruments: readonly Instrument[], balance: Record<string, number>, clock: Clock) {
    this.venue = venue
    this.balance = { ...balance }
    this.#clock = clock
    this.#instruments = instruments
  }

  async connect(): Promise<void> {}
  async close(): Promise<void> {}
  async ownAccountId() {
    return undefined
  }
  clockSkewMs(): number {
    return this.skewMs
  }
  async keyRights() {
    return { canTrade: true, canWithdraw: this.canWithdraw }
  }
  specOf(instrument: InstrumentId): InstrumentSpec {
    throw new Error(`no spec of ${instrument}`)
  }
  know(): void {}

  async createOrder(outgoing: OutgoingOrder, isWanted?: () => boolean): Promise<VenueOrder> {
    const fault = this.#fault('create')
    await this.turn()
    if (isWanted?.() === false) throw failure('safe', 'unwanted')
    if (fault === 'lost') throw failure('unknown-outcome')
    if (fault === 'refused') throw failure('never')
    this.received.push(outgoing)
    const { clientOrderId } = outgoing
    if (this.orders.some((each) => each.clientOrderId === clientOrderId)) throw failure('never', 'duplicate client id')
    const resting: Resting = {
      clientOrderId,
      order: {
        outgoing,
        venueOrderId: `v${this.#nextId++}`,
        clientOrderId,
        instrument: outgoing.instrument,
        side: outgoing.side,
        type: outgoing.type,
        state: 'open',
        quantityLots: outgoing.quantityLots,
        filledLots: 0,
        averagePrice: undefined,
        limitTicks: outgoing.limitTicks,
        triggerTicks: outgoing.triggerTicks,
        reduceOnly: outgoing.reduceOnly,
        isTriggered: false,
        reason: '',
        tsEventMs: this.#clock.nowMs(),
      },
    }
    this.orders.push(resting)
    if (outgoing.type === 'market') this.fill(clientOrderId)
    this.#report(resting)
    if (fault === 'answer-lost') throw failure('unknown-outcome')
    return resting.order
  }

  /** Trades an open order at the price of its instrument, as far as it may. */
  fill(clientOrderId: string, lots = this.fillLots): void {
    const resting = this.orders.find((each) => each.clientOrderId === clientOrderId)
    if (resting?.order.state !== 'open') return
    const { order } = resting
    const { instrument, side } = order
    const traded = Math.min(lots, order.quantityLots - order.filledLots)
    const price = this.prices.get(instrument.id) ?? 100
    const quantity = stepsToNumber(traded, instrument.lot)
    const sign = side === 'buy' ? 1 : -1
    const { currency, price: coinPrice } = this.feeCoin ?? { currency: instrument.quote, price: 1 }
    const amount = (quantity * price * instrument.takerFeeRate) / coinPrice
    this.#pay(currency, -amount)
    if (instrument.kind === 'spot') {
      this.#pay(instrument.quote, -sign * quantity * price)
      this.#pay(instrument.base, sign * quantity)
    } else this.#move(instrument, sign * traded, price)
    this.lots[instrument.id] = (this.lots[instrument.id] ?? 0) + sign * traded
    const filledLots = order.filledLots + traded
    resting.order = { ...order, filledLots, state: filledLots === order.quantityLots ? 'filled' : 'open' }
    const fill: VenueFill = {
      fillId: `f${this.#nextId++}`,
      venueOrderId: order.venueOrderId,
      clientOrderId,
      instrument,
      side,
      lots: traded,
      price,
      fee: { currency, amount },
      liquidity: 'taker',
      tsEventMs: this.#clock.nowMs(),
    }
    this.fills.push(fill)
    // Twice, as streams may.
    this.#later(() => this.#handlers?.onFill(fill))
    this.#later(() => this.#handlers?.onFill(fill))
    this.#report(resting)
  }

  async cancelOrder(reference: OrderReference): Promise<VenueOrder | undefined> {
    const fault = this.#fault('cancel')
    await tick()
    if (fault === 'lost') throw failure('unknown-outcome')
    const resting = this.#of(reference)
    if (resting?.order.state !== 'open') throw failure('never', 'no such order')
    resting.order = { ...resting.order, state: 'cancelled', reason: 'cancelled' }
    this.#report(resting)
    if (fault === 'answer-lost') throw failure('unknown-outcome')
    return resting.order
  }

  async cancelAll(): Promise<void> {
    for (const resting of this.orders) {
      if (resting.order.state !== 'open') continue
      resting.order = { ...resting.order, state: 'cancelled', reason: 'cancelled' }
      this.#report(resting)
    }
  }

  amendOrder: TradingGateway['amendOrder'] = async (reference, terms, isWanted) => {
    const fault = this.#fault('amend')
    await this.turn()
    if (isWanted?.() === false) throw failure('safe', 'unwanted')
    if (fault === 'lost') throw failure('unknown-outcome')
    const resting = this.#of(reference)
    if (resting?.order.state !== 'open') throw failure('never', 'no such order')
    const { quantityLots, limitTicks, triggerTicks } = terms
    resting.order = { ...resting.order, quantityLots, limitTicks, triggerTicks }
    if (fault === 'answer-lost') throw failure('unknown-outcome')
    return resting.order
  }

  async findOrder(reference: OrderReference): Promise<VenueOrder | undefined> {
    const fault = this.#fault('find')
    await tick()
    if (fault === 'lost') throw failure('safe')
    return fault === 'not-found' ? undefined : this.#of(reference)?.order
  }

  async openOrders(): Promise<readonly VenueOrder[]> {
    await tick()
    return this.orders.map(({ order }) => order).filter(({ state }) => state === 'open')
  }

  async fillsSince(timeMs: number): Promise<readonly VenueFill[]> {
    const fault = this.#fault('fills')
    await tick()
    if (fault === 'lost') throw failure('safe')
    return this.fills.filter(({ tsEventMs }) => tsEventMs >= timeMs)
  }

  async balances() {
    return Object.entries(this.balance).map(([currency, total]) => ({ currency, total, free: total }))
  }

  async positions() {
    return this.#instruments
      .filter(({ kind, id }) => kind !== 'spot' && (this.lots[id] ?? 0) !== 0)
      .map((instrument) => ({
        instrument,
        side: 'net' as const,
        signedLots: this.lots[instrument.id] ?? 0,
        entryPrice: Number.NaN,
        markPrice: undefined,
        liquidationPrice: undefined,
        leverage: undefined,
        marginMode: undefined,
      }))
  }

  async fundingSince() {
    return []
  }
  async setLeverage(): Promise<void> {}
  async setPositionMode(): Promise<void> {}
  async armDeadManTimer(): Promise<void> {}

  streamAccount(handlers: AccountStreamHandlers): Subscription {
    this.#handlers = handlers
    if (this.isUp) this.setUp(true)
    return {
      close: async () => {
        this.#handlers = undefined
      },
    }
  }

  /** Loses the stream, or brings it back. */
  setUp(isUp: boolean): void {
    this.isUp = isUp
    this.#handlers?.onStatus({ isConnected: isUp, lastFrameMs: this.#clock.nowMs(), reconnects: 0, detail: '' })
  }

  /** What the stream tells, for tests that say it themselves; nothing while nobody listens. */
  get stream(): AccountStreamHandlers | undefined {
    return this.#handlers
  }

  /** An order that somebody else placed on the account. */
  placeForeign(instrument: Instrument): void {
    this.orders.push({
      clientOrderId: 'web_1',
      order: {
        outgoing: undefined as never,
        venueOrderId: `v${this.#nextId++}`,
        clientOrderId: 'web_1',
        instrument,
        side: 'buy',
        type: 'limit',
        state: 'open',
        quantityLots: 10,
        filledLots: 0,
        averagePrice: undefined,
        limitTicks: 1,
        triggerTicks: undefined,
        reduceOnly: false,
        isTriggered: false,
        reason: '',
        tsEventMs: 0,
      },
    })
  }

  #pay(currency: string, amount: number): void {
    this.balance[currency] = (this.balance[currency] ?? 0) + amount
  }

  /** Realises the profit of what a fill closes of a perpetual. */
  #move(instrument: Instrument, signedLots: number, price: number): void {
    const held = this.lots[instrument.id] ?? 0
    const entry = this.#entry.get(instrument.id) ?? price
    const closed = held * signedLots < 0 ? Math.min(Math.abs(held), Math.abs(signedLots)) * Math.sign(held) : 0
    this.#pay(instrument.quote, stepsToNumber(closed, instrument.lot) * (price - entry))
    const after = held + signedLots
    const isLarger = Math.abs(after) > Math.abs(held) && held * after >= 0
    if (isLarger) this.#entry.set(instrument.id, (held * entry + signedLots * price) / after)
    else if (held * after <= 0) this.#entry.set(instrument.id, price)
  }

  #of({ clientOrderId, venueOrderId }: OrderReference): Resting | undefined {
    return this.orders.find((each) => each.clientOrderId === clientOrderId || each.order.venueOrderId === venueOrderId)
  }

  #fault(of: FakeFault['of']): FakeFault['how'] | undefined {
    const index = this.faults.findIndex((each) => each.of === of)
    return index < 0 ? undefined : this.faults.splice(index, 1)[0]?.how
  }

  #report(resting: Resting): void {
    const { order } = resting
    this.#later(() => this.#handlers?.onOrder(order))
  }

  #later(act: () => void): void {
    if (this.isStreaming) setImmediate(act)
  }
}

function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function failure(retry: Retry, message = 'no answer'): KestrelError {
  return new KestrelError({ code: 'FAKE', message, retry })
}
