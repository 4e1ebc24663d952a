import { defineStrategy, type OrderView } from '@kestrel/kernel'
import { z } from 'zod'

export const P2_CASH = 1e9
/** Bars between two grids, orders on each side, and ticks between them. */
export const P2_EVERY = 10
export const P2_LEVELS = 10
export const P2_STEP = 20
/** Ticks from a limit to its target and its stop. */
export const P2_TARGET = 40
export const P2_STOP = 60

/**
 * The workload of P2 as a strategy: every ten bars it cancels the entries that rest and places ten buy limits below and
 * ten sell limits above the close, each with a target and a stop of which one cancels the other.
 */
export const p2Grid = defineStrategy({
  name: 'p2-grid',
  about: 'Twenty brackets around the close, replaced every ten bars.',
  params: z.object({}),
  start({ instrument, bars, bracket, cancel }) {
    const { close } = bars(instrument)
    let entries: OrderView[] = []
    let bar = 0
    const place = (side: 'buy' | 'sell', limitPrice: number, win: 1 | -1): OrderView =>
      bracket({
        entry: { instrument, side, quantity: 1, type: 'limit', limitPrice },
        target: { limitPrice: limitPrice + win * P2_TARGET, reduceOnly: false },
        stop: { triggerPrice: limitPrice - win * P2_STOP, reduceOnly: false },
        activeFrom: 'next-bar',
      }).entry
    return {
      onBar() {
        if (bar++ % P2_EVERY !== 0) return
        for (const entry of entries) cancel(entry)
        const c = close.value
        entries = []
        for (let k = 1; k <= P2_LEVELS; k++) {
          entries.push(place('buy', c - P2_STEP * k, 1), place('sell', c + P2_STEP * k, -1))
        }
      },
    }
  },
})
