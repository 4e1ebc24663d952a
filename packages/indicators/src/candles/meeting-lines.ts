/** Candles that share a price. What `batch` and `create` take and give is said at {@link CandlePattern}. */
import { candlePattern } from './candle-pattern.ts'

export const counterattackPattern = candlePattern({
  name: 'counterattack',
  title: 'Counterattack',
  about: 'Two long bodies of different colour with the same close.',
  source: 'CDLCOUNTERATTACK of TA-Lib',
  candles: 2,
  judgedBy: 10,
  match: (c) => {
    if (c.colour(0) === c.colour(1) || !c.isLong(1) || !c.isLong(0)) return 0
    return c.areEqual(c.close(0), c.close(1), 1) ? c.colour(0) : 0
  },
})
export const { batch: counterattack, create: createCounterattack } = counterattackPattern

export const separatingLinesPattern = candlePattern({
  name: 'separatingLines',
  title: 'Separating lines',
  about: 'Two bodies of different colour with the same open, the second long and opened at its extreme.',
  source: 'CDLSEPARATINGLINES of TA-Lib',
  candles: 2,
  judgedBy: 10,
  match: (c) => {
    if (c.colour(0) === c.colour(1) || !c.areEqual(c.open(0), c.open(1), 1) || !c.isLong(0)) return 0
    return (c.isWhite(0) ? c.isFlatBottomed(0) : c.isFlatTopped(0)) ? c.colour(0) : 0
  },
})
export const { batch: separatingLines, create: createSeparatingLines } = separatingLinesPattern

export const matchingLowPattern = candlePattern({
  name: 'matchingLow',
  title: 'Matching low',
  about: 'Two black candles with the same close.',
  source: 'CDLMATCHINGLOW of TA-Lib',
  candles: 2,
  judgedBy: 5,
  match: (c) => (c.isBlack(1) && c.isBlack(0) && c.areEqual(c.close(0), c.close(1), 1) ? 1 : 0),
})
export const { batch: matchingLow, create: createMatchingLow } = matchingLowPattern

export const stickSandwichPattern = candlePattern({
  name: 'stickSandwich',
  title: 'Stick sandwich',
  about: 'Two black candles with the same close around a white one that trades above it.',
  source: 'CDLSTICKSANDWICH of TA-Lib',
  candles: 3,
  judgedBy: 5,
  match: (c) => {
    if (c.isWhite(2) || c.isBlack(1) || c.isWhite(0) || c.low(1) <= c.close(2)) return 0
    return c.areEqual(c.close(0), c.close(2), 2) ? 1 : 0
  },
})
export const { batch: stickSandwich, create: createStickSandwich } = stickSandwichPattern

export const tweezersPattern = candlePattern({
  name: 'tweezers',
  title: 'Tweezers',
  about:
    'A turn at a level that held twice: black then white on the same low (1), or white then black under the same high (-1).',
  source: 'Nison, Japanese Candlestick Charting Techniques (1991), chapter 6; equal as in TA-Lib',
  candles: 2,
  judgedBy: 5,
  match: (c) => {
    if (c.isBlack(1) && c.isWhite(0)) return c.areEqual(c.low(0), c.low(1), 1) ? 1 : 0
    return c.isWhite(1) && c.isBlack(0) && c.areEqual(c.high(0), c.high(1), 1) ? -1 : 0
  },
})
export const { batch: tweezers, create: createTweezers } = tweezersPattern
