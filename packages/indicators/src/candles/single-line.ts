/** Patterns of one candle with a body. What `batch` and `create` take and give is said at {@link CandlePattern}. */
import { candlePattern } from './candle-pattern.ts'
import type { CandleWindow } from './candle-window.ts'

/** Whether both shadows of the newest candle are shorter than half of what is usual for the two together. */
function hasShortShadows(c: CandleWindow): boolean {
  const short = c.threshold('shadowShort', 0)
  return c.upperShadow(0) < short && c.lowerShadow(0) < short
}

export const beltHoldPattern = candlePattern({
  name: 'beltHold',
  title: 'Belt hold',
  about: 'A long candle that opens at its extreme: at the low and rises, or at the high and falls.',
  source: 'CDLBELTHOLD of TA-Lib',
  candles: 1,
  judgedBy: 10,
  match: (c) => (c.isLong(0) && (c.isWhite(0) ? c.isFlatBottomed(0) : c.isFlatTopped(0)) ? c.colour(0) : 0),
})
export const { batch: beltHold, create: createBeltHold } = beltHoldPattern

export const closingMarubozuPattern = candlePattern({
  name: 'closingMarubozu',
  title: 'Closing marubozu',
  about: 'A long candle that closes at its extreme: at the high and rose, or at the low and fell.',
  source: 'CDLCLOSINGMARUBOZU of TA-Lib',
  candles: 1,
  judgedBy: 10,
  match: (c) => (c.isLong(0) && (c.isWhite(0) ? c.isFlatTopped(0) : c.isFlatBottomed(0)) ? c.colour(0) : 0),
})
export const { batch: closingMarubozu, create: createClosingMarubozu } = closingMarubozuPattern

export const marubozuPattern = candlePattern({
  name: 'marubozu',
  title: 'Marubozu',
  about: 'A long candle without shadows.',
  source: 'CDLMARUBOZU of TA-Lib',
  candles: 1,
  judgedBy: 10,
  match: (c) => (c.isLong(0) && c.isFlatTopped(0) && c.isFlatBottomed(0) ? c.colour(0) : 0),
})
export const { batch: marubozu, create: createMarubozu } = marubozuPattern

export const longLinePattern = candlePattern({
  name: 'longLine',
  title: 'Long line',
  about: 'A long candle with short shadows.',
  source: 'CDLLONGLINE of TA-Lib',
  candles: 1,
  judgedBy: 10,
  match: (c) => (c.isLong(0) && hasShortShadows(c) ? c.colour(0) : 0),
})
export const { batch: longLine, create: createLongLine } = longLinePattern

export const shortLinePattern = candlePattern({
  name: 'shortLine',
  title: 'Short line',
  about: 'A short candle with short shadows.',
  source: 'CDLSHORTLINE of TA-Lib',
  candles: 1,
  judgedBy: 10,
  match: (c) => (c.isShort(0) && hasShortShadows(c) ? c.colour(0) : 0),
})
export const { batch: shortLine, create: createShortLine } = shortLinePattern

export const spinningTopPattern = candlePattern({
  name: 'spinningTop',
  title: 'Spinning top',
  about: 'A short candle with both shadows longer than its body. The sign is its colour.',
  source: 'CDLSPINNINGTOP of TA-Lib',
  candles: 1,
  judgedBy: 10,
  match: (c) => (c.isShort(0) && c.upperShadow(0) > c.body(0) && c.lowerShadow(0) > c.body(0) ? c.colour(0) : 0),
})
export const { batch: spinningTop, create: createSpinningTop } = spinningTopPattern

export const highWavePattern = candlePattern({
  name: 'highWave',
  title: 'High wave',
  about: 'A short candle with both shadows longer than twice its body. The sign is its colour.',
  source: 'CDLHIGHWAVE of TA-Lib',
  candles: 1,
  judgedBy: 10,
  match: (c) => {
    if (!c.isShort(0)) return 0
    const veryLong = c.threshold('shadowVeryLong', 0)
    return c.upperShadow(0) > veryLong && c.lowerShadow(0) > veryLong ? c.colour(0) : 0
  },
})
export const { batch: highWave, create: createHighWave } = highWavePattern
