import { type Clock, createRng } from '@kestrel/core'
import { bookMovement, depositMoney, findOrder, isInside, moveMoney, openAccount } from './account-book.ts'
import { type AccountRecord, feeRatesOf, positionOf, settingsOf } from './account-record.ts'
import type {
  AccountSpec,
  ApiKey,
  Balance,
  FeeRates,
  Income,
  MarginMode,
  MarginSummary,
  Movement,
  Position,
  WalletName,
} from './account-types.ts'
import { refusalOf } from './admission.ts'
import { amendOrder } from './amend-order.ts'
import { auditMoney, type MoneyAudit } from './audit-money.ts'
import { EventQueue } from './event-queue.ts'
import type { ExchangeListener } from './exchange-event.ts'
import type { BookView, ExchangePort, ForeignLevel, ForeignOrder, HistoryFilter, PriceView } from './exchange-port.ts'
import { bestTicks, type ExchangeState, type MarketState, markOf } from './exchange-state.ts'
import { placeForeignOrder, setForeignTotals } from './foreign-flow.ts'
import { House } from './house.ts'
import { changeHedgeMode, changeLeverage, changeMarginMode, moveIsolated } from './margin-settings.ts'
import { marginSummary } from './margin.ts'
import type { Market, MarketId, MarketSpec } from './market-spec.ts'
import { marketState } from './market-state.ts'
import { execute, withdrawOrder } from './matching.ts'
import { placeOrder } from './order-entry.ts'
import { isOpen, type OrderRecord, orderState } from './order-record.ts'
import type { Amendment, Fill, OrderIntent, OrderKey, OrderState, Outcome, Placed, Side } from './order-types.ts'
import { positionView } from './position-view.ts'
import { runDue, settleMoves } from './run-due.ts'
import { setMarkValues } from './set-mark.ts'
import { setTouchPrices } from './touch.ts'
import { emitAccount } from './report-events.ts'

export interface ExchangeCoreOptions {
  readonly markets: readonly MarketSpec[]
  /** The exchange's time. */
  readonly clock: Clock
  /** Names orders that come without a name; nothing else here is random. Default 1. */
  readonly seed?: number
  /** Closed orders, fills and income rows that each account keeps at least. Default 100,000. */
  readonly keptRows?: number
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/**
 * The exchange behind every dialect: price-time matching, accounts, margin, funding, liquidation. Synchronous, and the same
 * calls at the same times give the same events, numbers and balances.
 */
export class ExchangeCore implements ExchangePort {
  readonly clock: Clock
  readonly markets: ReadonlyMap<MarketId, Market>
  readonly #state: ExchangeState
  readonly #events = new EventQueue()

  constructor(options: ExchangeCoreOptions) {
    const rng = createRng(options.seed ?? 1).stream('client-order-ids')
    const states = options.markets.map((spec) => marketState(spec, options.clock, this.#events.push))
    this.clock = options.clock
    this.markets = new Map(states.map(({ market }) => [market.id, market]))
    this.#state = {
      clock: options.clock,
      markets: new Map(states.map((state) => [state.market.id, state])),
      accounts: new Map(),
      keys: new Map(),
      house: new House(),
      nextOrderId: 1,
      nextConditionalId: 1,
      nextIncomeId: 1,
      nextMovementId: 1,
      countdowns: new Map(),
      dated: new Set(),
      keptRows: options.keptRows ?? 100_000,
      emit: this.#events.push,
      nextClientOrderId: () => Array.from({ length: 22 }, () => ALPHABET[rng.nextUint32() % ALPHABET.length]).join(''),
    }
  }

  on(listener: ExchangeListener): () => void {
    return this.#events.on(listener)
  }

  advance(): void {
    this.#run(() => undefined)
  }

  /** What the clock has made due, the instruction, what its prices set off, and then the events. */
  #run<T>(instruction: () => T): T {
    runDue(this.#state)
    const result = instruction()
    settleMoves(this.#state)
    this.#events.drain()
    return result
  }

  #market(marketId: MarketId): MarketState {
    const market = this.#state.markets.get(marketId)
    if (market === undefined) throw new RangeError(`${marketId} is not a market of this exchange`)
    return market
  }

  #account(accountId: string): AccountRecord {
    const account = this.#state.accounts.get(accountId)
    if (account === undefined) throw new RangeError(`${accountId} is not an account of this exchange`)
    return account
  }

  // The market's side

  book(marketId: MarketId, depth: number): BookView {
    const { book, lastUpdateId } = this.#market(marketId)
    return { lastUpdateId, bids: book.depth('buy', depth), asks: book.depth('sell', depth) }
  }

