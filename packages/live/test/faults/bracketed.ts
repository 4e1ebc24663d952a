import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'

/** Enters with a limit order, a stop and a target at its first bar; nothing else. */
export const BRACKETED = defineStrategy({
  name: 'bracketed',
  about: 'One bracket.',
  params: z.object({ quantity: z.number().positive().default(0.1).describe('base units') }),
  start({ bars, instrument, params, bracket, roundPrice }) {
    const series = bars(instrument, '1m')
    let isDone = false
    return {
      onBar() {
        if (isDone) return
        isDone = true
        const near = (offset: number): number => roundPrice(instrument, series.close.value * (1 + offset), 'nearest')
        bracket({
          entry: { instrument, side: 'buy', quantity: params.quantity, type: 'limit', limitPrice: near(-0.001) },
          stop: { triggerPrice: near(-0.02) },
          target: { limitPrice: near(0.01) },
        })
      },
    }
  },
})
