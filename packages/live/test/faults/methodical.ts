import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'

/** Makes every kind of request in turn: orders at its first bar, then an amendment, then a cancellation, then all over again. */
export const METHODICAL = defineStrategy({
  name: 'methodical',
  about: 'Every request in turn.',
  params: z.object({}),
  start({ bars, instrument, submit, amend, cancel, openOrders, roundPrice }) {
    const series = bars(instrument, '1m')
    let bar = 0
    return {
      onBar() {
        const near = (offset: number): number => roundPrice(instrument, series.close.value * (1 + offset), 'nearest')
        const limit = openOrders(instrument).find(({ type }) => type === 'limit')
        const step = bar++ % 3
        if (step === 0) {
          submit({ instrument, side: 'buy', quantity: 0.02 })
          submit({ instrument, side: 'buy', quantity: 0.01, type: 'limit', limitPrice: near(-0.02) })
        } else if (step === 1 && limit !== undefined) amend(limit, { limitPrice: near(-0.03) })
        else if (step === 2 && limit !== undefined) cancel(limit)
      },
    }
  },
})
