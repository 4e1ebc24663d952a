/** Marubozus that turn across a gap. What `batch` and `create` take and give is said at {@link CandlePattern}. */
import { candlePattern } from './candle-pattern.ts'
import type { CandleWindow } from './candle-window.ts'

/** Two marubozus, the second away from the first on the side of its colour. */
function kicks(c: CandleWindow): boolean {
  const isApart = c.isWhite(0) ? c.isBlack(1) && c.low(0) > c.high(1) : c.isWhite(1) && c.high(0) < c.low(1)
  return isApart && isMarubozu(c, 1) && isMarubozu(c, 0)
}

function isMarubozu(c: CandleWindow, ago: number): boolean {
  return c.isLong(ago) && c.isFlatTopped(ago) && c.isFlatBottomed(ago)
}

export const kickingPattern = candlePattern({
  name: 'kicking',
  title: 'Kicking',
  about: 'Two marubozus of different colour with a gap between them. The sign is the colour of the second.',
  source: 'CDLKICKING of TA-Lib',
  candles: 2,
  judgedBy: 10,
  match: (c) => (kicks(c) ? c.colour(0) : 0),
})
export const { batch: kicking, create: createKicking } = kickingPattern

export const kickingByLengthPattern = candlePattern({
  name: 'kickingByLength',
  title: 'Kicking by length',
  about: 'Kicking, with the sign of the longer of the two.',
  source: 'CDLKICKINGBYLENGTH of TA-Lib',
  candles: 2,
  judgedBy: 10,
  match: (c) => (kicks(c) ? c.colour(c.body(0) > c.body(1) ? 0 : 1) : 0),
})
export const { batch: kickingByLength, create: createKickingByLength } = kickingByLengthPattern
