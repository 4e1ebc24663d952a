import {
  camarillaPivotsScheme,
  classicPivotsScheme,
  fibonacciPivotsScheme,
  woodiePivotsScheme,
} from './structure/pivots.ts'
import { adfIndicator } from './statistics/adf.ts'
import { autocorrelationIndicator } from './statistics/autocorrelation.ts'
import { fractalsIndicator } from './structure/fractals.ts'
import { halfLifeIndicator } from './statistics/half-life.ts'
import { hurstIndicator } from './statistics/hurst.ts'
import { kpssIndicator } from './statistics/kpss.ts'
import { permutationEntropyIndicator } from './statistics/permutation-entropy.ts'
import { rollingBetaIndicator } from './statistics/rolling-beta.ts'
import { shannonEntropyIndicator } from './statistics/shannon-entropy.ts'
import { zigZagIndicator } from './structure/zig-zag.ts'
import {
  dojiPattern,
  dragonflyDojiPattern,
  gravestoneDojiPattern,
  longLeggedDojiPattern,
  rickshawManPattern,
  takuriPattern,
} from './candles/doji.ts'
import {
  beltHoldPattern,
  closingMarubozuPattern,
  highWavePattern,
  longLinePattern,
  marubozuPattern,
  shortLinePattern,
  spinningTopPattern,
} from './candles/single-line.ts'
import { adLineIndicator } from './volume/ad-line.ts'
import { bipowerVariationIndicator } from './volatility/bipower-variation.ts'
import { chaikinOscillatorIndicator } from './volume/chaikin-oscillator.ts'
import { cmfIndicator } from './volume/cmf.ts'
import { eomIndicator } from './volume/eom.ts'
import { forceIndexIndicator } from './volume/force-index.ts'
import { garmanKlassIndicator } from './volatility/garman-klass.ts'
import { hammerPattern, hangingManPattern, invertedHammerPattern, shootingStarPattern } from './candles/hammer.ts'
import { engulfingPattern, threeOutsidePattern } from './candles/engulfing.ts'
import { haramiCrossPattern, haramiPattern, homingPigeonPattern, threeInsidePattern } from './candles/harami.ts'
import {
  abandonedBabyPattern,
  dojiStarPattern,
  eveningDojiStarPattern,
  eveningStarPattern,
  morningDojiStarPattern,
  morningStarPattern,
  triStarPattern,
} from './candles/star.ts'
import {
  darkCloudCoverPattern,
  inNeckPattern,
  onNeckPattern,
  piercingLinePattern,
  thrustingPattern,
} from './candles/cover.ts'
import {
  counterattackPattern,
  matchingLowPattern,
  separatingLinesPattern,
  stickSandwichPattern,
  tweezersPattern,
} from './candles/meeting-lines.ts'
import { kickingByLengthPattern, kickingPattern } from './candles/kicking.ts'
import {
  identicalThreeCrowsPattern,
  threeBlackCrowsPattern,
  twoCrowsPattern,
  upsideGapTwoCrowsPattern,
} from './candles/crows.ts'
import { advanceBlockPattern, stalledPatternPattern, threeWhiteSoldiersPattern } from './candles/soldiers.ts'
import {
  breakawayPattern,
  matHoldPattern,
  risingFallingThreeMethodsPattern,
  threeLineStrikePattern,
} from './candles/continuation.ts'
import { gapThreeMethodsPattern, sideBySideWhiteLinesPattern, tasukiGapPattern } from './candles/gap.ts'
import {
  concealingBabySwallowPattern,
  ladderBottomPattern,
  threeStarsInTheSouthPattern,
  uniqueThreeRiverPattern,
} from './candles/bottom.ts'
import { heikinAshiIndicator } from './candles/heikin-ashi.ts'
import { adxIndicator } from './trend/adx.ts'
import { atrIndicator } from './volatility/atr.ts'
import { bollingerIndicator } from './volatility/bollinger.ts'
import { correlationIndicator } from './statistics/correlation.ts'
import { cumulativeVwapIndicator } from './volume/cumulative-vwap.ts'
import type { IndicatorDefinition, Numbers } from './definition.ts'
import { donchianIndicator } from './trend/donchian.ts'
import { emaFromFirstIndicator } from './average/ema-from-first.ts'
import { emaIndicator } from './average/ema.ts'
import { historicalVolatilityIndicator } from './volatility/historical-volatility.ts'
import { keltnerIndicator } from './volatility/keltner.ts'
import { macdIndicator } from './momentum/macd.ts'
import { mfiIndicator } from './volume/mfi.ts'
import { momentumIndicator } from './momentum/momentum.ts'
import { obvIndicator } from './volume/obv.ts'
import { parkinsonIndicator } from './volatility/parkinson.ts'
import { rocIndicator } from './momentum/roc.ts'
import { rogersSatchellIndicator } from './volatility/rogers-satchell.ts'
import { rollingMaxIndicator } from './statistics/rolling-max.ts'
import { rollingMinIndicator } from './statistics/rolling-min.ts'
import { rsiIndicator } from './momentum/rsi.ts'
import { sessionVwapBandsIndicator } from './volume/session-vwap-bands.ts'
import { sessionVwapIndicator } from './volume/session-vwap.ts'
import { smaIndicator } from './average/sma.ts'
import { stddevIndicator } from './statistics/stddev.ts'
import { stochasticIndicator } from './momentum/stochastic.ts'
import { superTrendIndicator } from './trend/super-trend.ts'
import { trueRangeIndicator } from './volatility/true-range.ts'
import { volumeProfileIndicator } from './volume/volume-profile.ts'
import { vwapIndicator } from './volume/vwap.ts'
import { wmaIndicator } from './average/wma.ts'
import { yangZhangIndicator } from './volatility/yang-zhang.ts'
import { zscoreIndicator } from './statistics/zscore.ts'
import { demaIndicator } from './average/dema.ts'
import { temaIndicator } from './average/tema.ts'
import { t3Indicator } from './average/t3.ts'
import { hmaIndicator } from './average/hma.ts'
import { kamaIndicator } from './average/kama.ts'
import { zlemaIndicator } from './average/zlema.ts'
import { vwmaIndicator } from './average/vwma.ts'
import { almaIndicator } from './average/alma.ts'
import { stochRsiIndicator } from './momentum/stoch-rsi.ts'
import { ppoIndicator } from './momentum/ppo.ts'
import { cciIndicator } from './momentum/cci.ts'
import { williamsRIndicator } from './momentum/williams-r.ts'
import { cmoIndicator } from './momentum/cmo.ts'
import { cmoWilderIndicator } from './momentum/cmo-wilder.ts'
import { tsiIndicator } from './momentum/tsi.ts'
import { awesomeOscillatorIndicator } from './momentum/awesome-oscillator.ts'
import { ultimateOscillatorIndicator } from './momentum/ultimate-oscillator.ts'
import { fisherIndicator } from './momentum/fisher.ts'
import { coppockIndicator } from './momentum/coppock.ts'
import { kstIndicator } from './momentum/kst.ts'
import { choppinessIndicator } from './momentum/choppiness.ts'
import { aroonIndicator } from './trend/aroon.ts'
import { vortexIndicator } from './trend/vortex.ts'
import { parabolicSarIndicator } from './trend/parabolic-sar.ts'
import { ichimokuIndicator } from './trend/ichimoku.ts'
import { chandelierExitIndicator } from './trend/chandelier-exit.ts'
import { linearRegressionIndicator } from './trend/linear-regression.ts'
import { natrIndicator } from './volatility/natr.ts'

