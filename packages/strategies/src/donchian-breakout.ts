import { defineStrategy, type OrderView } from '@kestrel/kernel'
import { z } from 'zod'
import { TurtleTrade } from './turtle-trade.ts'

/**
 * The turtle rules: enter on a new high of many bars, add as the trade gains, leave on a new low of fewer bars.
 *
 * While flat, a stop order rests one tick beyond the entry channel (below it too where shorts are allowed). A unit is
 * sized so that a move of one ATR is `riskPerUnit` of equity, and so that all units together stay within `maxExposure`.
 * Each filled unit rests the next one `addAtr` ATRs further on. One protective stop for the whole position rests at the
 * venue, `stopAtr` ATRs from the newest unit or at the exit channel, whichever is nearer, and only ever moves with
 * the trade. The ATR is frozen when the entry order is placed.
 *
 * Source: Faith, The Original Turtle Trading Rules (2003). Left out: the rule that skips a breakout after a winning one,
 * unit limits over correlated markets, and the cut of the account size after a loss.
 */
export const donchianBreakout = defineStrategy({
  name: 'donchian-breakout',
  about: 'Long above the entry channel, adding units as it rises; out below the exit channel or the 2-ATR stop.',
  positionModes: ['one-way'],
  params: z.object({
    entryBars: z.number().int().min(2).max(2_000).default(20).describe('bars in the entry channel (system 2: 55)'),
    exitBars: z.number().int().min(1).max(1_000).default(10).describe('bars in the exit channel (system 2: 20)'),
    atrBars: z.number().int().min(2).max(500).default(20).describe('bars in the average true range'),
    riskPerUnit: z
      .number()
      .min(0.0001)
      .max(0.1)
      .default(0.01)
      .describe('part of equity that a unit gains or loses when price moves one ATR'),
    maxUnits: z.number().int().min(1).max(20).default(4).describe('units held at most'),
    addAtr: z.number().min(0.1).max(10).default(0.5).describe('ATRs between two units'),
    stopAtr: z.number().min(0.25).max(20).default(2).describe('ATRs from the newest unit to the protective stop'),
    maxExposure: z.number().min(0.05).max(5).default(0.95).describe('all units together as a fraction of equity'),
    direction: z
      .enum(['long', 'both'])
      .default('long')
      .describe('trade breakouts downwards too; on spot, which cannot be sold short, `both` is the same as `long`'),
  }),
  valid: ({ exitBars, entryBars }) => exitBars <= entryBars,
  start(context) {
    const { params, instrument, bars, indicator } = context
    const series = bars(instrument)
    const entry = indicator.donchian(series, params.entryBars)
    const exit = indicator.donchian(series, params.exitBars)
    const atr = indicator.atr(series, params.atrBars)
    const tick = instrument.tick.size
    const directions =
      params.direction === 'both' && instrument.kind === 'perpetual' ? ([1, -1] as const) : ([1] as const)
    const trade = new TurtleTrade(context, params)
    return {
      onBar() {
        if (!entry.upper.ready || !atr.ready || !(atr.value > 0)) return
        if (trade.isOpen) {
          trade.protect({ long: exit.lower.value - tick, short: exit.upper.value + tick })
          return
        }
        context.explain({ upper: entry.upper.value, lower: entry.lower.value, atr: atr.value })
        for (const direction of directions) {
          const edge = direction === 1 ? entry.upper.value + tick : entry.lower.value - tick
          trade.await(direction, edge, atr.value)
        }
      },
      onFill(fill) {
        trade.filled(fill, { long: exit.lower.value - tick, short: exit.upper.value + tick })
      },
      onOrder(order: OrderView) {
        trade.changed(order)
      },
    }
  },
})
