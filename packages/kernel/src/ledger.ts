import type { Instrument } from '@kestrel/core'
import { DataError, stepsToNumber } from '@kestrel/core'
import { fundingPayment } from './margin/funding-payment.ts'
import type { Order } from './order.ts'
import type { AccountView } from './venue.ts'

/**
 * Money and positions of the account, one currency or several.
 *
 * Positions are kept per strategy and instrument (`slot = strategy * instruments + instrument`) so that results can be
 * attributed, and per instrument for the account. Lots are exact integers; money is float64. State lives in typed
 * arrays because it changes at every bar and fill.
 */
export class Ledger implements AccountView {
  readonly currencies: readonly string[]
  /** Free and reserved cash, by currency. */
  readonly cash: Float64Array
  /** Part of `cash` set aside for resting buy orders. */
  readonly reservedCash: Float64Array
  /** Units of the reporting currency for one unit of each currency. */
  readonly rate: Float64Array
  /** Newest price by instrument, quote units; NaN before the first bar. */
  readonly mark: Float64Array
  /** Signed lots and base units of the account, by instrument. */
  readonly accountLots: Float64Array
  readonly accountQuantity: Float64Array
  /** Lots set aside for resting sell orders, by instrument. */
  readonly reservedLots: Float64Array
  /** Signed lots, average entry price, gross realised profit, fees and slippage, by slot. */
  readonly lots: Float64Array
  readonly entryPrice: Float64Array
  readonly realised: Float64Array
  readonly fees: Float64Array
  readonly slippage: Float64Array
  readonly #scratch = new Float64Array(1)
  readonly #instruments: readonly Instrument[]
  readonly #quoteCurrency: Int32Array
  /** By currency: index of the instrument that prices it in the reporting currency, -1 for that currency itself. */
  readonly #rateInstrument: Int32Array

