/** Short bodies on or under one long shadow. What `batch` and `create` take and give is said at {@link CandlePattern}. */
import { candlePattern } from './candle-pattern.ts'
import type { CandleWindow } from './candle-window.ts'

/** A short body at the upper end of a candle with a long lower shadow. */
function hangsLow(c: CandleWindow): boolean {
  return c.isShort(0) && c.lowerShadow(0) > c.body(0) && c.isFlatTopped(0)
}

/** A short body at the lower end of a candle with a long upper shadow. */
function standsTall(c: CandleWindow): boolean {
  return c.isShort(0) && c.upperShadow(0) > c.body(0) && c.isFlatBottomed(0)
}

export const hammerPattern = candlePattern({
  name: 'hammer',
  title: 'Hammer',
  about: 'A short body on a long lower shadow, at or below the low before: the fall was bought.',
  source: 'CDLHAMMER of TA-Lib',
  candles: 2,
  judgedBy: 10,
  match: (c) => (hangsLow(c) && c.bottom(0) <= c.low(1) + c.threshold('near', 1) ? 1 : 0),
})
export const { batch: hammer, create: createHammer } = hammerPattern

export const hangingManPattern = candlePattern({
  name: 'hangingMan',
  title: 'Hanging man',
  about: 'The shape of a hammer at or above the high before.',
  source: 'CDLHANGINGMAN of TA-Lib',
  candles: 2,
  judgedBy: 10,
  match: (c) => (hangsLow(c) && c.bottom(0) >= c.high(1) - c.threshold('near', 1) ? -1 : 0),
})
export const { batch: hangingMan, create: createHangingMan } = hangingManPattern

export const invertedHammerPattern = candlePattern({
  name: 'invertedHammer',
  title: 'Inverted hammer',
  about: 'A short body under a long upper shadow, below the body before.',
  source: 'CDLINVERTEDHAMMER of TA-Lib',
  candles: 2,
  judgedBy: 10,
  match: (c) => (standsTall(c) && c.bodyGapDown(0, 1) ? 1 : 0),
})
export const { batch: invertedHammer, create: createInvertedHammer } = invertedHammerPattern

export const shootingStarPattern = candlePattern({
  name: 'shootingStar',
  title: 'Shooting star',
  about: 'A short body under a long upper shadow, above the body before: the rise was sold.',
  source: 'CDLSHOOTINGSTAR of TA-Lib',
  candles: 2,
  judgedBy: 10,
  match: (c) => (standsTall(c) && c.bodyGapUp(0, 1) ? -1 : 0),
})
export const { batch: shootingStar, create: createShootingStar } = shootingStarPattern
