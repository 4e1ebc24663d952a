import { UsageError } from '@kestrel/core'
import { definitionOf, FAULT_NAMES, type FaultName } from './fault-table.ts'
import type { MessageKind, RequestKind } from './vocabulary.ts'

/** One fault of a schedule. It strikes by counting, so that the same requests meet the same faults. */
export interface ScheduledFault {
  readonly name: FaultName
  /** What it strikes. */
  readonly on: RequestKind | MessageKind
  /** Strikes the request or message of that kind with this number, counted from 0. */
  readonly nth: number
  /** Strikes again after so many more of them, for ever. */
  readonly every?: number
  /** The numbers of the fault, see `FAULTS`; what is left out has the least value. */
  readonly numbers?: Readonly<Record<string, number>>
}

/** What goes wrong in one session. It prints as JSON and can be played again. */
export interface FaultSchedule {
  /** The seed it was drawn from, where it was drawn. */
  readonly seed?: number
  readonly faults: readonly ScheduledFault[]
}

/**
 * Reads a schedule from the text of a JSON file.
 *
 * @throws UsageError `TESTKIT_FAULT_SCHEDULE` naming the entry that cannot be used.
 */
export function parseFaultSchedule(text: string): FaultSchedule {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw scheduleError('it is not JSON', cause)
  }
  if (typeof value !== 'object' || value === null || !('faults' in value) || !Array.isArray(value.faults))
    throw scheduleError('it has no list "faults"')
  const faults = value.faults.map((entry: unknown, index) => readFault(entry, index))
  return 'seed' in value && typeof value.seed === 'number' ? { seed: value.seed, faults } : { faults }
}

function readFault(entry: unknown, index: number): ScheduledFault {
  const at = `fault ${index}`
  if (typeof entry !== 'object' || entry === null) throw scheduleError(`${at} is no object`)
  const { name, on, nth, every, numbers = {} } = entry as Record<string, unknown>
  if (!FAULT_NAMES.includes(name as FaultName))
    throw scheduleError(`${at} has the unknown name ${JSON.stringify(name)}; known are ${FAULT_NAMES.join(', ')}`)
  const definition = definitionOf(name as FaultName)
  if (!definition.on.includes(on as RequestKind))
    throw scheduleError(`${at} (${String(name)}) cannot strike ${JSON.stringify(on)}, only ${definition.on.join(', ')}`)
  if (!isCount(nth)) throw scheduleError(`${at} has no whole "nth" of 0 or more`)
  if (every !== undefined && !(isCount(every) && every > 0)) throw scheduleError(`${at} has no whole "every" above 0`)
  if (typeof numbers !== 'object' || numbers === null) throw scheduleError(`${at} has no object "numbers"`)
  for (const [key, number] of Object.entries(numbers)) {
    if (definition.numbers[key] === undefined) throw scheduleError(`${at} (${String(name)}) has no number "${key}"`)
    if (!isCount(number)) throw scheduleError(`${at}: "${key}" is no whole number of 0 or more`)
  }
  return entry as ScheduledFault
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function scheduleError(why: string, cause?: unknown): UsageError {
  return new UsageError({
    code: 'TESTKIT_FAULT_SCHEDULE',
    message: `The fault schedule cannot be used: ${why}.`,
    hint: 'Write { "faults": [{ "name": "timeout-after", "on": "create", "nth": 0 }] }.',
    cause,
  })
}

/** A number of a fault, or the least that the table allows. */
export function numberOf(fault: ScheduledFault, name: string): number {
  return fault.numbers?.[name] ?? definitionOf(fault.name).numbers[name]?.least ?? 0
}
