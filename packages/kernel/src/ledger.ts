// Long because: what changes money and positions has to be readable in one place.
import type { Instrument } from '@kestrel/core'
import { stepsToNumber } from '@kestrel/core'
import { type MarginSetup, marginSetup } from './account/contract-terms.ts'
import { noRate, PRICED_ELSEWHERE, rateInstrument } from './account/currency-rates.ts'
import { MarginAccount } from './account/margin-account.ts'
import { type BorrowTerms, SpotBorrowing } from './account/spot-borrowing.ts'
import { affordableContracts, reservedMargin } from './account/order-margin.ts'
import { averageEntryPrice, contractPnl } from './margin/contract-value.ts'
import { Marks } from './marks.ts'
import type { Order } from './order.ts'
import type { AccountView, FeePayment } from './venue.ts'

/**
 * Money and positions of the account, one currency or several.
 *
 * Positions are kept per strategy and place (`slot = strategy * places + place`) so that results can be attributed, and per
 * place for the account. A place is an instrument, and in hedge mode the short position of one. Lots are exact integers;
 * money is float64. State lives in typed arrays because it changes at every bar and fill.
 *
 * Spot is paid for in full and changes hands; a perpetual moves only fees, funding and realised profit, and its positions
 * are the {@link MarginAccount}'s.
 */
export class Ledger implements AccountView {
  readonly currencies: readonly string[]
  /** Free and reserved cash, by currency. */
  readonly cash: Float64Array
  /** Part of `cash` set aside for resting buy orders. */
  readonly reservedCash: Float64Array
  /** Units of the reporting currency for one unit of each currency. */
  readonly rate: Float64Array
  readonly marks: Marks
  /** Places that one strategy has. */
  readonly placeCount: number
  /** Perpetuals of the account; undefined in a run without any. */
  readonly margin: MarginAccount | undefined
  /** Loans of spot; undefined where nothing may be borrowed, as unless asked for. */
  readonly borrow: SpotBorrowing | undefined
  /** Lots of spot held by the account, by instrument; those of perpetuals are the margin account's. */
  readonly accountLots: Float64Array
  /** Base units of spot held by the account, by instrument; 0 for perpetuals. */
  readonly accountQuantity: Float64Array
  /** Lots set aside for resting sell orders, by instrument. */
  readonly reservedLots: Float64Array
  /** Signed lots, average entry price, gross realised profit, fees and slippage, by slot. Money in the settle currency. */
  readonly lots: Float64Array
  readonly entryPrice: Float64Array
  readonly realised: Float64Array
  readonly fees: Float64Array
  readonly slippage: Float64Array
  /** Executions booked so far. */
  bookings = 0
  /** Newest answer of {@link equity}, and what it was asked at. */
  readonly #scratch = new Float64Array(1)
  #equityRow = -1
  #equityBookings = -1
  readonly #instruments: readonly Instrument[]
  readonly #quoteCurrency: Int32Array
  /** By currency: index of the instrument that prices it in the reporting currency, -1 for that currency itself. */
  readonly #rateInstrument: Int32Array

