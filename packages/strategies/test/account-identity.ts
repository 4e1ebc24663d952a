import type { Backtest } from '@kestrel/backtest'
import type { BarColumns } from '@kestrel/core'
import { expect } from 'vitest'

/** Money that cash may be below zero by, and part of turnover that equity may be off by. */
const CASH_TOLERANCE = 1e-6
const IDENTITY_TOLERANCE = 1e-9

type Fill = Backtest['base']['fills'][number]
type Bars = ReadonlyMap<string, BarColumns>

/**
 * Cash and holdings, moved by fills alone. A perpetual moves equity like a holding that may be negative
 * and bought on credit, so what spot forbids is only checked where all is spot.
 */
class Account {
  cash: number
  turnover = 0
  readonly #quantity = new Map<string, number>()
  readonly #isSpot: boolean

  constructor(cash: number, isSpot: boolean) {
    this.cash = cash
    this.#isSpot = isSpot
  }

  book(fill: Fill): void {
    const sign = fill.side === 'buy' ? 1 : -1
    this.cash -= sign * fill.price * fill.quantity + fill.fee
    this.turnover += fill.price * fill.quantity
    const held = (this.#quantity.get(fill.instrumentId) ?? 0) + sign * fill.quantity
    this.#quantity.set(fill.instrumentId, Math.abs(held) < 1e-9 ? 0 : held)
    if (!this.#isSpot) return
    if (held < -1e-9) expect.fail(`position of ${held} ${fill.instrumentId} after fill ${fill.fillId}`)
    if (this.cash < -CASH_TOLERANCE) expect.fail(`cash of ${this.cash} after fill ${fill.fillId}`)
  }

  /** Value at the given closes. */
  value(closes: ReadonlyMap<string, number>): number {
    let sum = this.cash
    for (const [id, held] of this.#quantity) if (held !== 0) sum += held * (closes.get(id) ?? Number.NaN)
    return sum
  }
}

/**
 * Recomputes an account of spot and linear perpetuals in one quote currency from fills and closes alone; nothing of the kernel's books is used.
 *
 * At every instant equity must be the start cash, less what was bought, plus what was sold, less fees, plus positions at
 * their last close, and what was settled as funding. On spot no position may ever be below zero and no cash below -1e-6.
 *
 * A fill inside a bar and one at the next bar's open carry the same time, and equity of that instant knows only the
 * first kind. Of the fills of an instant, therefore, some number from the front has to give its equity.
 */
export function checkIdentity(run: Backtest, bars: Bars, startCash: number): void {
  const { equity, fills } = run.base
  const account = new Account(
    startCash,
    run.config.instruments.every(({ kind }) => kind === 'spot'),
  )
  const closes = new Map<string, number>()
  const seen = new Map([...bars.keys()].map((id) => [id, 0]))
  const funding = run.base.funding
  let next = 0
  let settled = 0
  for (let i = 0; i < equity.timeMs.length; i++) {
    const timeMs = equity.timeMs[i] as number
    const wanted = equity.equity[i] as number
    // Settled before the bars of the instant are visible.
    while ((funding[settled]?.tsEventMs ?? Infinity) <= timeMs) account.cash += funding[settled++]?.amount ?? 0
    while ((fills[next]?.tsEventMs ?? Infinity) < timeMs) account.book(fills[next++] as Fill)
    for (const [id, count] of seen) {
      const { closeTimeMs, close } = bars.get(id) as BarColumns
      let end = count
      while ((closeTimeMs[end] ?? Infinity) <= timeMs) end++
      seen.set(id, end)
      if (end > 0) closes.set(id, close[end - 1] as number)
    }
    let off = Math.abs(account.value(closes) - wanted)
    while (fills[next]?.tsEventMs === timeMs) {
      account.book(fills[next++] as Fill)
      off = Math.min(off, Math.abs(account.value(closes) - wanted))
    }
    const allowed = IDENTITY_TOLERANCE * Math.max(account.turnover, startCash)
    if (!(off <= allowed)) expect.fail(`equity at ${timeMs} is ${wanted}, recomputed it is off by ${off}`)
  }
  // Fills at the last close stand in the last equity; nothing can come after it.
  expect(next).toBe(fills.length)
}

/**
 * Fills lie inside their bar, widened by spread and slippage, and take no more than the volume share together. Those of
 * orders that must trade at once are judged by the last bar with volume before theirs.
 */
export function checkFills(run: Backtest, bars: Bars): void {
  const { fill: model, instruments } = run.config
  const costRate = model.spreadBps / 20_000 + model.slippageBps / 10_000
  const taken = new Map<string, Taken>()
  run.base.fills.forEach((fill) => {
    const instrument = instruments.find((each) => each.id === fill.instrumentId)
    const columns = bars.get(fill.instrumentId)
    const bar = columns?.openTimeMs.indexOf(fill.barOpenTimeMs) ?? -1
    if (instrument === undefined || columns === undefined || bar < 0)
      return expect.fail(`fill ${fill.fillId} has no bar`)
    const order = run.base.orders[fill.orderId - 1]
    const slack = instrument.tick.size * 1.000001
    const low = (columns.low[bar] as number) * (1 - costRate) - slack
    const high = (columns.high[bar] as number) * (1 + costRate) + slack
    if (fill.price < low || fill.price > high) {
      // A post-only order that price jumps over still trades at its own price, which is worse than any in the bar.
      const postOnly = order?.postOnly === true
      const worse = fill.side === 'buy' ? fill.price > high : fill.price < low
      if (!postOnly || !worse)
        expect.fail(
          `fill ${fill.fillId} at ${fill.price} outside [${low}, ${high}] ${JSON.stringify([fill, order, bar, columns.open[bar], columns.high[bar - 1], columns.low[bar - 1]])}`,
        )
    }
    const key = `${fill.instrumentId} ${bar}`
    const sums = taken.get(key) ?? { atOpen: 0, inAll: 0 }
    sums.inAll += fill.quantity
    if (fill.tsEventMs === fill.barOpenTimeMs) sums.atOpen += fill.quantity
    taken.set(key, sums)
  })
  for (const { id, lot } of instruments) checkVolume(id, bars.get(id), taken, model.volumeShare ?? Infinity, lot.size)
}

interface Taken {
  atOpen: number
  inAll: number
}

/**
 * No bar gives more than the share of its volume or of the last bar with trades, an open, where its own is not known, no more
 * than that of the last or one lot; and what that was too much by is missing later.
 */
function checkVolume(
  id: string,
  columns: BarColumns | undefined,
  taken: ReadonlyMap<string, Taken>,
  volumeShare: number,
  lotSize: number,
): void {
  let known = 0
  let owed = 0
  for (let bar = 0; bar < (columns?.volume.length ?? 0); bar++) {
    const volume = columns?.volume[bar] as number
    const { atOpen, inAll } = taken.get(`${id} ${bar}`) ?? { atOpen: 0, inAll: 0 }
    const slack = 1e-9 * (known + volume)
    const least = known > 0 ? lotSize : 0
    if (atOpen > Math.max(0, Math.max(least, known * volumeShare) - owed) + slack)
      expect.fail(`${id}, bar ${bar}: ${atOpen} taken at the open, ${known} traded before and ${owed} are owed`)
    const offered = Math.max(atOpen, Math.max(least, Math.max(known, volume) * volumeShare) - owed)
    if (inAll > offered + slack) expect.fail(`${id}, bar ${bar}: ${inAll} taken of ${offered} offered`)
    owed = Math.max(0, owed + inAll - volume * volumeShare)
    if (volume > 0) known = volume
  }
}
