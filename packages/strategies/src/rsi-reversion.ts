import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'

/**
 * Buys short dips in a rising market and sells the recovery.
 *
 * Enters when the close is above a long average and a very short RSI is oversold; leaves when the RSI has recovered or
 * the position has been held for `maxBars` bars. After a time exit the RSI must first rise above the entry level
 * again, or the same fall would be bought a second time at once.
 *
 * Source: Connors and Alvarez, Short Term Trading Strategies That Work (2009), the 2-period RSI; the time exit is ours,
 * in place of a stop, which their tests found to cost more than it saves.
 */
export const rsiReversion = defineStrategy({
  name: 'rsi-reversion',
  about: 'Long after an oversold RSI above the long-term average, flat once the RSI recovers or time is up.',
  positionModes: ['one-way'],
  params: z.object({
    rsiBars: z.number().int().min(2).max(100).default(2).describe('bars in the RSI'),
    entryBelow: z.number().min(1).max(49).default(10).describe('enter when the RSI is below this, 0 to 100'),
    exitAbove: z.number().min(50).max(99).default(70).describe('leave when the RSI is above this, 0 to 100'),
    trendBars: z.number().int().min(5).max(5_000).default(200).describe('bars in the average that filters the trend'),
    maxBars: z.number().int().min(1).max(1_000).default(10).describe('longest holding time, in bars'),
  }),
  start({ params, instrument, bars, indicator, position, target, explain }) {
    const { close } = bars(instrument)
    const rsi = indicator.rsi(close, params.rsiBars)
    const trend = indicator.sma(close, params.trendBars)
    let heldBars = 0
    let armed = true
    return {
      onBar() {
        if (!rsi.ready || !trend.ready) return
        if (rsi.value >= params.entryBelow) armed = true
        if (position(instrument).side === 'flat') {
          heldBars = 0
          const oversold = rsi.value < params.entryBelow && close.value > trend.value
          if (!oversold || !armed) return
          explain({ rsi: rsi.value, trend: trend.value, close: close.value })
          target(instrument, 1, { tag: 'oversold' })
          return
        }
        heldBars++
        const recovered = rsi.value > params.exitAbove
        if (!recovered && heldBars < params.maxBars) return
        if (!recovered) armed = false
        explain({ rsi: rsi.value, heldBars })
        target(instrument, 0, { tag: recovered ? 'recovered' : 'time is up' })
      },
    }
  },
})
