import type { InstrumentId } from '@kestrel/core'
import type { StrategyHandlers } from './strategy.ts'

/** A strategy as somebody to call: its handlers, and what an error thrown in them is reported with. */
export interface Listener {
  readonly strategyIndex: number
  readonly strategy: string
  readonly instrumentId: InstrumentId | undefined
  readonly handlers: StrategyHandlers
}

/** Frames every call of a strategy, so that errors and explanations are put down to it. */
export interface CallFrame {
  enter(listener: Listener): void
  leave(): void
}