  prices(marketId: MarketId): PriceView {
    const market = this.#market(marketId)
    const { lastTicks, indexPrice, fundingRate, nextFundingMs } = market
    const markPrice = markOf(market)
    return {
      lastTicks,
      bidTicks: bestTicks(market, 'buy'),
      askTicks: bestTicks(market, 'sell'),
      markPrice,
      indexPrice: indexPrice ?? markPrice,
      fundingRate,
      nextFundingMs,
    }
  }

  placeForeign(marketId: MarketId, order: ForeignOrder): number | undefined {
    return this.#run(() => placeForeignOrder(this.#state, this.#market(marketId), order))
  }

  cancelForeign(marketId: MarketId, orderId: number, qtyLots?: number): boolean {
    return this.#run(() => {
      const { book } = this.#market(marketId)
      const order = book.order(orderId)
      if (order === undefined || order.owner !== undefined) return false
      book.shrink(order, Math.min(qtyLots ?? order.lots, order.lots))
      return true
    })
  }

  setForeignLevels(marketId: MarketId, levels: readonly ForeignLevel[]): void {
    this.#run(() => {
      setForeignTotals(this.#state, this.#market(marketId), levels)
    })
  }

  print(marketId: MarketId, takerSide: Side, priceTicks: number, qtyLots: number): void {
    this.#run(() => {
      const nobody = {
        taker: undefined,
        takerId: this.#state.nextOrderId++,
        maker: undefined,
        makerId: this.#state.nextOrderId++,
      }
      execute(this.#state, this.#market(marketId), takerSide, priceTicks, qtyLots, nobody)
    })
  }

  setTouch(marketId: MarketId, bidTicks: number, askTicks: number, lastTicks?: number): void {
    this.#run(() => {
      setTouchPrices(this.#state, this.#market(marketId), bidTicks, askTicks, lastTicks)
    })
  }

  setMark(
    marketId: MarketId,
    values: { readonly markPrice?: number; readonly indexPrice?: number; readonly fundingRate?: number },
  ): void {
    this.#run(() => {
      setMarkValues(this.#state, this.#market(marketId), values)
    })
  }

  // The accounts' side

  openAccount(spec: AccountSpec): ApiKey {
    return this.#run(() => openAccount(this.#state, spec))
  }

  key(apiKey: string): ApiKey | undefined {
    return this.#state.keys.get(apiKey)
  }

  place(accountId: string, intent: OrderIntent): Outcome<Placed> {
    return this.#run(() => placeOrder(this.#state, this.#account(accountId), intent))
  }

  check(accountId: string, intent: OrderIntent): Outcome<undefined> {
    return this.#run(() => {
      const reason = refusalOf(this.#state, this.#account(accountId), intent)
      return reason === undefined ? { ok: true, value: undefined } : { ok: false, reason }
    })
  }

  cancel(accountId: string, marketId: MarketId, key: OrderKey): Outcome<OrderState> {
    return this.#run((): Outcome<OrderState> => {
      const order = findOrder(this.#account(accountId), marketId, key)
      if (order === undefined) return { ok: false, reason: 'unknown-order' }
      if (!isOpen(order.status)) return { ok: false, reason: 'order-not-open' }
      withdrawOrder(this.#state, this.#market(marketId), order, 'cancelled')
      return { ok: true, value: orderState(order) }
    })
  }

  cancelAll(accountId: string, marketId?: MarketId, which?: 'plain' | 'conditional'): readonly OrderState[] {
    return this.#run(() => {
      const chosen = this.#open(accountId, marketId).filter(
        ({ status }) => which === undefined || (status === 'pending') === (which === 'conditional'),
      )
      for (const order of chosen) withdrawOrder(this.#state, this.#market(order.market.id), order, 'cancelled')
      return chosen.map(orderState)
    })
  }

  #open(accountId: string, marketId: MarketId | undefined): OrderRecord[] {
    const open = [...this.#account(accountId).open.values()]
    return marketId === undefined ? open : open.filter(({ market }) => market.id === marketId)
  }

  amend(accountId: string, marketId: MarketId, key: OrderKey, change: Amendment): Outcome<Placed> {
    return this.#run((): Outcome<Placed> => {
      const account = this.#account(accountId)
      const order = findOrder(account, marketId, key)
      if (order === undefined) return { ok: false, reason: 'unknown-order' }
      return amendOrder(this.#state, account, this.#market(marketId), order, change)
    })
  }

  order(accountId: string, marketId: MarketId, key: OrderKey): OrderState | undefined {
    this.advance()
    const order = findOrder(this.#account(accountId), marketId, key)
    return order === undefined ? undefined : orderState(order)
  }

  openOrders(accountId: string, marketId?: MarketId): readonly OrderState[] {
    this.advance()
    return this.#open(accountId, marketId).map(orderState)
  }

  orders(accountId: string, filter: HistoryFilter): readonly OrderState[] {
    this.advance()
    return this.#account(accountId)
      .orders.filter((order) => isInside(filter, order.market.id, order.orderId, order.createdMs))
      .map(orderState)
  }

  trades(accountId: string, filter: HistoryFilter & { readonly orderId?: number | undefined }): readonly Fill[] {
    this.advance()
    return this.#account(accountId).fills.filter(
      (fill) =>
        isInside(filter, fill.marketId, fill.tradeId, fill.tsMs) &&
        (filter.orderId === undefined || filter.orderId === fill.orderId),
    )
  }

  income(accountId: string, filter: HistoryFilter): readonly Income[] {
    this.advance()
    return this.#account(accountId).income.filter((row) => isInside(filter, row.marketId, row.incomeId, row.tsMs))
  }

  movements(accountId: string, filter: HistoryFilter): readonly Movement[] {
    this.advance()
    return this.#account(accountId).movements.filter((row) => isInside(filter, undefined, row.movementId, row.tsMs))
  }

  feeRates(accountId: string, marketId: MarketId): FeeRates {
    return feeRatesOf(this.#account(accountId), this.#market(marketId).market)
  }

  balances(accountId: string, wallet: WalletName): readonly Balance[] {
    this.advance()
    return this.#account(accountId).wallets[wallet].balances()
  }

  positions(accountId: string): readonly Position[] {
    this.advance()
    const account = this.#account(accountId)
    return [...account.positions.values()].map((position) => positionView(this.#state, account, position))
  }

  margin(accountId: string, asset: string): MarginSummary {
    this.advance()
    return marginSummary(this.#state, this.#account(accountId), asset)
  }

  settings(accountId: string, marketId: MarketId) {
    const account = this.#account(accountId)
    return { ...settingsOf(account, marketId), hedgeMode: account.hedgeMode }
  }

  setLeverage(accountId: string, marketId: MarketId, leverage: number): Outcome<undefined> {
    return this.#run(() => changeLeverage(this.#state, this.#account(accountId), this.#market(marketId), leverage))
  }

  setMarginMode(accountId: string, marketId: MarketId, mode: MarginMode): Outcome<undefined> {
    return this.#run(() => changeMarginMode(this.#state, this.#account(accountId), this.#market(marketId), mode))
  }

  setHedgeMode(accountId: string, hedge: boolean): Outcome<undefined> {
    return this.#run(() => changeHedgeMode(this.#state, this.#account(accountId), hedge))
  }

  addMargin(
    accountId: string,
    marketId: MarketId,
    positionSide: Position['positionSide'],
    atoms: bigint,
  ): Outcome<undefined> {
    return this.#run(() => {
      const account = this.#account(accountId)
      return moveIsolated(this.#state, account, positionOf(account, this.#market(marketId).market, positionSide), atoms)
    })
  }

  countdownCancelAll(accountId: string, marketId: MarketId | undefined, delayMs: number): void {
    this.#run(() => {
      const key = `${accountId}|${marketId ?? '*'}`
      if (delayMs === 0) this.#state.countdowns.delete(key)
      else this.#state.countdowns.set(key, this.clock.nowMs() + delayMs)
    })
  }

  deposit(accountId: string, wallet: WalletName, asset: string, atoms: bigint): void {
    this.#run(() => {
      const account = this.#account(accountId)
      depositMoney(this.#state, account, wallet, asset, atoms)
      const kind = atoms < 0n ? 'withdrawal' : 'deposit'
      bookMovement(this.#state, account, { kind, wallet, asset, amountAtoms: atoms })
      emitAccount(this.#state, account, wallet, atoms < 0n ? 'withdraw' : 'deposit')
    })
  }

  transfer(accountId: string, asset: string, atoms: bigint, from: WalletName, to: WalletName): Outcome<undefined> {
    return this.#run(() => moveMoney(this.#state, this.#account(accountId), asset, atoms, [from, to]))
  }

  /** Adds up every asset of the exchange: what came in must be what is there. */
  audit(): readonly MoneyAudit[] {
    return auditMoney(this.#state)
  }
}
