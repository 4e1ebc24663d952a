import { defineStrategy, type StrategyContext, type StrategyDefinition, type StrategyHandlers } from '@kestrel/kernel'
import { z } from 'zod'

/** A strategy that does what a test says: `act` at each live bar, counted from 1, and what `handlers` gives beside it. */
export function barActor(
  act: (context: StrategyContext<object>, bar: number) => void,
  handlers: (context: StrategyContext<object>) => Partial<StrategyHandlers> = () => ({}),
): StrategyDefinition {
  return defineStrategy({
    name: 'bar-actor',
    about: 'Does what a test says.',
    params: z.object({}),
    start(context) {
      const series = context.bars(context.instrument, '1m')
      return { onBar: () => act(context, series.length - 10), ...handlers(context) }
    },
  })
}
