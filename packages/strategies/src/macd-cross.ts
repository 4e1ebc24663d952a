import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'
import { directionParam, maySellShort, type Side, takeSide } from './direction.ts'

/**
 * Follows the crossing of the MACD line and its signal line.
 *
 * Long while the MACD line is above its signal line, out (short on a perpetual with `direction=both`) while below. With
 * `filter=zero` a long also needs the MACD line above zero, a short below zero: trades only with the slower trend.
 *
 * Source: Appel, Technical Analysis: Power Tools for Active Investors (2005), chapters 6 to 8.
 */
export const macdCross = defineStrategy({
  name: 'macd-cross',
  about: 'Long while the MACD line is above its signal line, out or short while it is below.',
  positionModes: ['one-way'],
  params: z.object({
    fast: z.number().int().min(2).max(500).default(12).describe('bars in the fast average'),
    slow: z.number().int().min(3).max(2_000).default(26).describe('bars in the slow average'),
    signal: z.number().int().min(2).max(500).default(9).describe('bars in the signal line'),
    filter: z
      .enum(['none', 'zero'])
      .default('none')
      .describe('`zero`: long only while the MACD line is above zero, short only below'),
    direction: directionParam,
    weight: z.number().min(0.05).max(1).default(1).describe('position as a fraction of equity'),
  }),
  valid: ({ fast, slow }) => fast < slow,
  start(context) {
    const { params, instrument, bars, indicator, explain } = context
    const { macd, histogram } = indicator.macd(bars(instrument).close, params.fast, params.slow, params.signal)
    const canShort = maySellShort(instrument, params.direction)
    const filtered = params.filter === 'zero'
    return {
      onBar() {
        if (!histogram.ready) return
        let side: Side = 0
        if (histogram.value > 0 && (!filtered || macd.value > 0)) side = 1
        else if (canShort && histogram.value < 0 && (!filtered || macd.value < 0)) side = -1
        explain({ macd: macd.value, histogram: histogram.value })
        takeSide(context, instrument, side, params.weight, histogram.value > 0 ? 'crossed above' : 'crossed below')
      },
    }
  },
})
