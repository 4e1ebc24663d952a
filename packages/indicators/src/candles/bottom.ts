/** Candles at the end of a fall. What `batch` and `create` take and give is said at {@link CandlePattern}. */
import { candlePattern } from './candle-pattern.ts'

export const threeStarsInTheSouthPattern = candlePattern({
  name: 'threeStarsInTheSouth',
  title: 'Three stars in the south',
  about:
    'Three black candles that shrink upon their lows: a long one with a long lower shadow, a smaller one above its low, a short marubozu within that.',
  source: 'CDL3STARSINSOUTH of TA-Lib',
  candles: 3,
  judgedBy: 10,
  match: (c) => {
    if (c.isWhite(2) || c.isWhite(1) || c.isWhite(0) || c.body(1) >= c.body(2)) return 0
    if (c.open(1) <= c.close(2) || c.open(1) > c.high(2) || c.low(1) >= c.close(2) || c.low(1) < c.low(2)) return 0
    if (c.low(0) <= c.low(1) || c.high(0) >= c.high(1)) return 0
    if (!c.isLong(2) || c.lowerShadow(2) <= c.body(2)) return 0
    if (c.lowerShadow(1) <= c.threshold('shadowVeryShort', 1)) return 0
    return c.isShort(0) && c.isFlatTopped(0) && c.isFlatBottomed(0) ? 1 : 0
  },
})
export const { batch: threeStarsInTheSouth, create: createThreeStarsInTheSouth } = threeStarsInTheSouthPattern

export const concealingBabySwallowPattern = candlePattern({
  name: 'concealingBabySwallow',
  title: 'Concealing baby swallow',
  about:
    'Two black marubozus, a black candle below with a shadow into the second, and a black one that covers it whole.',
  source: 'CDLCONCEALBABYSWALL of TA-Lib',
  candles: 4,
  judgedBy: 10,
  match: (c) => {
    if (c.isWhite(3) || c.isWhite(2) || c.isWhite(1) || c.isWhite(0)) return 0
    if (!c.bodyGapDown(1, 2) || c.high(1) <= c.close(2) || c.high(0) <= c.high(1) || c.low(0) >= c.low(1)) return 0
    if (!c.isFlatTopped(3) || !c.isFlatBottomed(3) || !c.isFlatTopped(2) || !c.isFlatBottomed(2)) return 0
    return c.upperShadow(1) > c.threshold('shadowVeryShort', 1) ? 1 : 0
  },
})
export const { batch: concealingBabySwallow, create: createConcealingBabySwallow } = concealingBabySwallowPattern

export const ladderBottomPattern = candlePattern({
  name: 'ladderBottom',
  title: 'Ladder bottom',
  about:
    'Three black candles with lower opens and closes, a black one with an upper shadow, and a white one above its high.',
  source: 'CDLLADDERBOTTOM of TA-Lib',
  candles: 5,
  judgedBy: 10,
  match: (c) => {
    if (c.isWhite(4) || c.isWhite(3) || c.isWhite(2) || c.isWhite(1) || c.isBlack(0)) return 0
    if (c.open(4) <= c.open(3) || c.open(3) <= c.open(2) || c.close(4) <= c.close(3) || c.close(3) <= c.close(2))
      return 0
    if (c.open(0) <= c.open(1) || c.close(0) <= c.high(1)) return 0
    return c.upperShadow(1) > c.threshold('shadowVeryShort', 1) ? 1 : 0
  },
})
export const { batch: ladderBottom, create: createLadderBottom } = ladderBottomPattern

export const uniqueThreeRiverPattern = candlePattern({
  name: 'uniqueThreeRiver',
  title: 'Unique three river bottom',
  about: 'A long black body, a black one within it that makes a new low, and a short white one above that low.',
  source: 'CDLUNIQUE3RIVER of TA-Lib',
  candles: 3,
  judgedBy: 10,
  match: (c) => {
    if (c.isWhite(2) || c.isWhite(1) || c.isBlack(0)) return 0
    if (c.close(1) <= c.close(2) || c.open(1) > c.open(2) || c.low(1) >= c.low(2) || c.open(0) <= c.low(1)) return 0
    return c.isLong(2) && c.isShort(0) ? 1 : 0
  },
})
export const { batch: uniqueThreeRiver, create: createUniqueThreeRiver } = uniqueThreeRiverPattern
