import { createRng, type Rng } from '@kestrel/core'
import {
  FAULT_NAMES,
  type FaultName,
  FAULTS,
  type FaultSchedule,
  type MessageKind,
  type RequestKind,
  type ScheduledFault,
} from '@kestrel/testkit'
import type { FaultVenueName } from './fault-venue.ts'
import { KILL_POINTS, type KillOrder } from './kill-points.ts'
import type { Mutation } from './mutations.ts'

/** How a session ends before its time: torn down in process after a bar, or its process killed. */
export type Ending = {
  readonly afterBar: number
  /** Where the price goes while nothing runs. */ readonly priceAway?: number
} & (
  | { readonly how: 'reopen' }
  /** A signal from outside, so many milliseconds after the bar was handed over. */
  | { readonly how: 'signal'; readonly delayMs: number }
  /** At a point of its own work. */
  | { readonly how: 'point'; readonly kill: KillOrder }
)

/** What a run is about: everything follows from it. It prints as JSON. */
export interface FaultCase {
  readonly seed: number
  readonly venue: FaultVenueName
  readonly strategy: 'restless' | 'methodical' | 'bracketed' | 'guarded'
  readonly schedule: FaultSchedule
  readonly bars: number
  /** In the order of their bars. */
  readonly endings: readonly Ending[]
  /** Close of each bar; drawn where it is left out. */
  readonly prices?: readonly number[]
  /** How long each bar lasts on the clock; drawn where it is left out. */
  readonly barWaitMs?: number
  /** How long the last bar waits for a point that the case is about. */
  readonly pointWaitMs?: number
  /** A defect put in on purpose. */
  readonly mutation?: Mutation
}

/**
 * A request that the network delivers twice is a second order wherever the venue lets go of a client id with the order: no
 * client can prevent that, only see it. It has a test of its own.
 */
const SURVIVABLE = FAULT_NAMES.filter((name) => name !== 'duplicate-delivery' && name !== 'stale-snapshot')

/** Part of the cases whose strategy holds nothing without a stop. */
const GUARDED_SHARE = 1 / 3

/** What a session asks its account for, and the first so many of each kind that may be struck: they all come in a run. */
const REACH: Partial<Record<RequestKind | MessageKind, number>> = {
  create: 6,
  cancel: 1,
  amend: 1,
  'query-order': 2,
  'open-orders': 1,
  fills: 2,
  balance: 2,
  positions: 1,
  order: 4,
  fill: 3,
}

/**
 * A case from a seed.
 *
 * @param kills - Whether a process is killed; otherwise the journal is opened again in this one.
 */
export function faultCase(seed: number, kills: boolean): FaultCase {
  const rng = createRng(seed).stream('fault case')
  const bars = 3 + below(rng, 3)
  const venue = pick(rng, ['usdm', 'usdm', 'spot', 'bybit'] as const)
  const faults = Array.from({ length: 1 + below(rng, 4) }, () => drawFault(rng, venue))
  const endings = kills ? [drawKill(rng, bars)] : drawReopenings(rng, bars)
  const strategy = rng.nextFloat() < GUARDED_SHARE ? 'guarded' : 'restless'
  return { seed, venue, strategy, schedule: { seed, faults }, bars, endings }
}

function drawFault(rng: Rng, venue: FaultVenueName): ScheduledFault {
  for (;;) {
    const name: FaultName = pick(rng, SURVIVABLE)
    const definition = FAULTS[name]
    const among = definition.on.filter((on) => REACH[on] !== undefined && !(venue === 'spot' && on === 'positions'))
    if (among.length === 0) continue
    const on = pick(rng, among)
    const numbers = Object.entries<{ readonly least: number; readonly most: number }>(definition.numbers).map(
      ([key, { least, most }]) => [key, least + below(rng, most - least + 1)],
    )
    return { name, on, nth: below(rng, REACH[on] ?? 1), numbers: Object.fromEntries(numbers) }
  }
}

function drawReopenings(rng: Rng, bars: number): Ending[] {
  const after = new Set(Array.from({ length: 1 + below(rng, 2) }, () => below(rng, bars)))
  return [...after].sort((a, b) => a - b).map((afterBar) => ({ how: 'reopen', afterBar }))
}

function drawKill(rng: Rng, bars: number): Ending {
  const afterBar = below(rng, bars)
  if (rng.nextFloat() < 0.4) return { how: 'signal', afterBar, delayMs: below(rng, 60) }
  return { how: 'point', afterBar, kill: { point: pick(rng, KILL_POINTS).name, nth: below(rng, 4) } }
}

function below(rng: Rng, bound: number): number {
  return Math.floor(rng.nextFloat() * bound)
}

function pick<Item>(rng: Rng, items: readonly Item[]): Item {
  return items[below(rng, items.length)] as Item
}
