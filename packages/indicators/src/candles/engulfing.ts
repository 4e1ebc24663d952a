/** Bodies that cover the body before. What `batch` and `create` take and give is said at {@link CandlePattern}. */
import { candlePattern } from './candle-pattern.ts'

export const engulfingPattern = candlePattern({
  name: 'engulfing',
  title: 'Engulfing',
  about: 'A body that covers the body before, of the other colour. One of the two ends may be equal.',
  source: 'CDLENGULFING of TA-Lib',
  candles: 2,
  judgedBy: 0,
  match: (c) => {
    if (c.colour(0) === c.colour(1)) return 0
    const covers = c.top(0) >= c.top(1) && c.bottom(0) <= c.bottom(1)
    const isLarger = c.top(0) > c.top(1) || c.bottom(0) < c.bottom(1)
    return covers && isLarger ? c.colour(0) : 0
  },
})
export const { batch: engulfing, create: createEngulfing } = engulfingPattern

export const threeOutsidePattern = candlePattern({
  name: 'threeOutside',
  title: 'Three outside up or down',
  about: 'An engulfing pattern and a close that goes on its way.',
  source: 'CDL3OUTSIDE of TA-Lib',
  candles: 3,
  judgedBy: 0,
  match: (c) => {
    const side = c.colour(1)
    if (side === c.colour(2) || c.top(1) <= c.top(2) || c.bottom(1) >= c.bottom(2)) return 0
    return side * (c.close(0) - c.close(1)) > 0 ? side : 0
  },
})
export const { batch: threeOutside, create: createThreeOutside } = threeOutsidePattern
