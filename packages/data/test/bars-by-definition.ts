import type { TradeColumns } from '@kestrel/core'
import type { BarSpec } from '../src/index.ts'
import { range } from './sample-data.ts'

/** Information bars from their definitions: slow, with everything worked out afresh at every trade. */

/** Bounds and spans of the imbalance and run bars that {@link endsByDefinition} works out. */
export const EXPECTED = { expectedTrades: 20, barsSpan: 5, tradesSpan: 50, minTrades: 3, maxTrades: 90 }

const weightOf = (trades: TradeColumns, of: string, i: number): number =>
  of === 'tick' ? 1 : (trades.quantity[i] ?? 0) * (of === 'volume' ? 1 : (trades.price[i] ?? 0))

/** Sign of each trade: its side, else that of the last change of price. */
function signsOf(trades: TradeColumns): number[] {
  let sign = 0
  return [...trades.takerSide].map((side, i) => {
    const change = i === 0 ? 0 : Math.sign((trades.price[i] ?? 0) - (trades.price[i - 1] ?? 0))
    return (sign = side || change || sign)
  })
}

const smoothed = (values: readonly number[], span: number): number =>
  values.slice(1).reduce((mean, value) => mean + (2 / (span + 1)) * (value - mean), values[0] ?? Number.NaN)

/** Positions after each bar, worked out afresh from all trades before, as the definitions read. */
export function endsByDefinition(trades: TradeColumns, spec: BarSpec): number[] {
  const all = range(0, trades.id.length)
  if (spec.kind === 'tick') return all.map((i) => i + 1).filter((end) => end % spec.trades === 0)
  if ('size' in spec) {
    let total = 0
    const before = all.map((i) => {
      const id = Math.floor(total / spec.size)
      total += weightOf(trades, spec.kind, i)
      return id
    })
    const next = [...before.slice(1), Math.floor(total / spec.size)]
    return all.filter((i) => next[i] !== before[i]).map((i) => i + 1)
  }
  const signs = signsOf(trades)
  const weights = all.map((i) => weightOf(trades, spec.of, i))
  const sum = (rows: readonly number[], sign: number): number =>
    rows.reduce((total, i) => total + (signs[i] === sign ? (weights[i] ?? 0) : 0), 0)
  const lengths: number[] = []
  const buyShares: number[] = []
  const ends: number[] = []
  let start = 0
  let threshold = Infinity
  for (const i of all) {
    const rows = range(start, i + 1)
    const signed = rows.reduce((total, k) => total + (signs[k] ?? 0) * (weights[k] ?? 0), 0)
    const reached = spec.kind === 'imbalance' ? Math.abs(signed) : Math.max(sum(rows, 1), sum(rows, -1))
    const isDone = (reached >= threshold && rows.length >= 3) || rows.length >= (threshold === Infinity ? 20 : 90)
    if (!isDone) continue
    ends.push(i + 1)
    start = i + 1
    lengths.push(rows.length)
    buyShares.push(rows.filter((k) => signs[k] === 1).length / rows.length)
    const seen = range(0, i + 1)
    const meanWeight = (sign: number): number =>
      smoothed(
        seen.filter((k) => signs[k] === sign).map((k) => weights[k] ?? 0),
        50,
      ) || 0
    const buyShare = smoothed(buyShares, 5)
    threshold =
      smoothed(lengths, 5) *
      (spec.kind === 'imbalance'
        ? Math.abs(
            smoothed(
              seen.map((k) => (signs[k] ?? 0) * (weights[k] ?? 0)),
              50,
            ),
          )
        : Math.max(buyShare * meanWeight(1), (1 - buyShare) * meanWeight(-1)))
  }
  return ends
}

/** The bars between such positions, from row objects. */
export function barsByDefinition(trades: TradeColumns, ends: readonly number[]): number[][] {
  const n = trades.id.length
  const bounds = [0, ...ends, ...(ends.at(-1) === n || n === 0 ? [] : [n])]
  return bounds.slice(1).map((end, b) => {
    const rows = range(bounds[b] ?? 0, end)
    const prices = rows.map((i) => trades.price[i] ?? 0)
    const volume = (side?: number): number =>
      rows.reduce(
        (sum, i) => sum + (side === undefined || trades.takerSide[i] === side ? (trades.quantity[i] ?? 0) : 0),
        0,
      )
    return [
      trades.tsEventUs[rows[0] ?? 0] ?? 0,
      trades.tsEventUs[end - 1] ?? 0,
      prices[0] ?? 0,
      Math.max(...prices),
      Math.min(...prices),
      prices.at(-1) ?? 0,
      volume(),
      volume(1),
      rows.length,
    ]
  })
}
