/** Candles without a body. What `batch` and `create` take and give is said at {@link CandlePattern}. */
import { candlePattern } from './candle-pattern.ts'

export const dojiPattern = candlePattern({
  name: 'doji',
  title: 'Doji',
  about: 'A body of next to nothing: neither side won. 1 says that it is there, not where the price goes.',
  source: 'CDLDOJI of TA-Lib',
  candles: 1,
  judgedBy: 10,
  match: (c) => (c.isDoji(0) ? 1 : 0),
})
export const { batch: doji, create: createDoji } = dojiPattern

export const dragonflyDojiPattern = candlePattern({
  name: 'dragonflyDoji',
  title: 'Dragonfly doji',
  about: 'A doji with a lower shadow and none above.',
  source: 'CDLDRAGONFLYDOJI of TA-Lib',
  candles: 1,
  judgedBy: 10,
  match: (c) => (c.isDoji(0) && c.isFlatTopped(0) && c.lowerShadow(0) > c.threshold('shadowVeryShort', 0) ? 1 : 0),
})
export const { batch: dragonflyDoji, create: createDragonflyDoji } = dragonflyDojiPattern

export const gravestoneDojiPattern = candlePattern({
  name: 'gravestoneDoji',
  title: 'Gravestone doji',
  about: 'A doji with an upper shadow and none below. 1 as in TA-Lib, although it is read as bearish after a rise.',
  source: 'CDLGRAVESTONEDOJI of TA-Lib',
  candles: 1,
  judgedBy: 10,
  match: (c) => (c.isDoji(0) && c.isFlatBottomed(0) && c.upperShadow(0) > c.threshold('shadowVeryShort', 0) ? 1 : 0),
})
export const { batch: gravestoneDoji, create: createGravestoneDoji } = gravestoneDojiPattern

export const longLeggedDojiPattern = candlePattern({
  name: 'longLeggedDoji',
  title: 'Long-legged doji',
  about: 'A doji with a shadow longer than its body.',
  source: 'CDLLONGLEGGEDDOJI of TA-Lib',
  candles: 1,
  judgedBy: 10,
  match: (c) => (c.isDoji(0) && (c.lowerShadow(0) > c.body(0) || c.upperShadow(0) > c.body(0)) ? 1 : 0),
})
export const { batch: longLeggedDoji, create: createLongLeggedDoji } = longLeggedDojiPattern

export const rickshawManPattern = candlePattern({
  name: 'rickshawMan',
  title: 'Rickshaw man',
  about: 'A doji with two long shadows whose body lies near the middle of its range.',
  source: 'CDLRICKSHAWMAN of TA-Lib',
  candles: 1,
  judgedBy: 10,
  match: (c) => {
    if (!c.isDoji(0) || c.lowerShadow(0) <= c.body(0) || c.upperShadow(0) <= c.body(0)) return 0
    const middle = c.low(0) + (c.high(0) - c.low(0)) / 2
    const near = c.threshold('near', 0)
    return c.bottom(0) <= middle + near && c.top(0) >= middle - near ? 1 : 0
  },
})
export const { batch: rickshawMan, create: createRickshawMan } = rickshawManPattern

export const takuriPattern = candlePattern({
  name: 'takuri',
  title: 'Takuri',
  about: 'A dragonfly doji whose lower shadow is very long.',
  source: 'CDLTAKURI of TA-Lib',
  candles: 1,
  judgedBy: 10,
  match: (c) => (c.isDoji(0) && c.isFlatTopped(0) && c.lowerShadow(0) > c.threshold('shadowVeryLong', 0) ? 1 : 0),
})
export const { batch: takuri, create: createTakuri } = takuriPattern