/** Every indicator by name. What is listed here is offered to strategies and covered by the contract suite. */
export const INDICATORS = Object.freeze({
  abandonedBaby: abandonedBabyPattern.definition,
  adf: adfIndicator,
  adLine: adLineIndicator,
  advanceBlock: advanceBlockPattern.definition,
  adx: adxIndicator,
  alma: almaIndicator,
  aroon: aroonIndicator,
  atr: atrIndicator,
  autocorrelation: autocorrelationIndicator,
  awesomeOscillator: awesomeOscillatorIndicator,
  beltHold: beltHoldPattern.definition,
  bipowerVariation: bipowerVariationIndicator,
  bollinger: bollingerIndicator,
  breakaway: breakawayPattern.definition,
  cci: cciIndicator,
  chaikinOscillator: chaikinOscillatorIndicator,
  chandelierExit: chandelierExitIndicator,
  choppiness: choppinessIndicator,
  closingMarubozu: closingMarubozuPattern.definition,
  cmf: cmfIndicator,
  cmo: cmoIndicator,
  cmoWilder: cmoWilderIndicator,
  concealingBabySwallow: concealingBabySwallowPattern.definition,
  coppock: coppockIndicator,
  correlation: correlationIndicator,
  counterattack: counterattackPattern.definition,
  cumulativeVwap: cumulativeVwapIndicator,
  darkCloudCover: darkCloudCoverPattern.definition,
  dema: demaIndicator,
  doji: dojiPattern.definition,
  dojiStar: dojiStarPattern.definition,
  donchian: donchianIndicator,
  dragonflyDoji: dragonflyDojiPattern.definition,
  ema: emaIndicator,
  emaFromFirst: emaFromFirstIndicator,
  engulfing: engulfingPattern.definition,
  eom: eomIndicator,
  eveningDojiStar: eveningDojiStarPattern.definition,
  eveningStar: eveningStarPattern.definition,
  fisher: fisherIndicator,
  forceIndex: forceIndexIndicator,
  gapThreeMethods: gapThreeMethodsPattern.definition,
  garmanKlass: garmanKlassIndicator,
  gravestoneDoji: gravestoneDojiPattern.definition,
  halfLife: halfLifeIndicator,
  hammer: hammerPattern.definition,
  hangingMan: hangingManPattern.definition,
  harami: haramiPattern.definition,
  haramiCross: haramiCrossPattern.definition,
  heikinAshi: heikinAshiIndicator,
  highWave: highWavePattern.definition,
  historicalVolatility: historicalVolatilityIndicator,
  hma: hmaIndicator,
  homingPigeon: homingPigeonPattern.definition,
  hurst: hurstIndicator,
  ichimoku: ichimokuIndicator,
  identicalThreeCrows: identicalThreeCrowsPattern.definition,
  inNeck: inNeckPattern.definition,
  invertedHammer: invertedHammerPattern.definition,
  kama: kamaIndicator,
  keltner: keltnerIndicator,
  kicking: kickingPattern.definition,
  kickingByLength: kickingByLengthPattern.definition,
  kpss: kpssIndicator,
  kst: kstIndicator,
  ladderBottom: ladderBottomPattern.definition,
  linearRegression: linearRegressionIndicator,
  longLeggedDoji: longLeggedDojiPattern.definition,
  longLine: longLinePattern.definition,
  macd: macdIndicator,
  marubozu: marubozuPattern.definition,
  matchingLow: matchingLowPattern.definition,
  matHold: matHoldPattern.definition,
  mfi: mfiIndicator,
  momentum: momentumIndicator,
  morningDojiStar: morningDojiStarPattern.definition,
  morningStar: morningStarPattern.definition,
  natr: natrIndicator,
  obv: obvIndicator,
  onNeck: onNeckPattern.definition,
  parabolicSar: parabolicSarIndicator,
  parkinson: parkinsonIndicator,
  permutationEntropy: permutationEntropyIndicator,
  piercingLine: piercingLinePattern.definition,
  ppo: ppoIndicator,
  rickshawMan: rickshawManPattern.definition,
  risingFallingThreeMethods: risingFallingThreeMethodsPattern.definition,
  roc: rocIndicator,
  rogersSatchell: rogersSatchellIndicator,
  rollingBeta: rollingBetaIndicator,
  rollingMax: rollingMaxIndicator,
  rollingMin: rollingMinIndicator,
  rsi: rsiIndicator,
  separatingLines: separatingLinesPattern.definition,
  sessionVwap: sessionVwapIndicator,
  sessionVwapBands: sessionVwapBandsIndicator,
  shannonEntropy: shannonEntropyIndicator,
  shootingStar: shootingStarPattern.definition,
  shortLine: shortLinePattern.definition,
  sideBySideWhiteLines: sideBySideWhiteLinesPattern.definition,
  sma: smaIndicator,
  spinningTop: spinningTopPattern.definition,
  stalledPattern: stalledPatternPattern.definition,
  stddev: stddevIndicator,
  stickSandwich: stickSandwichPattern.definition,
  stochastic: stochasticIndicator,
  stochRsi: stochRsiIndicator,
  superTrend: superTrendIndicator,
  t3: t3Indicator,
  takuri: takuriPattern.definition,
  tasukiGap: tasukiGapPattern.definition,
  tema: temaIndicator,
  threeBlackCrows: threeBlackCrowsPattern.definition,
  threeInside: threeInsidePattern.definition,
  threeLineStrike: threeLineStrikePattern.definition,
  threeOutside: threeOutsidePattern.definition,
  threeStarsInTheSouth: threeStarsInTheSouthPattern.definition,
  threeWhiteSoldiers: threeWhiteSoldiersPattern.definition,
  thrusting: thrustingPattern.definition,
  triStar: triStarPattern.definition,
  trueRange: trueRangeIndicator,
  tsi: tsiIndicator,
  tweezers: tweezersPattern.definition,
  twoCrows: twoCrowsPattern.definition,
  ultimateOscillator: ultimateOscillatorIndicator,
  uniqueThreeRiver: uniqueThreeRiverPattern.definition,
  upsideGapTwoCrows: upsideGapTwoCrowsPattern.definition,
  volumeProfile: volumeProfileIndicator,
  vortex: vortexIndicator,
  vwap: vwapIndicator,
  vwma: vwmaIndicator,
  williamsR: williamsRIndicator,
  wma: wmaIndicator,
  yangZhang: yangZhangIndicator,
  zlema: zlemaIndicator,
  zscore: zscoreIndicator,
  camarillaPivots: camarillaPivotsScheme.definition,
  classicPivots: classicPivotsScheme.definition,
  fibonacciPivots: fibonacciPivotsScheme.definition,
  fractals: fractalsIndicator,
  woodiePivots: woodiePivotsScheme.definition,
  zigZag: zigZagIndicator,
} as const) satisfies Readonly<Record<string, IndicatorDefinition>>

type Registry = typeof INDICATORS

/** Names of all indicators, as literals. */
export type IndicatorName = keyof Registry
/** Inputs of an indicator, as a tuple of literals: `['high', 'low', 'close']`. */
export type IndicatorInputs<Name extends IndicatorName> = Registry[Name]['inputs']
/** Names of an indicator's outputs, as a tuple of literals: `['macd', 'signal', 'histogram']`. */
export type IndicatorOutputs<Name extends IndicatorName> = Registry[Name]['outputs']
/** Names of an indicator's parameters, as a union of literals. */
export type IndicatorParamName<Name extends IndicatorName> = Registry[Name]['params'][number]['name']
/** One number for each parameter of an indicator, in order. */
export type IndicatorParamValues<Name extends IndicatorName> = Numbers<Registry[Name]['params']>
