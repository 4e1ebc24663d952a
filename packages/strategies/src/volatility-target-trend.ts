import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'
import { barsPerYear } from './bars-per-year.ts'
import { EwmaVolatility } from './ewma-volatility.ts'

/**
 * Follows the trend with a position whose expected volatility is constant.
 *
 * The sign comes from the close against its long average, or from the return over the same bars; the size is
 * `targetVolatility / volatility`, at most `maxWeight`. It is changed only when it is off by `band`, at a change of sign
 * and to leave, since each small correction costs fees. Shorts need `short` and an instrument that can be sold short.
 *
 * Source: Moskowitz, Ooi and Pedersen, Time Series Momentum, Journal of Financial Economics 104 (2012); Moreira and Muir,
 * Volatility-Managed Portfolios, Journal of Finance 72 (2017).
 */
export const volatilityTargetTrend = defineStrategy({
  name: 'volatility-target-trend',
  about: 'Long in a rising trend (short in a falling one where allowed), sized to a constant volatility.',
  positionModes: ['one-way'],
  params: z.object({
    trend: z
      .enum(['average', 'momentum'])
      .default('average')
      .describe('what tells the trend: close against its average, or the return over the same bars'),
    trendBars: z.number().int().min(2).max(5_000).default(200).describe('bars in the trend'),
    volatility: z
      .enum(['ewma', 'historical'])
      .default('ewma')
      .describe('exponentially weighted, or the plain deviation of log returns'),
    volatilityBars: z
      .number()
      .int()
      .min(2)
      .max(2_000)
      .default(60)
      .describe('span or window of the volatility, in bars'),
    targetVolatility: z.number().min(0.01).max(2).default(0.3).describe('wanted annual volatility, a fraction'),
    maxWeight: z.number().min(0.05).max(5).default(1).describe('largest position as a fraction of equity'),
    band: z.number().min(0).max(1).default(0.1).describe('least change of weight that is traded, a fraction of equity'),
    short: z.boolean().default(false).describe('sell short in a falling trend; perpetuals only'),
  }),
  start({ params, instrument, timeframe, bars, indicator, account, position, unitValue, target, explain }) {
    const { close } = bars(instrument)
    const perYear = barsPerYear(timeframe)
    const average = indicator.sma(close, params.trendBars)
    const historical = indicator.historicalVolatility(close, params.volatilityBars, perYear)
    const ewma = new EwmaVolatility(params.volatilityBars, perYear)
    const downWeight = params.short && instrument.kind === 'perpetual' ? -1 : 0
    return {
      onBar() {
        const smoothed = ewma.update(close.value)
        const volatility = params.volatility === 'ewma' ? smoothed : historical.value
        const reference = params.trend === 'average' ? average.value : close.at(params.trendBars)
        if (Number.isNaN(volatility) || Number.isNaN(reference)) return
        const sign = close.value > reference ? 1 : downWeight
        const size =
          volatility > 0 ? Math.min(params.maxWeight, params.targetVolatility / volatility) : params.maxWeight
        const weight = sign * size
        const held = (position(instrument).quantity * unitValue(instrument)) / account.equity
        const leavesOrTurns = weight === 0 || Math.sign(weight) !== Math.sign(held)
        if (!leavesOrTurns && Math.abs(weight - held) < params.band) return
        explain({ volatility, reference, close: close.value, weight, held })
        if (weight === 0) target(instrument, 0, { tag: 'trend ended' })
        else target(instrument, { weight }, { tag: 'trend' })
      },
    }
  },
})
