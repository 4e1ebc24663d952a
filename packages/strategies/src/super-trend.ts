import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'
import { directionParam, maySellShort, type Side, takeSide } from './direction.ts'

/**
 * Follows the SuperTrend: a stop some average true ranges away that only moves with the trend and turns when the close
 * crosses it.
 *
 * The indicator has to begin somewhere and calls its first direction a fall, so nothing is traded until it has turned
 * once. The turn is decided at a close; no stop order rests at the venue.
 *
 * Source: Seban, Tout le monde merite d'etre riche (2008); the recursion is that of `ta.supertrend` of Pine Script.
 */
export const superTrend = defineStrategy({
  name: 'super-trend',
  about: 'Long while the close is above the SuperTrend line, out or short after it has closed below.',
  positionModes: ['one-way'],
  params: z.object({
    period: z.number().int().min(2).max(500).default(10).describe('bars in the average true range'),
    multiplier: z.number().min(0.5).max(20).default(3).describe('average true ranges from the price to the line'),
    direction: directionParam,
    weight: z.number().min(0.05).max(1).default(1).describe('position as a fraction of equity'),
  }),
  start(context) {
    const { params, instrument, bars, indicator, explain, plot } = context
    const trend = indicator.superTrend(bars(instrument), params.period, params.multiplier)
    const down: Side = maySellShort(instrument, params.direction) ? -1 : 0
    let hasTurned = false
    return {
      onBar({ close }) {
        const { value, previous } = trend.direction
        if (Number.isNaN(value)) return
        if (!hasTurned) hasTurned = !Number.isNaN(previous) && value !== previous
        if (!hasTurned) return
        plot('line', trend.line.value)
        explain({ close, line: trend.line.value })
        takeSide(context, instrument, value === 1 ? 1 : down, params.weight, value === 1 ? 'turned up' : 'turned down')
      },
    }
  },
})
