/** Candles that stand apart from a long body and what follows them. What `batch` and `create` take and give is said at {@link CandlePattern}. */
import { candlePattern, penetrationParam } from './candle-pattern.ts'
import type { CandleWindow } from './candle-window.ts'

/** A long black body, and two candles on a white one that closes beyond a fraction of it and is not short. */
function turnsUp(c: CandleWindow, penetration: number): boolean {
  if (c.isWhite(2) || c.isBlack(0) || c.close(0) <= c.close(2) + c.body(2) * penetration) return false
  return c.isLong(2) && c.body(0) > c.threshold('bodyShort', 0)
}

/** The mirror image of {@link turnsUp}. */
function turnsDown(c: CandleWindow, penetration: number): boolean {
  if (c.isBlack(2) || c.isWhite(0) || c.close(0) >= c.close(2) - c.body(2) * penetration) return false
  return c.isLong(2) && c.body(0) > c.threshold('bodyShort', 0)
}

export const morningStarPattern = candlePattern({
  name: 'morningStar',
  title: 'Morning star',
  about: 'A long black body, a short one below it, and a white one that closes well into the first.',
  source: 'CDLMORNINGSTAR of TA-Lib',
  candles: 3,
  judgedBy: 10,
  params: penetrationParam(0.3),
  match: (c, penetration) =>
    turnsUp(c, penetration) && c.bodyGapDown(1, 2) && c.body(1) <= c.threshold('bodyShort', 1) ? 1 : 0,
})
export const { batch: morningStar, create: createMorningStar } = morningStarPattern

export const morningDojiStarPattern = candlePattern({
  name: 'morningDojiStar',
  title: 'Morning doji star',
  about: 'A morning star whose middle is a doji.',
  source: 'CDLMORNINGDOJISTAR of TA-Lib',
  candles: 3,
  judgedBy: 10,
  params: penetrationParam(0.3),
  match: (c, penetration) => (turnsUp(c, penetration) && c.bodyGapDown(1, 2) && c.isDoji(1) ? 1 : 0),
})
export const { batch: morningDojiStar, create: createMorningDojiStar } = morningDojiStarPattern

export const eveningStarPattern = candlePattern({
  name: 'eveningStar',
  title: 'Evening star',
  about: 'A long white body, a short one above it, and a black one that closes well into the first.',
  source: 'CDLEVENINGSTAR of TA-Lib',
  candles: 3,
  judgedBy: 10,
  params: penetrationParam(0.3),
  match: (c, penetration) =>
    turnsDown(c, penetration) && c.bodyGapUp(1, 2) && c.body(1) <= c.threshold('bodyShort', 1) ? -1 : 0,
})
export const { batch: eveningStar, create: createEveningStar } = eveningStarPattern

export const eveningDojiStarPattern = candlePattern({
  name: 'eveningDojiStar',
  title: 'Evening doji star',
  about: 'An evening star whose middle is a doji.',
  source: 'CDLEVENINGDOJISTAR of TA-Lib',
  candles: 3,
  judgedBy: 10,
  params: penetrationParam(0.3),
  match: (c, penetration) => (turnsDown(c, penetration) && c.bodyGapUp(1, 2) && c.isDoji(1) ? -1 : 0),
})
export const { batch: eveningDojiStar, create: createEveningDojiStar } = eveningDojiStarPattern

export const abandonedBabyPattern = candlePattern({
  name: 'abandonedBaby',
  title: 'Abandoned baby',
  about: 'A doji star whose whole range lies apart from its neighbours.',
  source: 'CDLABANDONEDBABY of TA-Lib',
  candles: 3,
  judgedBy: 10,
  params: penetrationParam(0.3),
  match: (c, penetration) => {
    if (turnsUp(c, penetration)) return c.high(1) < c.low(2) && c.low(0) > c.high(1) && c.isDoji(1) ? 1 : 0
    if (turnsDown(c, penetration)) return c.low(1) > c.high(2) && c.high(0) < c.low(1) && c.isDoji(1) ? -1 : 0
    return 0
  },
})
export const { batch: abandonedBaby, create: createAbandonedBaby } = abandonedBabyPattern

export const dojiStarPattern = candlePattern({
  name: 'dojiStar',
  title: 'Doji star',
  about: 'A doji beyond the long body before: a rise or fall that stops.',
  source: 'CDLDOJISTAR of TA-Lib',
  candles: 2,
  judgedBy: 10,
  match: (c) => {
    const isBeyond = c.isWhite(1) ? c.bodyGapUp(0, 1) : c.bodyGapDown(0, 1)
    return isBeyond && c.isLong(1) && c.isDoji(0) ? -c.colour(1) : 0
  },
})
export const { batch: dojiStar, create: createDojiStar } = dojiStarPattern

export const triStarPattern = candlePattern({
  name: 'triStar',
  title: 'Tri-star',
  about: 'Three dojis of which the middle one lies beyond the others. All three are judged at the first.',
  source: 'CDLTRISTAR of TA-Lib',
  candles: 3,
  judgedBy: 10,
  match: (c) => {
    const small = c.threshold('bodyDoji', 2)
    if (c.body(2) > small || c.body(1) > small || c.body(0) > small) return 0
    if (c.bodyGapUp(1, 2) && c.top(0) < c.top(1)) return -1
    return c.bodyGapDown(1, 2) && c.bottom(0) > c.bottom(1) ? 1 : 0
  },
})
export const { batch: triStar, create: createTriStar } = triStarPattern
