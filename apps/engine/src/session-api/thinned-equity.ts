import type { EquityQuery } from '@kestrel/contracts'

/** Equity with how far below its highest point it is, as a fraction of that, 0 or less. */
export interface DrawnEquity {
  readonly timeMs: number
  readonly equity: number
  readonly drawdown: number
}

/**
 * Points of a window, at most as many as asked for, so that a picture of them looks the same: the first and last stay, and of
 * each stretch between the lowest and the highest. The highest point so far counts from the beginning, not from the window.
 */
export function thinnedEquity(
  all: readonly { readonly timeMs: number; readonly equity: number }[],
  { fromMs = -Infinity, toMs = Infinity, points }: EquityQuery,
): readonly DrawnEquity[] {
  let peak = -Infinity
  const drawn = all.flatMap(({ timeMs, equity }) => {
    peak = Math.max(peak, equity)
    return timeMs < fromMs || timeMs >= toMs
      ? []
      : [{ timeMs, equity, drawdown: peak > 0 ? Math.min(0, equity / peak - 1) : 0 }]
  })
  if (drawn.length <= points) return drawn
  const stretches = Math.floor((points - 2) / 2)
  const kept = new Set([0, drawn.length - 1])
  for (let n = 0; n < stretches; n++) {
    const from = 1 + Math.floor((n * (drawn.length - 2)) / stretches)
    const to = 1 + Math.floor(((n + 1) * (drawn.length - 2)) / stretches)
    let [low, high] = [from, from]
    for (let at = from; at < to; at++) {
      if ((drawn[at]?.equity ?? 0) < (drawn[low]?.equity ?? 0)) low = at
      if ((drawn[at]?.equity ?? 0) > (drawn[high]?.equity ?? 0)) high = at
    }
    kept.add(low).add(high)
  }
  return drawn.filter((_, at) => kept.has(at))
}
