import { type Instrument, type Settlement, stepsToNumber } from '@kestrel/core'
import {
  averageEntryPrice,
  contractNotional,
  contractPnl,
  type ContractPosition,
  positionNotional,
  positionPnl,
} from '../margin/contract-value.ts'
import type { ContractTerms, MarginSetup } from './contract-terms.ts'
import { InsideChanges } from './inside-changes.ts'

/** A position of the account, changed in place: formulas read it at every bar. */
interface HeldPosition extends ContractPosition {
  contracts: number
  entryPrice: number
}

/** What the account's money and prices are kept in; the ledger owns all of it. */
export interface AccountColumns {
  /** By currency. */
  readonly cash: Float64Array
  readonly reservedCash: Float64Array
  /** By instrument. */
  readonly mark: Float64Array
  /** Index of the currency that profit, margin and fees are in, by instrument. */
  readonly moneyCurrency: Int32Array
}

/**
 * Positions in perpetuals and the margin behind them, for the account as the venue sees it: strategies that hold opposite
 * positions have one net position here (two in hedge mode).
 *
 * A place is a position that there may be: the instrument's index, and in hedge mode the number of instruments added for
 * the short one. Opening moves no money but the fee; profit settles in the settle currency when a part is closed.
 */
export class MarginAccount {
  readonly setup: MarginSetup
  readonly instruments: readonly Instrument[]
  readonly placeCount: number
  /** By place. Those of spot instruments stay empty. */
  readonly positions: readonly HeldPosition[]
  /** Margin put aside for each isolated position, settle currency; 0 in cross margin. By place. */
  readonly collateral: Float64Array
  /** Signed lots, by place. */
  readonly lots: Float64Array
  readonly columns: AccountColumns
  /**
   * Profit of executions against a price that is older than they are, settle currency, by place: it is no margin. A loss is
   * left to stand.
   */
  readonly #apparentProfit: Float64Array
  readonly inside: InsideChanges
  /** Places with a position. */
  openCount = 0
  /** Executions booked so far. */
  bookings = 0

  constructor(setup: MarginSetup, instruments: readonly Instrument[], columns: AccountColumns) {
    const legs = setup.positionMode === 'hedge' ? 2 : 1
    this.setup = setup
    this.instruments = instruments
    this.placeCount = instruments.length * legs
    this.columns = columns
    this.collateral = new Float64Array(this.placeCount)
    this.lots = new Float64Array(this.placeCount)
    this.#apparentProfit = new Float64Array(this.placeCount)
    this.inside = new InsideChanges(columns.moneyCurrency)
    this.positions = Array.from({ length: this.placeCount }, (_, place) => {
      const { settlement, contractSize } = instruments[place % instruments.length] as Instrument
      return { settlement, contracts: 0, contractSize, entryPrice: 0 }
    })
  }

  /** Index of a place's instrument. */
  instrumentOf(place: number): number {
    return place % this.instruments.length
  }

  /** Terms of a place. Only places of perpetuals have any. */
  termsOf(place: number): ContractTerms {
    return this.setup.contracts[place % this.instruments.length] as ContractTerms
  }

  /** Index of a place's settle currency. */
  currencyOf(place: number): number {
    return this.columns.moneyCurrency[place % this.instruments.length] as number
  }

  /** Newest price of a place's instrument. */
  markOf(place: number): number {
    return this.columns.mark[place % this.instruments.length] as number
  }

