import type { Feed } from './feed.ts'
import type { Listener } from './listener.ts'
import type { ClosedBar } from './series-view.ts'
import type { StrategyHandlers } from './strategy.ts'

/** One callback of an instant: `onBar` for a feed, or `onSlice` where there is no feed. */
export interface Dispatch extends Listener {
  /** Index of the feed's group; -1 where there is no feed. */
  readonly groupIndex: number
  readonly bar: ClosedBar | undefined
}

/** Callbacks in the order of an instant, leaving out those that nobody listens to. */
export function dispatchOrder(
  feeds: readonly Feed[],
  groupIndex: (feed: Feed) => number,
  handlers: readonly StrategyHandlers[],
  strategies: readonly string[],
): Dispatch[] {
  const length = (feed: Feed): number => (feed.columns.closeTimeMs[0] ?? 0) - (feed.columns.openTimeMs[0] ?? 0)
  const ordered = feeds.toSorted((a, b) => a.instrumentIndex - b.instrumentIndex || length(a) - length(b))
  const entry = (strategyIndex: number, feed: Feed | undefined): Dispatch => ({
    groupIndex: feed === undefined ? -1 : groupIndex(feed),
    bar: feed?.bar,
    instrumentId: feed?.instrument.id,
    strategyIndex,
    strategy: strategies[strategyIndex] as string,
    handlers: handlers[strategyIndex] as StrategyHandlers,
  })
  const bars = ordered.flatMap((feed) => feed.subscribers.map((strategyIndex) => entry(strategyIndex, feed)))
  const slices = handlers.map((_, strategyIndex) => entry(strategyIndex, undefined))
  return [
    ...bars.filter((each) => each.handlers.onBar !== undefined),
    ...slices.filter((each) => each.handlers.onSlice !== undefined),
  ]
}
