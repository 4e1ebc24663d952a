import type { Instrument } from '@kestrel/core'
import { type ProtectionSpec, protectionText } from '@kestrel/kernel'
import type { FillModel } from '../venue/fill-model.ts'
import { costFacts } from './cost-facts.ts'
import { compactNumber, duration, percent } from './format.ts'
import type { Fact } from './report-model.ts'

/** The simulator's assumptions for a run, in plain words. */
export function assumptionFacts(
  fill: FillModel,
  instruments: readonly Instrument[],
  gaps: number,
  protections: readonly ProtectionSpec[] = [],
): Fact[] {
  return [
    {
      label: 'Market orders',
      text:
        fill.marketFill === 'next-open'
          ? "Decided at a bar's close, filled at the next bar's open."
          : "Decided at a bar's close and filled at that same close, which nobody can do in a market; it is for comparison with other tools.",
    },
    {
      label: 'Limit orders',
      text:
        fill.queue !== undefined
          ? `Stand behind ${compactNumber(fill.queue.scale)} times what traded at their price in the ${duration(fill.queue.windowMs)} before they came; trades at the price serve those first. A trade through the limit fills.`
          : fill.throughTicks === 0
            ? 'Fill as soon as price touches the limit, as if nobody queued ahead.'
            : `Fill only when price trades at least ${fill.throughTicks} ${fill.throughTicks === 1 ? 'tick' : 'ticks'} through the limit; at the open where the bar opens beyond it.`,
    },
    {
      label: 'Stops',
      text: 'Trigger when touched; fill at the stop, or at the open where price jumped across it, plus slippage.',
    },
    ...costFacts(fill, instruments),
    {
      label: 'Size',
      text:
        fill.volumeShare === undefined
          ? 'Any size fills: the cap on the share of volume was lifted.'
          : `All our orders together take at most ${percent(fill.volumeShare, 0)} of a bar's volume; the rest stays open.`,
    },
    {
      label: 'Latency',
      text:
        fill.latency !== undefined
          ? `From decision to the venue by the model: ${Object.entries(fill.latency)
              .map(([name, value]) => `${name} ${value}`)
              .join(', ')}.`
          : fill.latencyMs === 0
            ? 'None beyond the wait for the next bar.'
            : `${duration(fill.latencyMs)} from decision to the venue.`,
    },
    {
      label: 'Inside a bar',
      text: 'No order of its prices is assumed: every order that it reached trades, and what it leaves open is taken at its worst.',
    },
    ...(protections.length === 0
      ? []
      : [
          {
            label: 'Protections',
            text: `Entries are stopped, exits never: ${protections.map(protectionText).join('; ')}.`,
          },
        ]),
    {
      label: 'Gaps in the data',
      text:
        gaps === 0
          ? 'None inside the window.'
          : `${gaps === 1 ? '1 gap was' : `${gaps} gaps were`} allowed; nothing trades inside.`,
    },
  ]
}

/** What no simulation on bars can know. */
export const SIMULATION_LIMITS: readonly string[] = [
  'Whether a limit order would have been reached in the queue, and who would have traded against it.',
  'How other traders would have reacted to our orders: beyond the slippage above, our trading moves no price.',
  'The path of price inside a bar, which decides whether a stop or a target was touched first.',
  'Outages, delistings, withdrawals that hang, and rule changes of the venue that the data does not show.',
  'Instruments that had failed before the data was collected: what survives looks better than what was there.',
  'The ideas that were tried and thrown away before this one, unless the trials were recorded.',
  'The future.',
]
