/** Bodies within the body before. What `batch` and `create` take and give is said at {@link CandlePattern}. */
import { candlePattern } from './candle-pattern.ts'
import type { CandleWindow } from './candle-window.ts'

/** Whether the newest body lies within the one before; ends may be equal. */
function liesWithin(c: CandleWindow): boolean {
  return c.top(0) <= c.top(1) && c.bottom(0) >= c.bottom(1)
}

export const haramiPattern = candlePattern({
  name: 'harami',
  title: 'Harami',
  about: 'A short body within the long body before. Ends may be equal.',
  source: 'CDLHARAMI of TA-Lib',
  candles: 2,
  judgedBy: 10,
  match: (c) => (c.isLong(1) && c.body(0) <= c.threshold('bodyShort', 0) && liesWithin(c) ? -c.colour(1) : 0),
})
export const { batch: harami, create: createHarami } = haramiPattern

export const haramiCrossPattern = candlePattern({
  name: 'haramiCross',
  title: 'Harami cross',
  about: 'A doji within the long body before. Ends may be equal.',
  source: 'CDLHARAMICROSS of TA-Lib',
  candles: 2,
  judgedBy: 10,
  match: (c) => (c.isLong(1) && c.isDoji(0) && liesWithin(c) ? -c.colour(1) : 0),
})
export const { batch: haramiCross, create: createHaramiCross } = haramiCrossPattern

export const homingPigeonPattern = candlePattern({
  name: 'homingPigeon',
  title: 'Homing pigeon',
  about: 'A short black body within the long black body before.',
  source: 'CDLHOMINGPIGEON of TA-Lib',
  candles: 2,
  judgedBy: 10,
  match: (c) => {
    if (c.isWhite(1) || c.isWhite(0) || !c.isLong(1) || c.body(0) > c.threshold('bodyShort', 0)) return 0
    return c.open(0) < c.open(1) && c.close(0) > c.close(1) ? 1 : 0
  },
})
export const { batch: homingPigeon, create: createHomingPigeon } = homingPigeonPattern

export const threeInsidePattern = candlePattern({
  name: 'threeInside',
  title: 'Three inside up or down',
  about: 'A harami and a close beyond the open of the long body.',
  source: 'CDL3INSIDE of TA-Lib',
  candles: 3,
  judgedBy: 10,
  match: (c) => {
    const side = c.colour(0)
    if (side === c.colour(2) || side * (c.close(0) - c.open(2)) <= 0) return 0
    if (c.top(1) >= c.top(2) || c.bottom(1) <= c.bottom(2)) return 0
    return c.isLong(2) && c.body(1) <= c.threshold('bodyShort', 1) ? side : 0
  },
})
export const { batch: threeInside, create: createThreeInside } = threeInsidePattern
