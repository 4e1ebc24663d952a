import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'
import { directionParam, maySellShort, sideOf, takeSide } from './direction.ts'

/**
 * Trades back towards the middle of the Bollinger bands.
 *
 * Buys after a close below the lower band (with `direction=both` sells a perpetual short above the upper one) and leaves
 * when the close is back at the middle, when it is `stop` deviations of the entry beyond the entry price, or when time is
 * up. `minWidth` leaves out bands so narrow that the way back does not pay the costs. After a stop or a time exit the close
 * must be inside the bands again before the next entry.
 *
 * Source: Bollinger, Bollinger on Bollinger Bands (2001), for the bands; traded against, as in Lento, Gradojevic and Wright,
 * Investment Information Content in Bollinger Bands?, Applied Financial Economics Letters 3 (2007).
 */
export const bollingerReversion = defineStrategy({
  name: 'bollinger-reversion',
  about: 'Long after a close below the lower Bollinger band, out at the middle, at the stop or when time is up.',
  positionModes: ['one-way'],
  params: z.object({
    period: z.number().int().min(3).max(2_000).default(20).describe('bars in the bands'),
    entry: z.number().min(0.5).max(5).default(2).describe('deviations from the middle to enter at'),
    exit: z.number().min(-2).max(2).default(0).describe('deviations from the middle to leave at, on the entry side'),
    stop: z
      .number()
      .min(0.5)
      .max(20)
      .default(3)
      .describe('loss at which it gives up, in deviations at the entry from the entry price'),
    maxBars: z.number().int().min(1).max(5_000).default(40).describe('longest holding time, in bars'),
    minWidth: z
      .number()
      .min(0)
      .max(0.5)
      .default(0)
      .describe('least distance from the middle to the entry, a fraction of the price'),
    direction: directionParam,
    weight: z.number().min(0.05).max(1).default(1).describe('position as a fraction of equity'),
  }),
  valid: ({ entry, exit }) => exit < entry,
  start(context) {
    const { params, instrument, bars, indicator, position, explain, plot } = context
    const { close } = bars(instrument)
    const middle = indicator.sma(close, params.period)
    const deviation = indicator.stddev(close, params.period)
    const canShort = maySellShort(instrument, params.direction)
    let heldBars = 0
    let entryDeviation = Number.NaN
    let armed = true
    return {
      onBar() {
        if (!deviation.ready || !(deviation.value > 0)) return
        const score = (close.value - middle.value) / deviation.value
        plot('deviations', score)
        if (Math.abs(score) < params.entry) armed = true
        const side = sideOf(position(instrument))
        if (side === 0) {
          heldBars = 0
          const wideEnough = params.entry * deviation.value >= params.minWidth * close.value
          const isBeyond = score <= -params.entry || (canShort && score >= params.entry)
          if (!armed || !wideEnough || !isBeyond) return
          entryDeviation = deviation.value
          explain({ score, middle: middle.value, deviation: deviation.value })
          takeSide(context, instrument, score < 0 ? 1 : -1, params.weight, 'outside the band')
          return
        }
        heldBars++
        const entryPrice = position(instrument).entryPrice ?? close.value
        const loss = side * (entryPrice - close.value)
        let reason: string | undefined
        if (-side * score <= params.exit) reason = 'back at the middle'
        else if (loss >= params.stop * entryDeviation) reason = 'stop'
        else if (heldBars >= params.maxBars) reason = 'time is up'
        if (reason === undefined) return
        if (reason !== 'back at the middle') armed = false
        explain({ score, heldBars })
        takeSide(context, instrument, 0, params.weight, reason)
      },
    }
  },
})
