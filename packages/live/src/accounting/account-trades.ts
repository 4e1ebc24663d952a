import { DataError, type Instrument, type TimeMs } from '@kestrel/core'
import type { AccountFill, AccountFunding, OpeningLot, RateLookup } from './account-fill.ts'
import { type Amount, amountOf, dividedBy, shareOf, times } from './amount.ts'
import { type Lot, type LotMethod, LotPool } from './lot-pool.ts'
import { gainsOf, type RealisedGain } from './realised-gain.ts'

export interface AccountingInput {
  readonly method: LotMethod
  readonly fills: readonly AccountFill[]
  readonly funding?: readonly AccountFunding[]
  readonly opening?: readonly OpeningLot[]
  /** Needed only where a fee was taken in a currency that is neither the instrument's base nor its quote. */
  readonly rateOf?: RateLookup
}

/** What is still held. */
export interface OpenLot extends Lot {
  readonly instrument: Instrument
  readonly direction: 'long' | 'short'
  readonly currency: string
}

/** Sums of one currency. */
export interface CurrencyTotals {
  readonly currency: string
  /** Of closed lots, after their fees. */
  readonly gains: Amount
  /** Fees that are part of the gains. */
  readonly fees: Amount
  /** Positive when received; not part of the gains. */
  readonly funding: Amount
  /** Gains of what was sold without a known origin, taken to have cost nothing; part of the gains. */
  readonly uncovered: Amount
}

export interface AccountingReport {
  readonly method: LotMethod
  /** In order of closing. */
  readonly gains: readonly RealisedGain[]
  readonly open: readonly OpenLot[]
  readonly totals: readonly CurrencyTotals[]
}

/** A holding: spot by base and quote currency, a perpetual by instrument and, in hedge mode, side. */
interface Holding {
  readonly instrument: Instrument
  readonly pool: LotPool
  direction: 'long' | 'short'
}

/**
 * Tax lots from fills: each sale closes lots bought before it, by the chosen method, with the fees of both ends.
 *
 * Spot: a fee in the base currency lowers what a purchase brings and raises what a sale takes; one in the quote currency
 * counts at its end; one in a third currency counts at its worth and, where that currency is held against the same quote,
 * spends lots of it. Perpetuals: fills open, close and turn positions; results are in the settle currency; funding is
 * listed beside them. Everything is exact to 10^-18. O(n log n).
 *
 * What it cannot know: transfers, prices of what came in without a purchase (give opening lots), and the law of a country.
 *
 * @throws DataError `ACCOUNTING_TWICE` where a fill comes twice, `ACCOUNTING_RATE` where a fee has no known worth,
 *   `ACCOUNTING_NUMBER`
 */
export function accountTrades(input: AccountingInput): AccountingReport {
  const book = new LotBook(input.method, input.rateOf)
  for (const lot of input.opening ?? []) book.open(lot)
  refuseRepeated(input.fills)
  // Stable: fills of one instant stay in the order they came in.
  const fills = [...input.fills].sort((a, b) => a.timeMs - b.timeMs)
  for (const fill of fills) book.fill(fill)
  return {
    method: input.method,
    gains: book.gains,
    open: book.openLots(),
    totals: totalsOf(book.gains, input.funding ?? []),
  }
}

/** The lots of an account as fills come in. */
class LotBook {
  readonly gains: RealisedGain[] = []
  readonly #method: LotMethod
  readonly #rateOf: RateLookup | undefined
  readonly #holdings = new Map<string, Holding>()

  constructor(method: LotMethod, rateOf: RateLookup | undefined) {
    this.#method = method
    this.#rateOf = rateOf
  }

  open({ instrument, quantity, cost, timeMs }: OpeningLot): void {
    const lot = { fillId: '', timeMs, quantity: amountOf(quantity), cost: amountOf(cost), fee: 0n }
    this.#holding(instrument, undefined).pool.add(lot)
  }

  fill(fill: AccountFill): void {
    const { instrument, side, fillId, timeMs } = fill
    const quantity = amountOf(fill.quantity)
    const value = valueOf(instrument, quantity, amountOf(fill.price))
    const { fee, inBase } = this.#fee(fill)
    const opens = { fillId, timeMs, quantity, cost: value, fee }
    const holding = this.#holding(instrument, fill.positionSide)
    if (instrument.kind === 'spot') {
      // A fee in the base currency is part of the purchase: less arrives for the same money.
      if (side === 'buy') holding.pool.add({ ...opens, quantity: quantity - inBase })
      else this.#close(instrument, holding, { ...opens, quantity: quantity + inBase }, 'fill')
      return
    }
    const direction = side === 'buy' ? 'long' : 'short'
    if (holding.pool.quantity === 0n && fill.positionSide === undefined) holding.direction = direction
    if (holding.direction === direction) {
      holding.pool.add(opens)
      return
    }
    const closed = quantity < holding.pool.quantity ? quantity : holding.pool.quantity
    if (closed > 0n) {
      const part = { cost: shareOf(value, closed, quantity), fee: shareOf(fee, closed, quantity) }
      this.#close(instrument, holding, { ...opens, ...part, quantity: closed }, 'fill')
      const rest = { ...opens, quantity: quantity - closed, cost: value - part.cost, fee: fee - part.fee }
      if (rest.quantity === 0n) return
      if (fill.positionSide !== undefined) throw beyondPosition(fill)
      holding.direction = direction
      holding.pool.add(rest)
    } else throw beyondPosition(fill)
  }

