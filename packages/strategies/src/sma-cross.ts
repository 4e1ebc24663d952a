import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'

/**
 * Long while a fast simple average of the close is above a slow one, flat otherwise.
 *
 * Trades the first instrument of the run on the run's timeframe. Equal averages count as "not above".
 *
 * Source: Brock, Lakonishok and LeBaron, Simple Technical Trading Rules and the Stochastic Properties of Stock Returns,
 * Journal of Finance 47 (1992), variable-length moving average rule, long side only.
 */
export const smaCross = defineStrategy({
  name: 'sma-cross',
  about: 'Long while the fast average of the close is above the slow one, flat otherwise.',
  positionModes: ['one-way'],
  params: z.object({
    fast: z.number().int().min(2).max(1_000).default(20).describe('bars in the fast average'),
    slow: z.number().int().min(3).max(5_000).default(50).describe('bars in the slow average'),
  }),
  valid: ({ fast, slow }) => fast < slow,
  start({ params, instrument, bars, indicator, target, explain }) {
    const { close } = bars(instrument)
    const fast = indicator.sma(close, params.fast)
    const slow = indicator.sma(close, params.slow)
    return {
      onBar() {
        if (!slow.ready) return
        explain({ fast: fast.value, slow: slow.value })
        target(instrument, fast.value > slow.value ? 1 : 0)
      },
    }
  },
})