  constructor(
    instruments: readonly Instrument[],
    strategies: number,
    startCash: Readonly<Record<string, number>>,
    reportingCurrency: string,
  ) {
    this.#instruments = instruments
    this.currencies = [
      ...new Set([reportingCurrency, ...Object.keys(startCash), ...instruments.map((each) => each.quote)]),
    ]
    const count = this.currencies.length
    const n = instruments.length
    this.cash = Float64Array.from(this.currencies, (currency) => startCash[currency] ?? 0)
    this.reservedCash = new Float64Array(count)
    this.rate = new Float64Array(count).fill(1)
    this.mark = new Float64Array(n).fill(Number.NaN)
    this.accountLots = new Float64Array(n)
    this.accountQuantity = new Float64Array(n)
    this.reservedLots = new Float64Array(n)
    this.lots = new Float64Array(n * strategies)
    this.entryPrice = new Float64Array(n * strategies)
    this.realised = new Float64Array(n * strategies)
    this.fees = new Float64Array(n * strategies)
    this.slippage = new Float64Array(n * strategies)
    this.#quoteCurrency = Int32Array.from(instruments, (each) => this.currencies.indexOf(each.quote))
    this.#rateInstrument = Int32Array.from(this.currencies, (currency) =>
      rateInstrument(currency, reportingCurrency, instruments),
    )
  }

  /** Takes over a new price and, where it prices a currency, that currency's rate. */
  setMark(instrumentIndex: number, price: number): void {
    this.mark[instrumentIndex] = price
    if (this.currencies.length === 1) return
    for (let c = 1; c < this.currencies.length; c++) {
      if (this.#rateInstrument[c] === instrumentIndex) this.rate[c] = price
    }
  }

  /** Takes over row `row` of a column of prices: passed as a place, because a number passed would be boxed at every bar. */
  markFrom(instrumentIndex: number, prices: Float64Array, row: number): void {
    if (this.currencies.length === 1) this.mark[instrumentIndex] = prices[row] as number
    else this.setMark(instrumentIndex, prices[row] as number)
  }

  /** Units of the reporting currency for one quote unit of the instrument. */
  quoteRate(instrumentIndex: number): number {
    return this.rate[this.#quoteCurrency[instrumentIndex] as number] as number
  }

  /** Index of the instrument that prices an instrument's quote currency; -1 where that is the reporting currency. */
  rateInstrumentOf(instrumentIndex: number): number {
    return this.#rateInstrument[this.#quoteCurrency[instrumentIndex] as number] as number
  }

  /** Account value in the reporting currency, marked at the newest prices. */
  equity(): number {
    this.equityInto(this.#scratch, 0)
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
    column[row] = equity
  }

  /** Sum of the absolute values of all positions in the reporting currency. */
  grossExposure(): number {
    let exposure = 0
    for (let i = 0; i < this.accountQuantity.length; i++) {
      const quantity = this.accountQuantity[i] as number
      if (quantity !== 0) exposure += Math.abs(quantity) * (this.mark[i] as number) * this.quoteRate(i)
    }
    return exposure
  }

  cashOf(currency: string): number {
    return this.cash[this.currencies.indexOf(currency)] ?? 0
  }

  /** Cash in the instrument's quote currency that no resting order has set aside. */
  freeQuote(instrumentIndex: number): number {
    const currency = this.#quoteCurrency[instrumentIndex] as number
    return (this.cash[currency] as number) - (this.reservedCash[currency] as number)
  }

  positionLots(instrumentIndex: number): number {
    return this.accountLots[instrumentIndex] as number
  }

  affordableLots(order: Order, price: number, feeRate: number): number {
    const remaining = order.remainingLots
    if (order.instrument.kind !== 'spot') return remaining
    if (order.side === 'sell') {
      const own = order.reserved
      const free =
        (this.accountLots[order.instrumentIndex] as number) - (this.reservedLots[order.instrumentIndex] as number) + own
      return Math.max(0, Math.min(remaining, free))
    }
    const { lot } = order.instrument
    const money = this.freeQuote(order.instrumentIndex) + order.reserved
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
   * @returns Gross profit realised by it, quote units.
   */
  apply(
    slot: number,
    instrumentIndex: number,
    signedLots: number,
    price: number,
    fee: number,
    slippage: number,
  ): number {
    const { lot } = this.#instruments[instrumentIndex] as Instrument
    const before = this.lots[slot] as number
    const after = before + signedLots
    const entry = this.entryPrice[slot] as number
    let realised = 0
    if (before === 0 || before > 0 === signedLots > 0) {
      this.entryPrice[slot] = before === 0 ? price : (entry * before + price * signedLots) / after
    } else {
      const closed = Math.min(Math.abs(before), Math.abs(signedLots)) * Math.sign(before)
      realised = stepsToNumber(closed, lot) * (price - entry)
      if (after === 0) this.entryPrice[slot] = 0
      else if (after > 0 !== before > 0) this.entryPrice[slot] = price
    }
    this.lots[slot] = after
    this.realised[slot] = (this.realised[slot] as number) + realised
    this.fees[slot] = (this.fees[slot] as number) + fee
    this.slippage[slot] = (this.slippage[slot] as number) + slippage
    const accountLots = (this.accountLots[instrumentIndex] as number) + signedLots
    this.accountLots[instrumentIndex] = accountLots
    this.accountQuantity[instrumentIndex] = stepsToNumber(accountLots, lot)
    const currency = this.#quoteCurrency[instrumentIndex] as number
    this.cash[currency] = (this.cash[currency] as number) - stepsToNumber(signedLots, lot) * price - fee
    return realised
  }

  /** Books a settlement of funding: every long pays the rate on its value, every short receives it, or the other way round. */
  settleFunding(instrumentIndex: number, rate: number, markPrice: number): void {
    const quantity = this.accountQuantity[instrumentIndex] as number
    if (quantity === 0) return
    const { settlement, contractSize } = this.#instruments[instrumentIndex] as Instrument
    const currency = this.#quoteCurrency[instrumentIndex] as number
    const payment = fundingPayment(settlement, quantity, contractSize, markPrice, rate)
    this.cash[currency] = (this.cash[currency] as number) + payment
  }

  /** Sets aside what a resting order may need, as a spot venue does; replaces what it had set aside before. */
  reserve(order: Order, price: number, feeRate: number): void {
    this.release(order)
    if (order.instrument.kind !== 'spot') return
    if (order.side === 'sell') {
      order.reserved = order.remainingLots
      this.reservedLots[order.instrumentIndex] = (this.reservedLots[order.instrumentIndex] as number) + order.reserved
    } else {
      order.reserved = order.remainingQuantity * price * (1 + Math.max(0, feeRate))
      const currency = this.#quoteCurrency[order.instrumentIndex] as number
      this.reservedCash[currency] = (this.reservedCash[currency] as number) + order.reserved
    }
  }

  /** Frees what an order had set aside. */
  release(order: Order): void {
    if (order.reserved === 0) return
    if (order.side === 'sell') {
      this.reservedLots[order.instrumentIndex] = (this.reservedLots[order.instrumentIndex] as number) - order.reserved
    } else {
      const currency = this.#quoteCurrency[order.instrumentIndex] as number
      this.reservedCash[currency] = (this.reservedCash[currency] as number) - order.reserved
    }
    order.reserved = 0
  }
}

function rateInstrument(currency: string, reporting: string, instruments: readonly Instrument[]): number {
  if (currency === reporting) return -1
  const index = instruments.findIndex((each) => each.base === currency && each.quote === reporting)
  if (index < 0) {
    throw new DataError({
      code: 'KERNEL_NO_RATE',
      message: `Nothing in this run prices ${currency} in ${reporting}. Nothing was run.`,
      hint: `Add an instrument such as ${currency}-${reporting}.VENUE to the run, or report in ${currency}.`,
      meta: { currency, reporting },
    })
  }
  return index
}