  /** Books one execution of the account: position, collateral, realised profit and fee. */
  book(place: number, signedLots: number, price: number, fee: number): void {
    const position = this.positions[place] as HeldPosition
    const { settlement, contractSize } = position
    const { leverage } = this.termsOf(place)
    const { lot } = this.instruments[this.instrumentOf(place)] as Instrument
    const isolated = this.setup.mode === 'isolated'
    const before = this.lots[place] as number
    const after = before + signedLots
    let realised = 0
    const opened = before > 0 === signedLots > 0 ? signedLots : Math.abs(signedLots) > Math.abs(before) ? after : 0
    const mark = this.markOf(place)
    const gain = (each: number): number => contractPnl(settlement, stepsToNumber(each, lot), contractSize, price, mark)
    const setAsideBefore = this.inside.isOpen ? this.#setAside(place, mark) : 0
    if (opened !== signedLots) {
      // What is closed has been paid out.
      const kept = opened === 0 && before !== 0 ? after / before : 0
      this.#apparentProfit[place] = (this.#apparentProfit[place] as number) * kept
    }
    if (opened !== 0) {
      const profit = gain(opened)
      if (profit > 0) this.#apparentProfit[place] = (this.#apparentProfit[place] as number) + profit
    }
    if (before === 0 || before > 0 === signedLots > 0) {
      const added = stepsToNumber(signedLots, lot)
      position.entryPrice = averageEntryPrice(settlement, position.contracts, position.entryPrice, added, price)
      if (isolated) {
        const margin = marginOf(settlement, added, contractSize, price, leverage)
        this.collateral[place] = (this.collateral[place] as number) + margin
      }
    } else {
      const closedLots = Math.min(Math.abs(before), Math.abs(signedLots)) * Math.sign(before)
      realised = contractPnl(settlement, stepsToNumber(closedLots, lot), contractSize, position.entryPrice, price)
      const isFlipped = after !== 0 && after > 0 !== before > 0
      if (isFlipped) position.entryPrice = price
      else if (after === 0) position.entryPrice = 0
      if (isolated) {
        const kept = (this.collateral[place] as number) * (1 - closedLots / before)
        const turned = marginOf(settlement, stepsToNumber(after, lot), contractSize, price, leverage)
        this.collateral[place] = after === 0 ? 0 : isFlipped ? turned : kept
      }
    }
    this.bookings++
    if (before === 0) this.openCount++
    else if (after === 0) this.openCount--
    this.lots[place] = after
    position.contracts = stepsToNumber(after, lot)
    const { cash } = this.columns
    const currency = this.currencyOf(place)
    cash[currency] = (cash[currency] as number) + realised - fee
    if (!this.inside.isOpen) return
    const change = realised - fee + setAsideBefore - this.#setAside(place, mark)
    const loss = isolated ? 0 : Math.min(0, gain(opened)) + Math.min(0, gain(signedLots - opened))
    this.inside.add(this.instrumentOf(place), change, loss)
  }

  /** What a position takes of the free margin at a price: its margin and, in cross margin, what it lost. */
  #setAside(place: number, mark: number): number {
    if (this.setup.mode === 'isolated') return this.collateral[place] as number
    const position = this.positions[place] as HeldPosition
    const profit = positionPnl(position, mark) - (this.#apparentProfit[place] as number)
    return positionNotional(position, mark) / this.termsOf(place).leverage - profit
  }

  /**
   * Books a payment on a position, above 0 received. What the free cash does not cover comes out of an isolated position's
   * margin, and so brings its liquidation nearer.
   */
  pay(place: number, amount: number): void {
    const { cash } = this.columns
    const currency = this.currencyOf(place)
    cash[currency] = (cash[currency] as number) + amount
    if (amount >= 0 || this.setup.mode !== 'isolated') return
    const short = Math.min(0, this.freeMargin(currency))
    this.collateral[place] = Math.max(0, (this.collateral[place] as number) + Math.max(short, amount))
  }

  /** An instrument has a new price: what its positions show by it is profit. */
  priced(instrumentIndex: number): void {
    for (let place = instrumentIndex; place < this.placeCount; place += this.instruments.length) {
      this.#apparentProfit[place] = 0
    }
  }

  /** Profit of a place's executions against a price that is older than they are; see {@link freeMargin}. */
  apparentProfit(place: number): number {
    return this.#apparentProfit[place] as number
  }

  /** Unrealised profit of all positions at the newest prices, in the reporting currency. */
  unrealised(rate: Float64Array): number {
    let sum = 0
    for (let place = 0; place < this.placeCount; place++) {
      if (this.lots[place] === 0) continue
      sum +=
        positionPnl(this.positions[place] as HeldPosition, this.markOf(place)) *
        (rate[this.currencyOf(place)] as number)
    }
    return sum
  }

  /** Sum of the absolute values of all positions at the newest prices, in the reporting currency. */
  exposure(rate: Float64Array): number {
    let sum = 0
    for (let place = 0; place < this.placeCount; place++) {
      if (this.lots[place] === 0) continue
      const notional = positionNotional(this.positions[place] as HeldPosition, this.markOf(place))
      sum += notional * (rate[this.currencyOf(place)] as number)
    }
    return sum
  }

  /**
   * What new positions may use of a currency: cash less what resting orders and positions have set aside. In cross margin
   * open profit and loss counts, and positions set aside their initial margin at the newest price.
   */
  freeMargin(currency: number): number {
    const { cash, reservedCash } = this.columns
    let free = (cash[currency] as number) - (reservedCash[currency] as number)
    for (let place = 0; place < this.placeCount; place++) {
      if (this.lots[place] === 0 || this.currencyOf(place) !== currency) continue
      free -= this.#setAside(place, this.markOf(place))
    }
    return free
  }
}

/** Initial margin of contracts at a price: notional over leverage. */
export function marginOf(
  settlement: Settlement,
  contracts: number,
  contractSize: number,
  price: number,
  leverage: number,
): number {
  return Math.abs(contractNotional(settlement, contracts, contractSize, price)) / leverage
}
