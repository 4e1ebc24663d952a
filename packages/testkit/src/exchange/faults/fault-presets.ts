import type { FaultSchedule } from './fault-schedule.ts'
import type { FaultName } from './fault-table.ts'
import { randomSchedule } from './random-schedule.ts'

/** A schedule that goes on for ever, by a name for people. */
export type FaultPreset = 'light' | 'harsh'

/** What an ordinary week has. */
const LIGHT: readonly FaultName[] = [
  'slow-answer',
  'reset-before',
  'timeout-after',
  'rate-limited',
  'overloaded',
  'partial-fill',
  'delayed-messages',
  'repeated-messages',
  'lost-messages',
  'disconnect',
]

/**
 * Faults that come back again and again: `light` is an ordinary week pressed into minutes, `harsh` has every fault there is,
 * often.
 */
export function faultPreset(preset: FaultPreset, seed: number): FaultSchedule {
  return preset === 'light'
    ? randomSchedule(seed, { count: 10, among: LIGHT, withinRequests: 40, withinMessages: 400, every: 400 })
    : randomSchedule(seed, { count: 60, withinRequests: 20, withinMessages: 200, every: 200 })
}
