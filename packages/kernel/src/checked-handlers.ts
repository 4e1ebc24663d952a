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
  if (typeof given === 'object' && given !== null && !isAsync) return withoutAsync(handlers)
  // Nobody waits for it, and it may fail as well.
  if (isAsync) given.catch(() => undefined)
  throw new UsageError({
    code: 'KERNEL_NO_HANDLERS',
    message: `start returned ${isAsync ? 'a promise' : String(given)} instead of an object with onBar, onSlice or other handlers`,
    hint: isAsync ? 'start cannot be async.' : 'Return the handlers: return { onBar() { ... } }.',
  })
}

const AsyncFunction: unknown = (async () => {}).constructor

/** A bar does not wait: what an async handler does after its first `await` would happen when the run is over. */
function withoutAsync(handlers: StrategyHandlers): StrategyHandlers {
  for (const [name, handler] of Object.entries(handlers)) {
    if ((handler as { constructor?: unknown } | undefined)?.constructor !== AsyncFunction) continue
    throw new UsageError({
      code: 'KERNEL_ASYNC_HANDLER',
      message: `${name} is async, but nothing in a run waits for it`,
      hint: 'Do the work in one go: every bar, indicator and order is at hand without await.',
      meta: { handler: name },
    })
  }
  return handlers
}
