import { allocateBars, type BarColumns, type TradeColumns } from '@kestrel/core'
import { WORKLOAD_SEED, xorshift32 } from './xorshift32.ts'

const START_PRICE = 1_000_000
const LOWEST_PRICE = 100_000
const HIGHEST_PRICE = 9_900_000
/** A whole minute, so that every bar opens on the grid. */
const FIRST_BAR_MS = 1_600_000_020_000
const BAR_MS = 60_000
const FIRST_EVENT_US = 1_600_000_000_000_000

function clamp(price: number): number {
  return price < LOWEST_PRICE ? LOWEST_PRICE : price > HIGHEST_PRICE ? HIGHEST_PRICE : price
}

/**
 * One-minute bars of the benchmark workload: a bounded random walk in whole ticks, five draws a bar, each bar opening
 * at the close before it.
 *
 * @param n - Number of bars.
 * @param seed - Non-zero 32-bit seed.
 * @returns Prices in ticks of 1 between 100,000 and 9,900,000; volume 1 to 1,000 lots of 1.
 */
export function workloadBars(n: number, seed: number = WORKLOAD_SEED): BarColumns {
  const next = xorshift32(seed)
  const bars = allocateBars(n)
  let price = START_PRICE
  for (let i = 0; i < n; i++) {
    const open = price
    let high = price
    let low = price
    for (let k = 0; k < 4; k++) {
      price = clamp(price + (next() % 201) - 100)
      if (price > high) high = price
      if (price < low) low = price
    }
    bars.openTimeMs[i] = FIRST_BAR_MS + BAR_MS * i
    bars.closeTimeMs[i] = FIRST_BAR_MS + BAR_MS * (i + 1)
    bars.open[i] = open
    bars.high[i] = high
    bars.low[i] = low
    bars.close[i] = price
    bars.volume[i] = 1 + (next() % 1000)
  }
  return bars
}

/** `assets` bar series of `n` bars each; series `j` has the seed of the workload plus `j`. */
export function workloadBasket(assets: number, n: number): BarColumns[] {
  return Array.from({ length: assets }, (_, j) => workloadBars(n, WORKLOAD_SEED + j))
}

/**
 * Public trades of the benchmark workload: up to 3 ms apart, price within 5 ticks of the one before, 1 to 100 lots.
 *
 * @returns `id` is the row number; four draws a trade.
 */
export function workloadTrades(n: number, seed: number = WORKLOAD_SEED): TradeColumns {
  const next = xorshift32(seed)
  const tsEventUs = new Float64Array(new SharedArrayBuffer(n * 8))
  const id = new Float64Array(new SharedArrayBuffer(n * 8))
  const prices = new Float64Array(new SharedArrayBuffer(n * 8))
  const quantity = new Float64Array(new SharedArrayBuffer(n * 8))
  const takerSide = new Int8Array(new SharedArrayBuffer(n))
  let timeUs = FIRST_EVENT_US
  let price = START_PRICE
  for (let i = 0; i < n; i++) {
    timeUs += 1 + (next() % 3000)
    price = clamp(price + (next() % 11) - 5)
    tsEventUs[i] = timeUs
    id[i] = i
    prices[i] = price
    quantity[i] = 1 + (next() % 100)
    takerSide[i] = (next() & 1) === 1 ? 1 : -1
  }
  return { tsEventUs, id, price: prices, quantity, takerSide }
}
