/** Candles that open beyond a long body and come back to it. What `batch` and `create` take and give is said at {@link CandlePattern}. */
import { candlePattern, penetrationParam } from './candle-pattern.ts'
import type { CandleWindow } from './candle-window.ts'

/** A long black body, and a white one that opens below its low. */
function opensBelow(c: CandleWindow): boolean {
  return c.isBlack(1) && c.isWhite(0) && c.open(0) < c.low(1) && c.isLong(1)
}

export const piercingLinePattern = candlePattern({
  name: 'piercingLine',
  title: 'Piercing line',
  about: 'After a long black body a long white one that opens below its low and closes in its upper half.',
  source: 'CDLPIERCING of TA-Lib',
  candles: 2,
  judgedBy: 10,
  match: (c) => {
    if (!opensBelow(c) || !c.isLong(0)) return 0
    return c.close(0) < c.open(1) && c.close(0) > c.close(1) + c.body(1) * 0.5 ? 1 : 0
  },
})
export const { batch: piercingLine, create: createPiercingLine } = piercingLinePattern

export const darkCloudCoverPattern = candlePattern({
  name: 'darkCloudCover',
  title: 'Dark cloud cover',
  about: 'After a long white body a black one that opens above its high and closes well into it.',
  source: 'CDLDARKCLOUDCOVER of TA-Lib',
  candles: 2,
  judgedBy: 10,
  params: penetrationParam(0.5),
  match: (c, penetration) => {
    if (c.isBlack(1) || c.isWhite(0) || c.open(0) <= c.high(1) || !c.isLong(1)) return 0
    return c.close(0) > c.open(1) && c.close(0) < c.close(1) - c.body(1) * penetration ? -1 : 0
  },
})
export const { batch: darkCloudCover, create: createDarkCloudCover } = darkCloudCoverPattern

export const thrustingPattern = candlePattern({
  name: 'thrusting',
  title: 'Thrusting',
  about: 'After a long black body a white one from below its low that closes in its lower half: too weak to turn.',
  source: 'CDLTHRUSTING of TA-Lib',
  candles: 2,
  judgedBy: 10,
  match: (c) => {
    if (!opensBelow(c)) return 0
    const isAbove = c.close(0) > c.close(1) + c.threshold('equal', 1)
    return isAbove && c.close(0) <= c.close(1) + c.body(1) * 0.5 ? -1 : 0
  },
})
export const { batch: thrusting, create: createThrusting } = thrustingPattern

export const inNeckPattern = candlePattern({
  name: 'inNeck',
  title: 'In-neck',
  about: 'After a long black body a white one from below its low that closes at its close or just above.',
  source: 'CDLINNECK of TA-Lib',
  candles: 2,
  judgedBy: 10,
  match: (c) => {
    if (!opensBelow(c) || c.close(0) < c.close(1)) return 0
    return c.close(0) <= c.close(1) + c.threshold('equal', 1) ? -1 : 0
  },
})
export const { batch: inNeck, create: createInNeck } = inNeckPattern

export const onNeckPattern = candlePattern({
  name: 'onNeck',
  title: 'On-neck',
  about: 'After a long black body a white one from below its low that closes at that low.',
  source: 'CDLONNECK of TA-Lib',
  candles: 2,
  judgedBy: 10,
  match: (c) => (opensBelow(c) && c.areEqual(c.close(0), c.low(1), 1) ? -1 : 0),
})
export const { batch: onNeck, create: createOnNeck } = onNeckPattern
