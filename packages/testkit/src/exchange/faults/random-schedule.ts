import { createRng, type Rng } from '@kestrel/core'
import type { FaultSchedule, ScheduledFault } from './fault-schedule.ts'
import { definitionOf, FAULT_NAMES, type FaultName } from './fault-table.ts'

export interface RandomScheduleOptions {
  /** How many faults. Default 3. */
  readonly count?: number
  /** Which faults may be drawn. Default all. */
  readonly among?: readonly FaultName[]
  /** Faults strike within the first so many of their kind: requests, and messages. Default 6 and 12. */
  readonly withinRequests?: number
  readonly withinMessages?: number
  /** Each fault strikes again after so many more of its kind. Default never. */
  readonly every?: number
}

/** Draws a schedule. One seed and one set of options give one schedule, on every machine. */
export function randomSchedule(seed: number, options: RandomScheduleOptions = {}): FaultSchedule {
  const { count = 3, among = FAULT_NAMES, withinRequests = 6, withinMessages = 12, every } = options
  const rng = createRng(seed).stream('fault schedule')
  const faults = Array.from({ length: count }, (): ScheduledFault => {
    const name = pick(rng, among)
    const definition = definitionOf(name)
    const within = definition.target === 'request' ? withinRequests : withinMessages
    const fault: ScheduledFault = {
      name,
      on: pick(rng, definition.on),
      nth: below(rng, within),
      numbers: Object.fromEntries(
        Object.entries(definition.numbers).map(([key, { least, most }]) => [key, least + below(rng, most - least + 1)]),
      ),
    }
    return every === undefined ? fault : { ...fault, every }
  })
  return { seed, faults }
}

function below(rng: Rng, bound: number): number {
  return Math.floor(rng.nextFloat() * bound)
}

function pick<Item>(rng: Rng, items: readonly Item[]): Item {
  const item = items[below(rng, items.length)]
  if (item === undefined) throw new RangeError('Nothing to draw from.')
  return item
}
