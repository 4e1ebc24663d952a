import { defineStrategy, type OrderView } from '@kestrel/kernel'
import { z } from 'zod'

/**
 * Does at every bar something else that a strategy may do at a venue, by its own random numbers: orders at the market and
 * near the price, stops, brackets, amendments, cancellations, and replies to fills.
 */
export const RESTLESS = defineStrategy({
  name: 'restless',
  about: 'Orders, amends and cancels at random.',
  params: z.object({ most: z.number().int().min(1).default(3).describe('orders a bar') }),
  start({ bars, instrument, rng, params, submit, bracket, cancel, amend, openOrders, position, roundPrice }) {
    const series = bars(instrument, '1m')
    const chance = (probability: number): boolean => rng.nextFloat() < probability
    const near = (offset: number): number => roundPrice(instrument, series.close.value * (1 + offset), 'nearest')
    const quantity = (): number => (1 + Math.floor(rng.nextFloat() * 5)) * 0.01
    const act = (): void => {
      const side = chance(0.5) ? 'buy' : 'sell'
      const away = side === 'buy' ? -0.001 : 0.001
      const open: readonly OrderView[] = openOrders(instrument)
      const choice = rng.nextFloat()
      if (choice < 0.35) submit({ instrument, side, quantity: quantity() })
      else if (choice < 0.5) submit({ instrument, side, quantity: quantity(), type: 'limit', limitPrice: near(away) })
      else if (choice < 0.6) {
        submit({ instrument, side, quantity: quantity(), type: 'stop-market', triggerPrice: near(-away * 2) })
      } else if (choice < 0.7 && open.length < 6) {
        const size = quantity()
        bracket({
          entry: { instrument, side, quantity: size },
          stop: { triggerPrice: near(away * 5) },
          target: { limitPrice: near(-away * 5) },
        })
      } else if (choice < 0.85 && open.length > 0) cancel(open[Math.floor(rng.nextFloat() * open.length)] as OrderView)
      else if (open.length > 0) {
        const order = open[Math.floor(rng.nextFloat() * open.length)] as OrderView
        if (order.type === 'limit') amend(order, { limitPrice: near(order.side === 'buy' ? -0.002 : 0.002) })
      } else if (position(instrument).quantity !== 0) {
        const held = position(instrument).quantity
        submit({ instrument, side: held > 0 ? 'sell' : 'buy', quantity: Math.abs(held), reduceOnly: true })
      }
    }
    return {
      onBar() {
        for (let i = 0; i < params.most; i++) if (chance(0.7)) act()
      },
      onFill() {
        if (chance(0.2)) act()
      },
    }
  },
})
