import { type Instrument, stepsToNumber } from '@kestrel/core'
import type { Ledger, TradingGateway } from '@kestrel/kernel'

/** What an account holds, by venue: positions in lots by instrument and side, balances in currency units. */
export interface Holdings {
  /** By `BTC-USDT-PERP.BINANCE net`, or `long`, `short` in hedge mode. Flat ones are left out. */
  readonly positions: Readonly<Record<string, number>>
  readonly balances: Readonly<Record<string, number>>
  /**
   * What the open positions cost, by settle currency, shorts negative. Two accounts that had the same fills in another
   * order, or keep them by strategy, agree on balances less costs and not on balances alone. NaN where the venue does not say.
   */
  readonly costs?: Readonly<Record<string, number>>
}

/**
 * What the session's books say that it has at a venue, its starting cash left out.
 *
 * @param instruments - All of the session, in the order of its books.
 * @param restOf - Base units of a spot instrument that the venue has beside whole lots.
 * @param unbooked - Fees that were paid in currencies of which the books keep no cash, by currency.
 */
export function heldBySession(
  ledger: Ledger,
  instruments: readonly Instrument[],
  startCash: Readonly<Record<string, number>>,
  venue: string,
  restOf: (instrumentId: string) => number = () => 0,
  unbooked: ReadonlyMap<string, number> = new Map(),
): Holdings {
  const positions: Record<string, number> = {}
  const balances: Record<string, number> = {}
  const costs: Record<string, number> = {}
  const isHedged = ledger.placeCount > instruments.length
  const strategies = ledger.lots.length / ledger.placeCount
  for (let place = 0; place < ledger.placeCount; place++) {
    const instrument = instruments[place % instruments.length] as Instrument
    if (instrument.venue !== venue) continue
    let lots = 0
    for (let s = 0; s < strategies; s++) {
      const slot = s * ledger.placeCount + place
      const slotLots = ledger.lots[slot] as number
      lots += slotLots
      addCost(costs, instrument, slotLots, ledger.entryPrice[slot] as number)
    }
    if (instrument.kind === 'spot') {
      const quantity = stepsToNumber(lots, instrument.lot) + restOf(instrument.id)
      balances[instrument.base] = (balances[instrument.base] ?? 0) + quantity
    } else if (lots !== 0) {
      positions[placeName(instrument, !isHedged ? 'net' : place < instruments.length ? 'long' : 'short')] = lots
    }
  }
  ledger.currencies.forEach((currency, c) => {
    const settled = instruments.filter((each) => each.venue === venue && each.settleCurrency === currency)
    if (settled.length === 0 && startCash[currency] === undefined) return
    const money = (ledger.cash[c] as number) - (startCash[currency] ?? 0)
    balances[currency] = (balances[currency] ?? 0) + money
  })
  for (const [currency, fees] of unbooked) {
    // Of other currencies the session has nothing: what others do with them is not its own.
    if (balances[currency] !== undefined) balances[currency] -= fees
  }
  return { positions, balances, costs }
}

/**
 * What the venue says that the account has, on the instruments and currencies of the session.
 *
 * @param cashCurrencies - What the session has cash of, beside those its instruments trade in: a coin that fees are taken in.
 */
export async function heldAtVenue(
  gateway: TradingGateway,
  instruments: readonly Instrument[],
  cashCurrencies: readonly string[] = [],
): Promise<Holdings> {
  const ids = new Set(instruments.map(({ id }) => id))
  const currencies = new Set([
    ...cashCurrencies,
    ...instruments.flatMap(({ kind, base, settleCurrency }) =>
      kind === 'spot' ? [base, settleCurrency] : [settleCurrency],
    ),
  ])
  const [positions, balances] = await Promise.all([
    instruments.some(({ kind }) => kind !== 'spot') ? gateway.positions() : [],
    gateway.balances(),
  ])
  const held = positions.filter(({ instrument, signedLots }) => ids.has(instrument.id) && signedLots !== 0)
  const costs: Record<string, number> = {}
  for (const { instrument, signedLots, entryPrice } of held) addCost(costs, instrument, signedLots, entryPrice)
  return {
    positions: Object.fromEntries(
      held.map(({ instrument, side, signedLots }) => [placeName(instrument, side), signedLots]),
    ),
    costs,
    balances: Object.fromEntries(
      balances.filter(({ currency }) => currencies.has(currency)).map(({ currency, total }) => [currency, total]),
    ),
  }
}

/** Spot is paid for in full: it has no cost beside its balance. An inverse contract is worth less coins the dearer they are. */
function addCost(costs: Record<string, number>, instrument: Instrument, signedLots: number, entryPrice: number): void {
  const { kind, settleCurrency, settlement, contractSize } = instrument
  if (kind === 'spot' || signedLots === 0) return
  const size = stepsToNumber(signedLots, instrument.lot) * contractSize
  const cost = settlement === 'linear' ? size * entryPrice : -size / entryPrice
  costs[settleCurrency] = (costs[settleCurrency] ?? 0) + cost
}

/** Names a position in tables. */
export function placeName(instrument: Instrument, side: 'net' | 'long' | 'short'): string {
  return `${instrument.id} ${side}`
}
