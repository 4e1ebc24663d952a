export { adx, type AdxColumns, createAdx } from './trend/adx.ts'
export { atr, createAtr } from './volatility/atr.ts'
export { bollinger, type BollingerColumns, createBollinger } from './volatility/bollinger.ts'
export { correlation, createCorrelation } from './statistics/correlation.ts'
export { createCumulativeVwap, cumulativeVwap } from './volume/cumulative-vwap.ts'
export { defineIndicator, type IndicatorDefinition } from './definition.ts'
export { createDonchian, donchian, type DonchianColumns } from './trend/donchian.ts'
export { createEmaFromFirst, emaFromFirst } from './average/ema-from-first.ts'
export { createEma, ema } from './average/ema.ts'
export {
  DegenerateSeriesError,
  InputShapeError,
  InvalidInputError,
  InvalidParameterError,
  InvalidPeriodError,
  NoBarToReplaceError,
  SeriesTooShortError,
} from './errors.ts'
export { createHistoricalVolatility, historicalVolatility } from './volatility/historical-volatility.ts'
export { createKeltner, keltner, type KeltnerColumns } from './volatility/keltner.ts'
export { createMacd, macd, type MacdColumns } from './momentum/macd.ts'
export { createMomentum, momentum } from './momentum/momentum.ts'
export { type NamedStream, openStream, type StreamOf, type StreamValue } from './named-stream.ts'
export { createObv, obv } from './volume/obv.ts'
export { integerParam, numberParam, type ParamDefinition, periodParam } from './parameters.ts'
export {
  type IndicatorInputs,
  type IndicatorName,
  type IndicatorOutputs,
  type IndicatorParamName,
  type IndicatorParamValues,
  INDICATORS,
} from './registry.ts'
export { createRoc, roc } from './momentum/roc.ts'
export { createRollingMax, rollingMax } from './statistics/rolling-max.ts'
export { createRollingMin, rollingMin } from './statistics/rolling-min.ts'
export { createRsi, rsi } from './momentum/rsi.ts'
export type { Domain, InputName } from './series.ts'
export { createSessionVwap, sessionVwap } from './volume/session-vwap.ts'
export { createSma, sma } from './average/sma.ts'
export { createStddev, stddev } from './statistics/stddev.ts'
export { createStochastic, stochastic, type StochasticColumns } from './momentum/stochastic.ts'
export type { IndicatorState, IndicatorStream } from './stream.ts'
export { createSuperTrend, superTrend, type SuperTrendColumns } from './trend/super-trend.ts'
export { createTrueRange, trueRange } from './volatility/true-range.ts'
export { createVwap, vwap } from './volume/vwap.ts'
export { createWma, wma } from './average/wma.ts'
export { createZscore, zscore } from './statistics/zscore.ts'
export { createDema, dema } from './average/dema.ts'
export { createTema, tema } from './average/tema.ts'
export { createT3, t3 } from './average/t3.ts'
export { createHma, hma } from './average/hma.ts'
export { createKama, kama } from './average/kama.ts'
export { createZlema, zlema } from './average/zlema.ts'
export { createVwma, vwma } from './average/vwma.ts'
export { alma, createAlma } from './average/alma.ts'
export {
  createDoji,
  createDragonflyDoji,
  createGravestoneDoji,
  createLongLeggedDoji,
  createRickshawMan,
  createTakuri,
  doji,
  dragonflyDoji,
  gravestoneDoji,
  longLeggedDoji,
  rickshawMan,
  takuri,
} from './candles/doji.ts'
export {
  beltHold,
  closingMarubozu,
  createBeltHold,
  createClosingMarubozu,
  createHighWave,
  createLongLine,
  createMarubozu,
  createShortLine,
  createSpinningTop,
  highWave,
  longLine,
  marubozu,
  shortLine,
  spinningTop,
} from './candles/single-line.ts'
export {
  createHammer,
  createHangingMan,
  createInvertedHammer,
  createShootingStar,
  hammer,
  hangingMan,
  invertedHammer,
  shootingStar,
} from './candles/hammer.ts'
export { createEngulfing, createThreeOutside, engulfing, threeOutside } from './candles/engulfing.ts'
export {
  createHarami,
  createHaramiCross,
  createHomingPigeon,
  createThreeInside,
  harami,
  haramiCross,
  homingPigeon,
  threeInside,
} from './candles/harami.ts'
export {
  abandonedBaby,
  createAbandonedBaby,
  createDojiStar,
  createEveningDojiStar,
  createEveningStar,
  createMorningDojiStar,
  createMorningStar,
  createTriStar,
  dojiStar,
  eveningDojiStar,
  eveningStar,
  morningDojiStar,
  morningStar,
  triStar,
} from './candles/star.ts'
export {
  createDarkCloudCover,
  createInNeck,
  createOnNeck,
  createPiercingLine,
  createThrusting,
  darkCloudCover,
  inNeck,
  onNeck,
  piercingLine,
  thrusting,
} from './candles/cover.ts'
export {
  counterattack,
  createCounterattack,
  createMatchingLow,
  createSeparatingLines,
  createStickSandwich,
  createTweezers,
  matchingLow,
  separatingLines,
  stickSandwich,
  tweezers,
} from './candles/meeting-lines.ts'
export { createKicking, createKickingByLength, kicking, kickingByLength } from './candles/kicking.ts'
export {
  createIdenticalThreeCrows,
  createThreeBlackCrows,
  createTwoCrows,
  createUpsideGapTwoCrows,
  identicalThreeCrows,
  threeBlackCrows,
  twoCrows,
  upsideGapTwoCrows,
} from './candles/crows.ts'
export {
  advanceBlock,
  createAdvanceBlock,
  createStalledPattern,
  createThreeWhiteSoldiers,
  stalledPattern,
  threeWhiteSoldiers,
} from './candles/soldiers.ts'
export {
  breakaway,
  createBreakaway,
  createMatHold,
  createRisingFallingThreeMethods,
  createThreeLineStrike,
  matHold,
  risingFallingThreeMethods,
  threeLineStrike,
} from './candles/continuation.ts'
export {
  createGapThreeMethods,
  createSideBySideWhiteLines,
  createTasukiGap,
  gapThreeMethods,
  sideBySideWhiteLines,
  tasukiGap,
} from './candles/gap.ts'
export {
  concealingBabySwallow,
  createConcealingBabySwallow,
  createLadderBottom,
  createThreeStarsInTheSouth,
  createUniqueThreeRiver,
  ladderBottom,
  threeStarsInTheSouth,
  uniqueThreeRiver,
} from './candles/bottom.ts'
export { createHeikinAshi, heikinAshi, type HeikinAshiColumns } from './candles/heikin-ashi.ts'
export type { CandlePattern } from './candles/candle-pattern.ts'
export { createMfi, mfi } from './volume/mfi.ts'
export { adLine, createAdLine } from './volume/ad-line.ts'
export { chaikinOscillator, createChaikinOscillator } from './volume/chaikin-oscillator.ts'
export { cmf, createCmf } from './volume/cmf.ts'
export { createForceIndex, forceIndex } from './volume/force-index.ts'
export { createEom, eom } from './volume/eom.ts'
export { createSessionVwapBands, sessionVwapBands, type SessionVwapBandsColumns } from './volume/session-vwap-bands.ts'
export { createVolumeProfile, volumeProfile, type VolumeProfileColumns } from './volume/volume-profile.ts'
export { createParkinson, parkinson } from './volatility/parkinson.ts'
export { createGarmanKlass, garmanKlass } from './volatility/garman-klass.ts'
export { createRogersSatchell, rogersSatchell } from './volatility/rogers-satchell.ts'
export { createYangZhang, yangZhang } from './volatility/yang-zhang.ts'
export {
  bipowerVariation,
  type BipowerVariationColumns,
  createBipowerVariation,
} from './volatility/bipower-variation.ts'
export { createStochRsi, stochRsi, type StochRsiColumns } from './momentum/stoch-rsi.ts'
export { createPpo, ppo, type PpoColumns } from './momentum/ppo.ts'
export { cci, createCci } from './momentum/cci.ts'
export { createWilliamsR, williamsR } from './momentum/williams-r.ts'
export { cmo, createCmo } from './momentum/cmo.ts'
export { cmoWilder, createCmoWilder } from './momentum/cmo-wilder.ts'
export { createTsi, tsi, type TsiColumns } from './momentum/tsi.ts'
export { awesomeOscillator, createAwesomeOscillator } from './momentum/awesome-oscillator.ts'
export { createUltimateOscillator, ultimateOscillator } from './momentum/ultimate-oscillator.ts'
export { createFisher, fisher, type FisherColumns } from './momentum/fisher.ts'
export { coppock, createCoppock } from './momentum/coppock.ts'
export { createKst, kst, type KstColumns } from './momentum/kst.ts'
export { choppiness, createChoppiness } from './momentum/choppiness.ts'
export { aroon, type AroonColumns, createAroon } from './trend/aroon.ts'
export { createVortex, vortex, type VortexColumns } from './trend/vortex.ts'
export { createParabolicSar, parabolicSar, type ParabolicSarColumns } from './trend/parabolic-sar.ts'
export { createIchimoku, ichimoku, type IchimokuColumns } from './trend/ichimoku.ts'
export { chandelierExit, type ChandelierExitColumns, createChandelierExit } from './trend/chandelier-exit.ts'
export { createLinearRegression, linearRegression, type LinearRegressionColumns } from './trend/linear-regression.ts'
export { createNatr, natr } from './volatility/natr.ts'
export { createFractals, type FractalColumns, fractals } from './structure/fractals.ts'
export {
  camarillaPivots,
  classicPivots,
  createCamarillaPivots,
  createClassicPivots,
  createFibonacciPivots,
  createWoodiePivots,
  fibonacciPivots,
  woodiePivots,
} from './structure/pivots.ts'
export type { PivotLevels } from './structure/pivot-levels.ts'
export { type BrickSize, renko, type RenkoBrick, RenkoBuilder, type RenkoColumns } from './structure/renko.ts'
export { createZigZag, zigZag, type ZigZagColumns } from './structure/zig-zag.ts'
export { autocorrelation, createAutocorrelation } from './statistics/autocorrelation.ts'
export { createRollingBeta, rollingBeta, type RollingBetaColumns } from './statistics/rolling-beta.ts'
export { createHalfLife, halfLife, type HalfLifeColumns } from './statistics/half-life.ts'
export { createHurst, hurst } from './statistics/hurst.ts'
export { createShannonEntropy, shannonEntropy } from './statistics/shannon-entropy.ts'
export { createPermutationEntropy, permutationEntropy } from './statistics/permutation-entropy.ts'
export { adf, type AdfColumns, createAdf } from './statistics/adf.ts'
export { createKpss, kpss, type KpssColumns } from './statistics/kpss.ts'
export { adfTest, type AdfTestOptions, type AdfTestResult, type LagChoice } from './stationarity/adf-test.ts'
export { type KpssLagChoice, kpssTest, type KpssTestOptions, type KpssTestResult } from './stationarity/kpss-test.ts'
export type { KpssTrend } from './stationarity/kpss-statistic.ts'
export type { CriticalValues, Trend } from './stationarity/trend.ts'
export { engleGranger, type EngleGrangerOptions, type EngleGrangerResult } from './cointegration/engle-granger.ts'
export {
  type Deterministic,
  johansen,
  type JohansenOptions,
  type JohansenRankTest,
  type JohansenResult,
} from './cointegration/johansen.ts'