  openLots(): readonly OpenLot[] {
    return [...this.#holdings.values()].flatMap(({ instrument, pool, direction }) =>
      pool.open().map((lot) => ({ ...lot, instrument, direction, currency: instrument.settleCurrency })),
    )
  }

  #close(instrument: Instrument, { pool, direction }: Holding, lot: Lot, by: 'fill' | 'fee'): void {
    const { fillId, timeMs, quantity, cost, fee } = lot
    const currency = instrument.settleCurrency
    const closing = { instrument, fillId, timeMs, by, quantity, value: cost, fee, currency, direction }
    this.gains.push(...gainsOf(closing, pool.take(quantity)))
  }

  #holding(instrument: Instrument, side: 'long' | 'short' | undefined): Holding {
    const { kind, base, quote, id } = instrument
    // Coins of one kind are the same wherever they were bought; contracts are not.
    const key = kind === 'spot' ? `${base}/${quote}` : `${id} ${side ?? ''}`
    let holding = this.#holdings.get(key)
    if (holding === undefined) {
      holding = { instrument, pool: new LotPool(this.#method), direction: side ?? 'long' }
      this.#holdings.set(key, holding)
    }
    return holding
  }

  /** The fee in the settle currency, or what of it was taken in the base currency of spot. */
  #fee({ instrument, fee, fillId, timeMs }: AccountFill): { readonly fee: Amount; readonly inBase: Amount } {
    if (fee === undefined) return { fee: 0n, inBase: 0n }
    const amount = amountOf(fee.amount)
    const { kind, base, settleCurrency } = instrument
    if (fee.currency === settleCurrency) return { fee: amount, inBase: 0n }
    if (kind === 'spot' && fee.currency === base) return { fee: 0n, inBase: amount }
    const rate = this.#rateOf?.(fee.currency, settleCurrency, timeMs)
    if (rate === undefined) throw noRate(fee.currency, settleCurrency, fillId)
    const worth = times(amount, amountOf(rate))
    this.#spendFee(fee.currency, amount, worth, instrument, fillId, timeMs)
    return { fee: worth, inBase: 0n }
  }

  /** A fee paid in a coin that is held sells that coin at its worth; a rebate in it buys some. */
  #spendFee(currency: string, amount: Amount, worth: Amount, of: Instrument, fillId: string, timeMs: TimeMs): void {
    const holding = this.#holdings.get(`${currency}/${of.settleCurrency}`)
    if (holding === undefined || amount === 0n) return
    if (amount < 0n) holding.pool.add({ fillId, timeMs, quantity: -amount, cost: -worth, fee: 0n })
    else this.#close(holding.instrument, holding, { fillId, timeMs, quantity: amount, cost: worth, fee: 0n }, 'fee')
  }
}

/** What a quantity is worth at a price, in the settle currency. */
function valueOf({ settlement, contractSize, kind }: Instrument, quantity: Amount, price: Amount): Amount {
  if (kind === 'spot') return times(quantity, price)
  const units = times(quantity, amountOf(contractSize))
  return settlement === 'inverse' ? dividedBy(units, price) : times(units, price)
}

function totalsOf(gains: readonly RealisedGain[], funding: readonly AccountFunding[]): readonly CurrencyTotals[] {
  const sums = new Map<string, { gains: Amount; fees: Amount; funding: Amount; uncovered: Amount }>()
  const sumOf = (currency: string) => {
    const sum = sums.get(currency) ?? { gains: 0n, fees: 0n, funding: 0n, uncovered: 0n }
    sums.set(currency, sum)
    return sum
  }
  for (const { currency, gain, fees, opened } of gains) {
    const sum = sumOf(currency)
    sum.gains += gain
    sum.fees += fees
    if (opened === undefined) sum.uncovered += gain
  }
  for (const { currency, amount } of funding) sumOf(currency).funding += amountOf(amount)
  return [...sums].map(([currency, sum]) => ({ currency, ...sum })).sort((a, b) => (a.currency < b.currency ? -1 : 1))
}

function refuseRepeated(fills: readonly AccountFill[]): void {
  const seen = new Set<string>()
  for (const { instrument, fillId } of fills) {
    const key = `${instrument.id} ${fillId}`
    if (seen.has(key)) {
      throw new DataError({
        code: 'ACCOUNTING_TWICE',
        message: `The fill ${fillId} of ${instrument.id} comes twice. Nothing was accounted.`,
        meta: { fillId, instrumentId: instrument.id },
      })
    }
    seen.add(key)
  }
}

function noRate(currency: string, inCurrency: string, fillId: string): DataError {
  return new DataError({
    code: 'ACCOUNTING_RATE',
    message: `The fee of fill ${fillId} was taken in ${currency}, whose price in ${inCurrency} is not known.`,
    hint: `Import ${currency}-${inCurrency} bars that cover the fill.`,
    meta: { fillId, currency, inCurrency },
  })
}

function beyondPosition({ fillId, instrument, positionSide }: AccountFill): DataError {
  return new DataError({
    code: 'ACCOUNTING_POSITION',
    message: `The fill ${fillId} closes more of the ${positionSide ?? ''} position in ${instrument.id} than was opened.`,
    hint: 'Fills from before the first one are missing.',
    meta: { fillId, instrumentId: instrument.id },
  })
}
