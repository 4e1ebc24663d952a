/** Black candles at the end of a rise. What `batch` and `create` take and give is said at {@link CandlePattern}. */
import { candlePattern } from './candle-pattern.ts'
import type { CandleWindow } from './candle-window.ts'

/** Three black candles that close lower each time, at their lows. */
function fallsThrice(c: CandleWindow): boolean {
  if (c.isWhite(2) || c.isWhite(1) || c.isWhite(0) || c.close(2) <= c.close(1) || c.close(1) <= c.close(0)) return false
  return c.isFlatBottomed(2) && c.isFlatBottomed(1) && c.isFlatBottomed(0)
}

/** Whether a candle opens within the black body before it. */
function opensInBody(c: CandleWindow, ago: number): boolean {
  return c.open(ago) < c.open(ago + 1) && c.open(ago) > c.close(ago + 1)
}

export const threeBlackCrowsPattern = candlePattern({
  name: 'threeBlackCrows',
  title: 'Three black crows',
  about:
    'Under the high of a white candle three black ones that open in the body before and close at their lows, each lower.',
  source: 'CDL3BLACKCROWS of TA-Lib',
  candles: 4,
  judgedBy: 10,
  match: (c) => {
    if (c.isBlack(3) || !fallsThrice(c) || c.high(3) <= c.close(2)) return 0
    return opensInBody(c, 1) && opensInBody(c, 0) ? -1 : 0
  },
})
export const { batch: threeBlackCrows, create: createThreeBlackCrows } = threeBlackCrowsPattern

export const identicalThreeCrowsPattern = candlePattern({
  name: 'identicalThreeCrows',
  title: 'Identical three crows',
  about: 'Three black candles that close at their lows, each opening at the close before.',
  source: 'CDLIDENTICAL3CROWS of TA-Lib',
  candles: 3,
  judgedBy: 10,
  match: (c) =>
    fallsThrice(c) && c.areEqual(c.open(1), c.close(2), 2) && c.areEqual(c.open(0), c.close(1), 1) ? -1 : 0,
})
export const { batch: identicalThreeCrows, create: createIdenticalThreeCrows } = identicalThreeCrowsPattern

export const twoCrowsPattern = candlePattern({
  name: 'twoCrows',
  title: 'Two crows',
  about: 'Above a long white body a black one, and a second black one that opens in it and closes in the white one.',
  source: 'CDL2CROWS of TA-Lib',
  candles: 3,
  judgedBy: 10,
  match: (c) => {
    if (c.isBlack(2) || c.isWhite(1) || c.isWhite(0) || !c.bodyGapUp(1, 2) || !opensInBody(c, 0)) return 0
    return c.close(0) > c.open(2) && c.close(0) < c.close(2) && c.isLong(2) ? -1 : 0
  },
})
export const { batch: twoCrows, create: createTwoCrows } = twoCrowsPattern

export const upsideGapTwoCrowsPattern = candlePattern({
  name: 'upsideGapTwoCrows',
  title: 'Upside gap two crows',
  about: 'Above a long white body a short black one, and a second that covers it and still closes above the white one.',
  source: 'CDLUPSIDEGAP2CROWS of TA-Lib',
  candles: 3,
  judgedBy: 10,
  match: (c) => {
    if (c.isBlack(2) || c.isWhite(1) || c.isWhite(0) || !c.bodyGapUp(1, 2)) return 0
    if (c.open(0) <= c.open(1) || c.close(0) >= c.close(1) || c.close(0) <= c.close(2)) return 0
    return c.isLong(2) && c.body(1) <= c.threshold('bodyShort', 1) ? -1 : 0
  },
})
export const { batch: upsideGapTwoCrows, create: createUpsideGapTwoCrows } = upsideGapTwoCrowsPattern
