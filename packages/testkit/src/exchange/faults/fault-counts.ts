import type { FaultSchedule, ScheduledFault } from './fault-schedule.ts'
import { definitionOf } from './fault-table.ts'
import type { MessageKind, RequestKind } from './vocabulary.ts'

/** Counts requests and messages by kind and says which faults are due. */
export class FaultCounts {
  readonly #faults: readonly ScheduledFault[]
  readonly #counts = new Map<string, number>()

  constructor(schedule: FaultSchedule) {
    this.#faults = schedule.faults
  }

  /** Whether any fault strikes messages of streams. */
  get hasMessageFaults(): boolean {
    return this.#faults.some(({ name }) => definitionOf(name).target === 'message')
  }

  /** Counts one, and gives the faults that strike it. */
  next(target: 'request' | 'message', kind: RequestKind | MessageKind): readonly ScheduledFault[] {
    const counter = `${target} ${kind}`
    const index = this.#counts.get(counter) ?? 0
    this.#counts.set(counter, index + 1)
    return this.#faults.filter(
      ({ name, on, nth, every }) =>
        on === kind &&
        definitionOf(name).target === target &&
        index >= nth &&
        (every === undefined ? index === nth : (index - nth) % every === 0),
    )
  }
}
