import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'

/**
 * The yardstick of every other strategy: split the starting equity evenly, buy at the first bar, never sell.
 *
 * An instrument whose bars begin later is bought then, with the share that was kept for it in cash. An order that is
 * refused is tried again at the next bar; shares are never rebalanced.
 *
 * Source: the "1/N" portfolio without rebalancing; DeMiguel, Garlappi and Uppal, Optimal Versus Naive Diversification,
 * Review of Financial Studies 22 (2009).
 */
export const buyAndHold = defineStrategy({
  name: 'buy-and-hold',
  about: 'Buys every instrument of the run at its first bar, in equal parts of the starting equity, and holds.',
  positionModes: ['one-way'],
  params: z.object({
    weight: z
      .number()
      .min(0.01)
      .max(1)
      .default(1)
      .describe('part of the starting equity that is spent, over all instruments; a fraction'),
  }),
  start({ params, instruments, account, bars, position, openOrders, target, explain }) {
    for (const each of instruments) bars(each)
    return {
      onBar({ instrument, close }) {
        if (position(instrument).side !== 'flat' || openOrders(instrument).length > 0) return
        const { equity, startEquity } = account
        if (!(equity > 0)) return
        // A share of what the run began with, so that an early riser does not decide how much a late starter gets.
        const weight = Math.min(1, ((params.weight / instruments.length) * startEquity) / equity)
        explain({ close, weight })
        target(instrument, { weight }, { tag: 'first bar' })
      },
    }
  },
})
