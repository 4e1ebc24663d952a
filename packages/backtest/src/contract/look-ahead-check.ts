import { isoTime } from '@kestrel/core'
import type { StrategyInstance } from '@kestrel/kernel'
import type { Simulation } from '../run/simulate.ts'
import { type ContractMarket, cutMarket, scaleMarketAfter } from './contract-market.ts'

/** Where in the data the cuts lie, as parts of its length. */
const CUTS = [0.31, 0.5, 0.73, 0.9]

/** Factors for the prices after a cut: a fall and a rise that no strategy could miss. */
const FACTORS = [0.4, 2.5]

/**
 * Compares the decisions before an instant with and without what came after it: once with the later bars cut away, then
 * with their prices multiplied. A strategy that uses only closed bars decides alike.
 *
 * @param run - Runs the strategy on a market with every decision kept.
 * @returns What differed first, in words; undefined where nothing did.
 */
export function findLookAhead(
  instance: StrategyInstance,
  market: ContractMarket,
  run: (instance: StrategyInstance, market: ContractMarket) => Simulation,
): string | undefined {
  const whole = run(instance, market)
  const [bars] = market.bars.values()
  if (bars === undefined) return undefined
  for (const part of CUTS) {
    const cutMs = bars.closeTimeMs[Math.floor(part * (bars.close.length - 1))] as number
    // The run that ends at the cut says how much was known then: a fill at the next open carries the same time.
    const ending = historyOf(run(instance, cutMarket(market, cutMs)))
    const others = [
      { change: 'cut away', simulation: whole },
      ...FACTORS.map((factor) => ({
        change: `multiplied by ${factor}`,
        simulation: run(instance, scaleMarketAfter(market, cutMs, factor)),
      })),
    ]
    for (const { change, simulation } of others) {
      const { events, reasons } = historyOf(simulation)
      const difference = firstDifference(ending.events, events) ?? firstDifference(ending.reasons, reasons)
      if (difference === undefined) continue
      return (
        `With the bars after ${isoTime(cutMs)} ${change}, an earlier decision changed: ` +
        `${difference.known ?? 'nothing'} became ${difference.other ?? 'nothing'}.`
      )
    }
  }
  return undefined
}

/** Everything that happened to orders, and every explanation, each as one line of text, in order. */
function historyOf(simulation: Simulation): { readonly events: string[]; readonly reasons: string[] } {
  const late = new Set(
    simulation.orders.filter(({ reason }) => reason === 'the run has ended').map(({ orderId }) => orderId),
  )
  const events = [...simulation.log.entries()]
    .filter(({ kind, orderId }) => kind !== 'run-stop' && !late.has(orderId))
    .map(
      ({ kind, timeMs, orderId, text, a, b, c }) =>
        `${kind} ${text} of order ${orderId} at ${isoTime(timeMs)} (${a}, ${b}, ${c})`,
    )
  const reasons = simulation.decisions.map(
    ({ tsMs, instrumentId, values }) =>
      `reason ${JSON.stringify(values)} for ${instrumentId ?? 'all'} at ${isoTime(tsMs)}`,
  )
  return { events, reasons }
}

/** First line of `known` that `other` does not begin with. */
function firstDifference(
  known: readonly string[],
  other: readonly string[],
): { readonly known: string | undefined; readonly other: string | undefined } | undefined {
  const at = known.findIndex((line, i) => line !== other[i])
  return at < 0 ? undefined : { known: known[at], other: other[at] }
}
