import { allocateBars, type BarColumns, createRng } from '@kestrel/core'

/** Bars of one minute from `[open, high, low, close, volume]` rows. */
export function barsOf(rows: readonly (readonly [number, number, number, number, number])[]): BarColumns {
  const bars = allocateBars(rows.length)
  for (const [i, [open, high, low, close, volume]] of rows.entries()) {
    bars.openTimeMs[i] = i * 60_000
    bars.closeTimeMs[i] = (i + 1) * 60_000
    bars.open[i] = open
    bars.high[i] = high
    bars.low[i] = low
    bars.close[i] = close
    bars.volume[i] = volume
  }
  return bars
}

/**
 * Bars of a market whose true price is a random walk and whose trades alternate at random between bid and ask: the model
 * of Roll (1984), in which the spread is known.
 */
export function bouncingBars(count: number, spread: number, barVolatility: number, seed: number): BarColumns {
  const rng = createRng(seed)
  const trades = 300
  let mid = Math.log(100)
  return barsOf(
    Array.from({ length: count }, () => {
      const prices = Array.from({ length: trades }, () => {
        mid += (barVolatility / Math.sqrt(trades)) * rng.nextNormal()
        return Math.exp(mid + (rng.nextFloat() < 0.5 ? spread / 2 : -spread / 2))
      })
      return [prices[0] ?? 0, Math.max(...prices), Math.min(...prices), prices.at(-1) ?? 0, 1] as const
    }),
  )
}
