/** Three white candles in a row. What `batch` and `create` take and give is said at {@link CandlePattern}. */
import { candlePattern } from './candle-pattern.ts'
import type { CandleWindow } from './candle-window.ts'

/** Three white candles that close higher each time. */
function risesThrice(c: CandleWindow): boolean {
  return c.isWhite(2) && c.isWhite(1) && c.isWhite(0) && c.close(0) > c.close(1) && c.close(1) > c.close(2)
}

/** Whether a candle opens within the white body before it, or near above. */
function opensNearBody(c: CandleWindow, ago: number): boolean {
  const before = ago + 1
  return c.open(ago) > c.open(before) && c.open(ago) <= c.close(before) + c.threshold('near', before)
}

/** Whether the second or third candle lost length, or gained an upper shadow while becoming shorter. */
function weakens(c: CandleWindow): boolean {
  const far2 = c.body(2) - c.threshold('far', 2)
  if (c.body(1) < far2 && c.body(0) < c.body(1) + c.threshold('near', 1)) return true
  if (c.body(0) < c.body(1) - c.threshold('far', 1)) return true
  if (c.body(0) >= c.body(1)) return false
  if (c.upperShadow(0) > c.body(0)) return true
  const isShrinking = c.body(1) < c.body(2)
  const hasShadow = c.upperShadow(0) > c.threshold('shadowShort', 0) || c.upperShadow(1) > c.threshold('shadowShort', 1)
  return isShrinking && hasShadow
}

export const threeWhiteSoldiersPattern = candlePattern({
  name: 'threeWhiteSoldiers',
  title: 'Three white soldiers',
  about:
    'Three white candles that open in or near the body before and close at their highs, each higher and none much shorter.',
  source: 'CDL3WHITESOLDIERS of TA-Lib',
  candles: 3,
  judgedBy: 10,
  match: (c) => {
    if (!risesThrice(c) || !c.isFlatTopped(2) || !c.isFlatTopped(1) || !c.isFlatTopped(0)) return 0
    if (!opensNearBody(c, 1) || !opensNearBody(c, 0)) return 0
    const holdsLength = c.body(1) > c.body(2) - c.threshold('far', 2) && c.body(0) > c.body(1) - c.threshold('far', 1)
    return holdsLength && c.body(0) > c.threshold('bodyShort', 0) ? 1 : 0
  },
})
export const { batch: threeWhiteSoldiers, create: createThreeWhiteSoldiers } = threeWhiteSoldiersPattern

export const advanceBlockPattern = candlePattern({
  name: 'advanceBlock',
  title: 'Advance block',
  about: 'Three white candles that rise with less and less strength: shorter bodies or longer upper shadows.',
  source: 'CDLADVANCEBLOCK of TA-Lib',
  candles: 3,
  judgedBy: 10,
  match: (c) => {
    if (!risesThrice(c) || !opensNearBody(c, 1) || !opensNearBody(c, 0) || !c.isLong(2)) return 0
    return c.upperShadow(2) < c.threshold('shadowShort', 2) && weakens(c) ? -1 : 0
  },
})
export const { batch: advanceBlock, create: createAdvanceBlock } = advanceBlockPattern

export const stalledPatternPattern = candlePattern({
  name: 'stalledPattern',
  title: 'Stalled pattern',
  about: 'Two long white candles, and a short one that rides on the shoulder of the second.',
  source: 'CDLSTALLEDPATTERN of TA-Lib',
  candles: 3,
  judgedBy: 10,
  match: (c) => {
    if (!risesThrice(c) || !c.isLong(2) || !c.isLong(1) || !c.isFlatTopped(1) || !opensNearBody(c, 1)) return 0
    return c.isShort(0) && c.open(0) >= c.close(1) - c.body(0) - c.threshold('near', 1) ? -1 : 0
  },
})
export const { batch: stalledPattern, create: createStalledPattern } = stalledPatternPattern
