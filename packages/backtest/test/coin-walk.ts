import { allocateBars, type BarColumns, createRng } from '@kestrel/core'
import { START_MS } from './scripted-run.ts'

const HOUR_MS = 3_600_000

/**
 * Hourly bars of a fair coin walk: price moves one tick up or down, `steps` times a bar, so nothing that does not know
 * the future earns on it. Price starts at `start`; volume is `volume` in every bar.
 */
export function coinWalk(seed: number, bars: number, steps: number, volume: number, start = 100_000): BarColumns {
  const random = createRng(seed)
  const columns = allocateBars(bars)
  let price = start
  for (let i = 0; i < bars; i++) {
    columns.openTimeMs[i] = START_MS + i * HOUR_MS
    columns.closeTimeMs[i] = START_MS + (i + 1) * HOUR_MS
    columns.open[i] = price
    let high = price
    let low = price
    for (let left = steps; left > 0; left -= 32) {
      let bits = random.nextUint32()
      for (let k = Math.min(32, left); k > 0; k--) {
        price += bits & 1 ? 1 : -1
        bits >>>= 1
        if (price > high) high = price
        else if (price < low) low = price
      }
    }
    columns.high[i] = high
    columns.low[i] = low
    columns.close[i] = price
    columns.volume[i] = volume
  }
  return columns
}
