import { UsageError } from '@kestrel/core'
import type { StrategyHandlers } from './strategy.ts'

/**
 * What `start` returned, if it can be handlers. Without types an author may forget the `return` or make `start` async;
 * neither would ever trade.
 *
 * @throws UsageError `KERNEL_NO_HANDLERS`.
 */
export function checkedHandlers(handlers: StrategyHandlers): StrategyHandlers {
  const given: unknown = handlers
  const isAsync = given instanceof Promise
  if (typeof given === 'object' && given !== null && !isAsync) return handlers
  // Nobody waits for it, and it may fail as well.
  if (isAsync) given.catch(() => undefined)
  throw new UsageError({
    code: 'KERNEL_NO_HANDLERS',
    message: `start returned ${isAsync ? 'a promise' : String(given)} instead of an object with onBar, onSlice or other handlers`,
    hint: isAsync ? 'start cannot be async.' : 'Return the handlers: return { onBar() { ... } }.',
  })
}
