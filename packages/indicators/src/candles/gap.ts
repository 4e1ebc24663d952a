/** Three candles about a gap between bodies. What `batch` and `create` take and give is said at {@link CandlePattern}. */
import { candlePattern } from './candle-pattern.ts'
import type { CandleWindow } from './candle-window.ts'

/** Whether the body of the second candle lies beyond that of the first, upwards for 1 and downwards for -1. */
function gapsOn(c: CandleWindow, side: 1 | -1): boolean {
  return side === 1 ? c.bodyGapUp(1, 2) : c.bodyGapDown(1, 2)
}

export const gapThreeMethodsPattern = candlePattern({
  name: 'gapThreeMethods',
  title: 'Upside or downside gap three methods',
  about: 'Two candles of one colour with a gap between their bodies, and a third that closes it.',
  source: 'CDLXSIDEGAP3METHODS of TA-Lib',
  candles: 3,
  judgedBy: 0,
  match: (c) => {
    const side = c.colour(2)
    if (c.colour(1) !== side || c.colour(0) === side || !gapsOn(c, side)) return 0
    const opensInSecond = c.open(0) < c.top(1) && c.open(0) > c.bottom(1)
    return opensInSecond && c.close(0) < c.top(2) && c.close(0) > c.bottom(2) ? side : 0
  },
})
export const { batch: gapThreeMethods, create: createGapThreeMethods } = gapThreeMethodsPattern

export const tasukiGapPattern = candlePattern({
  name: 'tasukiGap',
  title: 'Tasuki gap',
  about: 'A gap between bodies, a candle on its way, and one of like length back into the gap that leaves it open.',
  source: 'CDLTASUKIGAP of TA-Lib',
  candles: 3,
  judgedBy: 5,
  match: (c) => {
    const side = c.colour(1)
    if (c.colour(0) === side || !gapsOn(c, side)) return 0
    if (side * c.open(0) >= side * c.close(1) || side * c.open(0) <= side * c.open(1)) return 0
    const edge = side === 1 ? c.top(2) : c.bottom(2)
    if (side * c.close(0) >= side * c.open(1) || side * c.close(0) <= side * edge) return 0
    return Math.abs(c.body(1) - c.body(0)) < c.threshold('near', 1) ? side : 0
  },
})
export const { batch: tasukiGap, create: createTasukiGap } = tasukiGapPattern

export const sideBySideWhiteLinesPattern = candlePattern({
  name: 'sideBySideWhiteLines',
  title: 'Gap side-by-side white lines',
  about: 'Beyond a gap between bodies two white candles of like length with the same open.',
  source: 'CDLGAPSIDESIDEWHITE of TA-Lib',
  candles: 3,
  judgedBy: 5,
  match: (c) => {
    const isUp = c.bodyGapUp(1, 2) && c.bodyGapUp(0, 2)
    if (!isUp && !(c.bodyGapDown(1, 2) && c.bodyGapDown(0, 2))) return 0
    if (c.isBlack(1) || c.isBlack(0) || !c.areEqual(c.open(0), c.open(1), 1)) return 0
    const near = c.threshold('near', 1)
    if (c.body(0) < c.body(1) - near || c.body(0) > c.body(1) + near) return 0
    return isUp ? 1 : -1
  },
})
export const { batch: sideBySideWhiteLines, create: createSideBySideWhiteLines } = sideBySideWhiteLinesPattern