  constructor(
    instruments: readonly Instrument[],
    strategies: number,
    startCash: Readonly<Record<string, number>>,
    reportingCurrency: string,
    setup?: MarginSetup,
    pricedElsewhere: readonly string[] = [],
    borrowing?: BorrowTerms,
  ) {
    this.#instruments = instruments
    this.currencies = [
      ...new Set([reportingCurrency, ...Object.keys(startCash), ...instruments.map((each) => each.settleCurrency)]),
    ]
    const count = this.currencies.length
    const n = instruments.length
    this.cash = Float64Array.from(this.currencies, (currency) => startCash[currency] ?? 0)
    this.reservedCash = new Float64Array(count)
    this.rate = new Float64Array(count).fill(1)
    this.marks = new Marks(n)
    this.accountQuantity = new Float64Array(n)
    this.reservedLots = new Float64Array(n)
    this.#quoteCurrency = Int32Array.from(instruments, (each) => this.currencies.indexOf(each.settleCurrency))
    this.#rateInstrument = Int32Array.from(this.currencies, (currency) =>
      rateInstrument(currency, reportingCurrency, instruments, pricedElsewhere),
    )
    const terms = setup ?? (instruments.some(({ kind }) => kind !== 'spot') ? marginSetup(instruments) : undefined)
    if (terms !== undefined) {
      const { cash, reservedCash, mark } = this
      this.margin = new MarginAccount(terms, instruments, {
        cash,
        reservedCash,
        mark,
        moneyCurrency: this.#quoteCurrency,
      })
    }
    this.borrow = borrowing === undefined ? undefined : new SpotBorrowing(borrowing, this, instruments)
    this.placeCount = this.margin?.placeCount ?? n
    this.accountLots = new Float64Array(n)
    const slots = this.placeCount * strategies
    this.lots = new Float64Array(slots)
    this.entryPrice = new Float64Array(slots)
    this.realised = new Float64Array(slots)
    this.fees = new Float64Array(slots)
    this.slippage = new Float64Array(slots)
  }

  /** Newest price by instrument, quote units; NaN before the first bar. */
  get mark(): Float64Array {
    return this.marks.prices
  }

  /** True where between two executions nothing but prices of what is held changes the equity, see `QuietEquity`. */
  get isQuiet(): boolean {
    return this.currencies.length === 1 && this.margin === undefined && this.borrow === undefined
  }

  /**
   * Takes over the rates at the run's first instant, so that cash of every currency is worth something from the start.
   *
   * @param openOf - First open of an instrument; undefined where its bars begin later than the run.
   * @throws DataError `KERNEL_NO_RATE` where there is cash of a currency that nothing prices then.
   */
  openRates(openOf: (instrumentIndex: number) => number | undefined): void {
    for (let c = 1; c < this.currencies.length; c++) {
      const open = openOf(this.#rateInstrument[c] as number)
      if (open !== undefined) this.rate[c] = open
      else if (this.#rateInstrument[c] === PRICED_ELSEWHERE) continue
      else if ((this.cash[c] as number) > 0) throw noRate(this.currencies[c] ?? '', this.currencies[0] ?? '')
    }
  }

  /** Takes over a new price and, where it prices a currency, that currency's rate. */
  setMark(instrumentIndex: number, price: number): void {
    this.mark[instrumentIndex] = price
    this.margin?.priced(instrumentIndex)
    if (this.currencies.length === 1) return
    for (let c = 1; c < this.currencies.length; c++) {
      if (this.#rateInstrument[c] === instrumentIndex) this.rate[c] = price
    }
  }

  /** Takes over row `row` of a column of prices: passed as a place, because a number passed would be boxed at every bar. */
  markFrom(instrumentIndex: number, prices: Float64Array, row: number): void {
    if (this.currencies.length === 1 && this.margin === undefined) this.mark[instrumentIndex] = prices[row] as number
    else this.setMark(instrumentIndex, prices[row] as number)
  }

  /** Units of the reporting currency for one unit of the currency that the instrument settles in; the quote on spot. */
  quoteRate(instrumentIndex: number): number {
    return this.rate[this.#quoteCurrency[instrumentIndex] as number] as number
  }

  /** Index of the currency that an instrument settles in. */
  quoteIndex(instrumentIndex: number): number {
    return this.#quoteCurrency[instrumentIndex] as number
  }

  /** Index of the instrument that prices an instrument's settle currency; -1 where that is the reporting currency. */
  rateInstrumentOf(instrumentIndex: number): number {
    return this.#rateInstrument[this.#quoteCurrency[instrumentIndex] as number] as number
  }

  /** Account value in the reporting currency, marked at the newest prices. */
  equity(): number {
    const { bookings, marks } = this
    // Whoever sizes positions in a hundred instruments asks a hundred times.
    if (marks.row < 0 || marks.row !== this.#equityRow || bookings !== this.#equityBookings) {
      this.#equityRow = marks.row
      this.#equityBookings = bookings
      this.equityInto(this.#scratch, 0)
    }
    return this.#scratch[0] as number
  }

  /** Writes the equity into row `row` of a column. Returns nothing, so that no number is boxed. */
  equityInto(column: Float64Array, row: number): void {
    const { cash, rate, accountQuantity, mark } = this
    // The reporting currency comes first and is worth 1.
    let equity = cash[0] as number
    for (let c = 1; c < cash.length; c++) equity += (cash[c] as number) * (rate[c] as number)
    for (let i = 0; i < accountQuantity.length; i++) {
      const quantity = accountQuantity[i] as number
      if (quantity !== 0) equity += quantity * (mark[i] as number) * (rate[this.#quoteCurrency[i] as number] as number)
    }
    column[row] = this.margin === undefined ? equity : equity + this.margin.unrealised(rate)
  }

  /** Sum of the absolute values of all positions in the reporting currency. */
  grossExposure(): number {
    let exposure = this.margin?.exposure(this.rate) ?? 0
    for (let i = 0; i < this.accountQuantity.length; i++) {
      const quantity = this.accountQuantity[i] as number
      if (quantity !== 0) exposure += Math.abs(quantity) * (this.mark[i] as number) * this.quoteRate(i)
    }
    return exposure
  }

  /** Units of the reporting currency for one unit of a currency; undefined for one that the account does not know. */
  rateOf(currency: string): number | undefined {
    return this.rate[this.currencies.indexOf(currency)]
  }

  /** Cash of a currency that neither a resting order nor a position in a perpetual has set aside. */
  freeCashOf(currency: string): number {
    const c = this.currencies.indexOf(currency)
    if (c < 0) return 0
    const free = (this.cash[c] as number) - (this.reservedCash[c] as number)
    return this.margin === undefined ? free : Math.min(free, this.margin.freeMargin(c))
  }

  cashOf(currency: string): number {
    return this.cash[this.currencies.indexOf(currency)] ?? 0
  }

  /** Cash in the instrument's quote currency that neither a resting order nor a position in a perpetual has set aside. */
  freeQuote(instrumentIndex: number): number {
    const currency = this.#quoteCurrency[instrumentIndex] as number
    const free = (this.cash[currency] as number) - (this.reservedCash[currency] as number)
    // Open profit of cross positions is margin for other positions, but nothing can be bought with it.
    return this.margin === undefined ? free : Math.min(free, this.margin.freeMargin(currency))
  }

  /** What new orders may use of all currencies, in the reporting currency: free cash, and free margin of perpetuals. */
  freeMargin(): number {
    let sum = 0
    for (let c = 0; c < this.cash.length; c++) {
      const free = this.margin?.freeMargin(c) ?? (this.cash[c] as number) - (this.reservedCash[c] as number)
      sum += free * (this.rate[c] as number)
    }
    return sum
  }

  positionLots(instrumentIndex: number, leg: 0 | 1 = 0): number {
    const { kind } = this.#instruments[instrumentIndex] as Instrument
    const { margin } = this
    if (kind === 'spot' || margin === undefined) return this.accountLots[instrumentIndex] as number
    return margin.lots[leg * this.#instruments.length + instrumentIndex] as number
  }

  /**
   * Value of one unit of quantity at a price, or at the newest one, settle currency; NaN before the first bar. A contract of
   * 100 USD is worth 100 / price bitcoin.
   */
  unitValue(instrumentIndex: number, price = this.mark[instrumentIndex] as number): number {
    const { settlement, contractSize } = this.#instruments[instrumentIndex] as Instrument
    return settlement === 'linear' ? price * contractSize : contractSize / price
  }

  /** The same in quote units, in which minimum notionals are stated. */
  unitQuoteValue(instrumentIndex: number, price: number): number {
    const { settlement, contractSize } = this.#instruments[instrumentIndex] as Instrument
    return settlement === 'linear' ? price * contractSize : Number.isNaN(price) ? price : contractSize
  }

  /** Unrealised profit of one strategy's position at the newest price, settle currency; 0 while flat. */
  unrealised(slot: number): number {
    const lots = this.lots[slot] as number
    if (lots === 0) return 0
    const instrumentIndex = (slot % this.placeCount) % this.#instruments.length
    const { settlement, contractSize, lot } = this.#instruments[instrumentIndex] as Instrument
    const mark = this.mark[instrumentIndex] as number
    return contractPnl(settlement, stepsToNumber(lots, lot), contractSize, this.entryPrice[slot] as number, mark)
  }

  affordableLots(order: Order, price: number, feeRate: number): number {
    const remaining = order.remainingLots
    if (order.instrument.kind !== 'spot') {
      return this.margin === undefined ? remaining : affordableContracts(this.margin, order, price, feeRate)
    }
    if (order.side === 'sell') {
      if (this.borrow !== undefined) return Math.min(remaining, this.borrow.lotsFor(order, price))
      const own = order.setAside
      const free =
        (this.accountLots[order.instrumentIndex] as number) - (this.reservedLots[order.instrumentIndex] as number) + own
      return Math.max(0, Math.min(remaining, free))
    }
    const { lot } = order.instrument
    const money = this.borrow?.quoteFor(order) ?? this.freeQuote(order.instrumentIndex) + order.setAside
    const rate = Math.max(0, feeRate)
    let lots = Math.floor(((money / (price * (1 + rate))) * lot.scale) / lot.mantissa + 1e-9)
    // The division may round up across a lot: what is bought must be payable to the last digit.
    const cost = (quantity: number): number => quantity * price + quantity * price * rate
    if (cost(stepsToNumber(lots, lot)) > money) lots--
    return Math.max(0, Math.min(remaining, lots))
  }

  /**
   * Books one execution.
   *
   * @param signedLots - Lots bought (positive) or sold (negative).
   * @param paidIn - Where the fee comes out of another currency's cash; `fee` is then its worth.
   * @returns Gross profit realised by it, settle currency.
   */
  apply(
    slot: number,
    instrumentIndex: number,
    signedLots: number,
    price: number,
    fee: number,
    slippage: number,
    paidIn?: FeePayment,
  ): number {
    const instrument = this.#instruments[instrumentIndex] as Instrument
    const { lot, settlement, contractSize } = instrument
    this.bookings++
    const before = this.lots[slot] as number
    const after = before + signedLots
    const entry = this.entryPrice[slot] as number
    let realised = 0
    if (before === 0 || before > 0 === signedLots > 0) {
      this.entryPrice[slot] = averageEntryPrice(settlement, before, entry, signedLots, price)
    } else {
      const closed = Math.min(Math.abs(before), Math.abs(signedLots)) * Math.sign(before)
      realised = contractPnl(settlement, stepsToNumber(closed, lot), contractSize, entry, price)
      if (after === 0) this.entryPrice[slot] = 0
      else if (after > 0 !== before > 0) this.entryPrice[slot] = price
    }
    this.lots[slot] = after
    this.realised[slot] = (this.realised[slot] as number) + realised
    this.fees[slot] = (this.fees[slot] as number) + fee
    this.slippage[slot] = (this.slippage[slot] as number) + slippage
    let settledFee = fee
    if (paidIn !== undefined) {
      const other = this.currencies.indexOf(paidIn.currency)
      this.cash[other] = (this.cash[other] as number) - paidIn.amount
      settledFee = 0
    }
    if (instrument.kind !== 'spot' && this.margin !== undefined) {
      this.margin.book(slot % this.placeCount, signedLots, price, settledFee)
      return realised
    }
    const accountLots = (this.accountLots[instrumentIndex] as number) + signedLots
    this.accountLots[instrumentIndex] = accountLots
    this.accountQuantity[instrumentIndex] = stepsToNumber(accountLots, lot)
    const currency = this.#quoteCurrency[instrumentIndex] as number
    const paid = stepsToNumber(signedLots, lot) * price
    this.cash[currency] = (this.cash[currency] as number) - paid - settledFee
    this.margin?.inside.add(instrumentIndex, -paid - settledFee)
    return realised
  }

  /** Sets aside what a resting order may need, as a spot venue does; replaces what it had set aside before. */
  reserve(order: Order, price: number, feeRate: number): void {
    this.release(order)
    if (order.instrument.kind !== 'spot') {
      if (this.margin === undefined) return
      const free = this.margin.freeMargin(this.#quoteCurrency[order.instrumentIndex] as number)
      this.#setAside(order, Math.min(reservedMargin(this.margin, order, price, feeRate), Math.max(0, free)))
      return
    }
    if (order.side === 'sell') {
      order.reserved = order.remainingLots
      this.reservedLots[order.instrumentIndex] = (this.reservedLots[order.instrumentIndex] as number) + order.reserved
    } else {
      this.#setAside(order, order.remainingQuantity * price * (1 + Math.max(0, feeRate)))
    }
  }

  #setAside(order: Order, amount: number): void {
    const currency = this.#quoteCurrency[order.instrumentIndex] as number
    order.reserved = amount
    this.reservedCash[currency] = (this.reservedCash[currency] as number) + amount
    this.margin?.inside.add(order.instrumentIndex, -amount)
  }

  /** Frees what an order had set aside. */
  release(order: Order): void {
    if (order.reserved === 0) return
    if (order.side === 'sell' && order.instrument.kind === 'spot') {
      this.reservedLots[order.instrumentIndex] = (this.reservedLots[order.instrumentIndex] as number) - order.reserved
    } else {
      const currency = this.#quoteCurrency[order.instrumentIndex] as number
      this.reservedCash[currency] = (this.reservedCash[currency] as number) - order.reserved
      this.margin?.inside.add(order.instrumentIndex, order.reserved)
    }
    order.reserved = 0
  }
}
