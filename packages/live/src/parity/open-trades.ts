import type { Instrument, TimeMs } from '@kestrel/core'
import type { FillRecord, FundingRecord, OpenPosition, RoundTrip } from '@kestrel/kernel'

/** What a run left behind: a session or its backtest. */
export interface RunEnd {
  readonly trades: readonly RoundTrip[]
  readonly fills: readonly FillRecord[]
  readonly funding: readonly FundingRecord[]
  readonly openPositions: readonly OpenPosition[]
}

/** How a trade that is still open says so in place of the reason that it ended. */
export const STILL_OPEN = 'open'

/**
 * What is held at the end as trades that end there, at the mark: with the closed ones they make all of the difference in equity.
 * Their profit is that of all fills of the strategy in the instrument less what its closed trades made.
 *
 * @param toMs - The end.
 */
export function openTrades(run: RunEnd, instruments: readonly Instrument[], toMs: TimeMs): RoundTrip[] {
  const paid = new Set<string>()
  return run.openPositions.map((position): RoundTrip => {
    const { instrumentId, strategy, quantity, entryPrice, mark } = position
    const instrument = instruments.find(({ id }) => id === instrumentId) as Instrument
    const isOurs = (each: { readonly instrumentId: string; readonly strategy: string }): boolean =>
      each.instrumentId === instrumentId && each.strategy === strategy
    const direction = quantity > 0 ? 'long' : 'short'
    const isSide = ({ positionSide }: FillRecord): boolean => positionSide === undefined || positionSide === direction
    const isHedged = run.fills.some((each) => isOurs(each) && each.positionSide !== undefined)
    const fills = run.fills.filter((each) => isOurs(each) && isSide(each))
    const closed = run.trades.filter((each) => isOurs(each) && (!isHedged || each.direction === direction))
    // Funding is the account's: what its trades do not have belongs to what is held.
    const allFunding = sum(run.funding, (each) => (each.instrumentId === instrumentId ? each.amount : 0))
    const tradeFunding = sum(run.trades, (each) => (each.instrumentId === instrumentId ? each.funding : 0))
    const funding = paid.has(instrumentId) ? 0 : allFunding - tradeFunding
    paid.add(instrumentId)
    const gross = sum(fills, (fill) => gainOf(fill, mark, instrument))
    const closedGross = sum(closed, (each) => each.profit + each.entryFee + each.exitFee - each.funding)
    const entryFee = sum(fills, ({ feeValue }) => feeValue) - sum(closed, (each) => each.entryFee + each.exitFee)
    const lastExit = Math.max(-1, ...closed.map(({ lastFill }) => lastFill))
    const isOpening = (fill: FillRecord): boolean => (fill.side === 'buy') === quantity > 0
    const first = run.fills.findIndex(
      (fill, index) => index >= lastExit && isOurs(fill) && isSide(fill) && isOpening(fill),
    )
    const opening = run.fills[first]
    const profit = gross - closedGross - entryFee + funding
    return {
      instrumentId,
      strategy,
      direction,
      entryTimeMs: opening?.tsEventMs ?? toMs,
      exitTimeMs: toMs,
      maxQuantity: Math.abs(quantity),
      quantity: Math.abs(quantity),
      entryPrice,
      exitPrice: mark,
      entryFee,
      exitFee: 0,
      funding,
      slippage: sum(fills, ({ slippage }) => slippage) - sum(closed, ({ slippage }) => slippage),
      profit,
      profitRatio: Number.NaN,
      mae: Number.NaN,
      mfe: Number.NaN,
      bars: Number.NaN,
      entryTag: opening?.tag ?? '',
      exitReason: STILL_OPEN,
      firstFill: first,
      lastFill: run.fills.length - 1,
    }
  })
}

/** What a fill has made by the time that the price is `mark`, before fees. */
function gainOf({ side, quantity, price }: FillRecord, mark: number, instrument: Instrument): number {
  const { settlement, contractSize } = instrument
  const value = (at: number): number => (settlement === 'inverse' ? -contractSize / at : contractSize * at)
  return (side === 'buy' ? quantity : -quantity) * (value(mark) - value(price))
}

function sum<T>(rows: readonly T[], valueOf: (row: T) => number): number {
  return rows.reduce((total, row) => total + valueOf(row), 0)
}
