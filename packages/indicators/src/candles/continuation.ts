/** Pauses and blows within a run of candles. What `batch` and `create` take and give is said at {@link CandlePattern}. */
import { candlePattern, penetrationParam } from './candle-pattern.ts'

export const risingFallingThreeMethodsPattern = candlePattern({
  name: 'risingFallingThreeMethods',
  title: 'Rising or falling three methods',
  about: 'Three short candles back into the range of a long one, and a long one that takes up its way.',
  source: 'CDLRISEFALL3METHODS of TA-Lib',
  candles: 5,
  judgedBy: 10,
  match: (c) => {
    const side = c.colour(4)
    if (c.colour(3) === side || c.colour(2) === side || c.colour(1) === side || c.colour(0) !== side) return 0
    if (!(side * c.close(2) < side * c.close(3) && side * c.close(1) < side * c.close(2))) return 0
    if (!(side * c.open(0) > side * c.close(1) && side * c.close(0) > side * c.close(4))) return 0
    if (!c.isLong(4) || !c.isLong(0)) return 0
    for (let k = 3; k >= 1; k--) {
      if (c.bottom(k) >= c.high(4) || c.top(k) <= c.low(4) || !c.isShort(k)) return 0
    }
    return side
  },
})
export const { batch: risingFallingThreeMethods, create: createRisingFallingThreeMethods } =
  risingFallingThreeMethodsPattern

export const matHoldPattern = candlePattern({
  name: 'matHold',
  title: 'Mat hold',
  about:
    'Above a long white body three short candles that give back less than half of it, and a white one to new highs.',
  source: 'CDLMATHOLD of TA-Lib',
  candles: 5,
  judgedBy: 10,
  params: penetrationParam(0.5),
  match: (c, penetration) => {
    if (c.isBlack(4) || c.isWhite(3) || c.isBlack(0) || !c.bodyGapUp(3, 4)) return 0
    const floor = c.close(4) - c.body(4) * penetration
    if (c.bottom(2) >= c.close(4) || c.bottom(1) >= c.close(4) || c.bottom(2) <= floor || c.bottom(1) <= floor) return 0
    if (c.top(2) >= c.open(3) || c.top(1) >= c.top(2)) return 0
    if (c.open(0) <= c.close(1) || c.close(0) <= Math.max(c.high(3), c.high(2), c.high(1))) return 0
    return c.isLong(4) && c.isShort(3) && c.isShort(2) && c.isShort(1) ? 1 : 0
  },
})
export const { batch: matHold, create: createMatHold } = matHoldPattern

export const breakawayPattern = candlePattern({
  name: 'breakaway',
  title: 'Breakaway',
  about: 'After a long body and a gap two candles further on, and a last one that closes back in the gap.',
  source: 'CDLBREAKAWAY of TA-Lib',
  candles: 5,
  judgedBy: 10,
  match: (c) => {
    const side = c.colour(0)
    if (c.colour(4) === side || c.colour(3) === side || c.colour(1) === side) return 0
    if (side === 1 ? !c.bodyGapDown(3, 4) : !c.bodyGapUp(3, 4)) return 0
    for (let k = 2; k >= 1; k--) {
      if (side * c.high(k) >= side * c.high(k + 1) || side * c.low(k) >= side * c.low(k + 1)) return 0
    }
    const closesInGap = side * c.close(0) > side * c.open(3) && side * c.close(0) < side * c.close(4)
    return closesInGap && c.isLong(4) ? side : 0
  },
})
export const { batch: breakaway, create: createBreakaway } = breakawayPattern

export const threeLineStrikePattern = candlePattern({
  name: 'threeLineStrike',
  title: 'Three-line strike',
  about: 'Three candles of one colour on their way, and one that takes back all three. The sign is that of the three.',
  source: 'CDL3LINESTRIKE of TA-Lib',
  candles: 4,
  judgedBy: 5,
  match: (c) => {
    const side = c.colour(1)
    if (c.colour(3) !== side || c.colour(2) !== side || c.colour(0) === side) return 0
    if (side * c.close(1) <= side * c.close(2) || side * c.close(2) <= side * c.close(3)) return 0
    if (side * c.open(0) <= side * c.close(1) || side * c.close(0) >= side * c.open(3)) return 0
    for (let k = 2; k >= 1; k--) {
      const near = c.threshold('near', k + 1)
      if (c.open(k) < c.bottom(k + 1) - near || c.open(k) > c.top(k + 1) + near) return 0
    }
    return side
  },
})
export const { batch: threeLineStrike, create: createThreeLineStrike } = threeLineStrikePattern
