import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'
import { directionParam, maySellShort, type Side, takeSide } from './direction.ts'

/**
 * Follows the crossing of two exponential averages, with a band that keeps it from turning at every touch.
 *
 * Long once the fast average is more than `band` above the slow one, out (short on a perpetual with `direction=both`) once
 * it is more than `band` below; inside the band it stays as it is. The position is not adjusted while it is held.
 *
 * Source: Murphy, Technical Analysis of the Financial Markets (1999), chapter 9, for the crossing; the band is that of
 * Brock, Lakonishok and LeBaron, Simple Technical Trading Rules and the Stochastic Properties of Stock Returns, Journal
 * of Finance 47 (1992).
 */
export const emaCross = defineStrategy({
  name: 'ema-cross',
  about: 'Long while the fast exponential average is above the slow one by a band, out or short while below.',
  positionModes: ['one-way'],
  params: z.object({
    fast: z.number().int().min(2).max(1_000).default(20).describe('bars in the fast average'),
    slow: z.number().int().min(3).max(5_000).default(50).describe('bars in the slow average'),
    band: z
      .number()
      .min(0)
      .max(0.1)
      .default(0)
      .describe('how far the fast average must be beyond the slow one to turn, a fraction of it'),
    direction: directionParam,
    weight: z.number().min(0.05).max(1).default(1).describe('position as a fraction of equity'),
  }),
  valid: ({ fast, slow }) => fast < slow,
  start(context) {
    const { params, instrument, bars, indicator, explain } = context
    const { close } = bars(instrument)
    const fast = indicator.ema(close, params.fast)
    const slow = indicator.ema(close, params.slow)
    const down: Side = maySellShort(instrument, params.direction) ? -1 : 0
    let side: Side = 0
    return {
      onBar() {
        if (!slow.ready) return
        if (fast.value > slow.value * (1 + params.band)) side = 1
        else if (fast.value < slow.value * (1 - params.band)) side = down
        explain({ fast: fast.value, slow: slow.value })
        takeSide(context, instrument, side, params.weight, side === 1 ? 'crossed above' : 'crossed below')
      },
    }
  },
})
