import { expect } from 'vitest'
import { lastClosesOf } from './recompute-account.ts'
import type { Closes, FillRow, RunRows, TradeRow } from './read-run.ts'

type RoundTrip = Omit<TradeRow, 'side' | 'profit_ratio'>

const relative = (a: number, b: number): number => Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), 1e-12)

/** Round trips of one instrument, flat to flat, and the fills since it was last flat. */
function roundTrips(
  pair: string,
  fills: readonly FillRow[],
  lotSize: number,
): { closed: RoundTrip[]; open: FillRow[] } {
  const closed: RoundTrip[] = []
  let open: FillRow[] = []
  let lots = 0
  for (const fill of fills) {
    open.push(fill)
    lots += Math.round((fill.side === 'buy' ? fill.quantity : -fill.quantity) / lotSize)
    if (lots !== 0) continue
    const sum = (side: string, value: (fill: FillRow) => number): number =>
      open.filter((each) => each.side === side).reduce((total, each) => total + value(each), 0)
    const amount = sum('buy', ({ quantity }) => quantity)
    const [paid, received] = [
      sum('buy', ({ price, quantity }) => price * quantity),
      sum('sell', ({ price, quantity }) => price * quantity),
    ]
    const [feeOpen, feeClose] = [sum('buy', ({ fee }) => fee), sum('sell', ({ fee }) => fee)]
    closed.push({
      pair,
      amount,
      open_date: open[0]?.time_ms ?? Number.NaN,
      close_date: fill.time_ms,
      open_rate: paid / amount,
      close_rate: received / sum('sell', ({ quantity }) => quantity),
      fee_open: feeOpen,
      fee_close: feeClose,
      profit_abs: received - paid - feeOpen - feeClose,
    })
    open = []
  }
  return { closed, open }
}

/**
 * The trades of a run folder are the round trips of its fills, and their profit with that of what is still held is the
 * change of equity.
 */
export function checkTrades(run: RunRows, closes: ReadonlyMap<string, Closes>): void {
  const { fills, trades, tradesCsv, equity } = run
  const byPair = Map.groupBy(trades, ({ pair }) => pair)
  let [realised, unrealised, turnover] = [0, 0, 0]
  const marks = lastClosesOf(closes)(equity.at(-1)?.time_ms ?? Number.NaN)
  for (const { id, lotSize } of run.manifest.config.instruments) {
    const own = fills.filter(({ instrument }) => instrument === id)
    const { closed, open } = roundTrips(id, own, lotSize)
    const given = byPair.get(id) ?? []
    expect(given).toHaveLength(closed.length)
    closed.forEach((trip, i) => checkTrade(given[i] as TradeRow, trip))
    realised += closed.reduce((sum, { profit_abs }) => sum + profit_abs, 0)
    turnover += own.reduce((sum, { price, quantity }) => sum + price * quantity, 0)
    const last = marks.get(id) ?? Number.NaN
    for (const { side, price, quantity, fee } of open)
      unrealised += (side === 'buy' ? last - price : price - last) * quantity - fee
  }
  const [startCash = Number.NaN] = Object.values(run.manifest.config.cash)
  const stated = trades.reduce((sum, { profit_abs }) => sum + profit_abs, 0)
  expect(Math.abs(stated - realised)).toBeLessThanOrEqual(1e-9 * turnover)
  expect(Math.abs((equity.at(-1)?.equity ?? Number.NaN) - startCash - realised - unrealised)).toBeLessThanOrEqual(
    1e-9 * turnover,
  )
  // The CSV holds the same trades in the same order, with times that people read.
  expect(tradesCsv.map(({ pair, profit_abs }) => [pair, Number(profit_abs)])).toEqual(
    trades.map(({ pair, profit_abs }) => [pair, profit_abs]),
  )
  expect(tradesCsv.map(({ close_date = '' }) => Date.parse(close_date))).toEqual(trades.map((each) => each.close_date))
  const order = trades.map(({ close_date }) => close_date)
  expect(order).toEqual(order.toSorted((a, b) => a - b))
}

function checkTrade(given: TradeRow, trip: RoundTrip): void {
  expect([given.side, given.open_date, given.close_date]).toEqual(['long', trip.open_date, trip.close_date])
  const notional = trip.open_rate * trip.amount
  for (const name of ['amount', 'open_rate', 'close_rate'] as const)
    expect(relative(given[name], trip[name]), name).toBeLessThanOrEqual(1e-12)
  for (const name of ['fee_open', 'fee_close', 'profit_abs'] as const)
    expect(Math.abs(given[name] - trip[name]), name).toBeLessThanOrEqual(1e-12 * notional)
  expect(given.profit_ratio).toBeCloseTo(trip.profit_abs / notional, 12)
}
