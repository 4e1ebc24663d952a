import { defineStrategy, type OrderView } from '@kestrel/kernel'
import { z } from 'zod'

/** How far behind the price stops lie, as a fraction: farther than it goes in a run. */
const STOP_RATE = 0.04

/** Enters on one side by brackets alone, moves their stops and cancels their entries: whatever it holds has a stop. */
export const GUARDED = defineStrategy({
  name: 'guarded',
  about: 'Brackets at random.',
  params: z.object({}),
  start({ bars, instrument, rng, bracket, cancel, amend, openOrders, roundPrice }) {
    const series = bars(instrument, '1m')
    const side = instrument.kind === 'spot' || rng.nextFloat() < 0.5 ? 'buy' : 'sell'
    const sign = side === 'buy' ? 1 : -1
    const near = (offset: number): number => roundPrice(instrument, series.close.value * (1 + sign * offset), 'nearest')
    const farStop = (): number => near(-STOP_RATE * (1 + rng.nextFloat() / 4))
    const enter = (): void => {
      const entry = { instrument, side, quantity: (1 + Math.floor(rng.nextFloat() * 5)) * 0.01 } as const
      const isLimit = rng.nextFloat() < 0.5
      bracket({
        entry: isLimit ? { ...entry, type: 'limit', limitPrice: near(-0.001) } : entry,
        stop: { triggerPrice: farStop() },
        target: { limitPrice: near(0.002 + 0.006 * rng.nextFloat()) },
      })
    }
    const oneOf = (orders: readonly OrderView[]): OrderView | undefined =>
      orders[Math.floor(rng.nextFloat() * orders.length)]
    return {
      onBar() {
        const open = openOrders(instrument)
        const stop = oneOf(open.filter(({ type }) => type === 'stop-market'))
        const entry = oneOf(open.filter((order) => order.side === side))
        const choice = rng.nextFloat()
        if (choice < 0.3 && stop !== undefined) amend(stop, { triggerPrice: farStop() })
        else if (choice < 0.4 && entry !== undefined) cancel(entry)
        else if (open.length < 9) enter()
      },
    }
  },
})
