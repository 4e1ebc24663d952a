import { WORKLOAD_SEED, xorshift32 } from './xorshift32.ts'

/** What an event of the order-book workload is. */
export const FeedKind = Object.freeze({ bidLevel: 0, askLevel: 1, buyTrade: 2, sellTrade: 3 })

/**
 * Events of one order book as columns of shape `[n]`, oldest first. A level event sets the quantity that rests at its
 * price, 0 removes the level. Exchange time in microseconds; the local time of the workload is 1 ms later.
 */
export interface FeedColumns {
  readonly tsEventUs: Float64Array
  /** One of {@link FeedKind}. */
  readonly kind: Uint8Array
  readonly priceTicks: Int32Array
  readonly quantityLots: Int32Array
}

const FIRST_EVENT_US = 1_600_000_000_000_000
const FIRST_MIDDLE = 1_000_000

/**
 * Order-book events of the benchmark workload: every 21st is a trade, else every tenth moves the middle by one tick,
 * else a level within 50 ticks of it changes. The book never crosses.
 */
export function workloadFeed(n: number, seed: number = WORKLOAD_SEED): FeedColumns {
  const next = xorshift32(seed)
  const tsEventUs = new Float64Array(n)
  const kind = new Uint8Array(n)
  const priceTicks = new Int32Array(n)
  const quantityLots = new Int32Array(n)
  let timeUs = FIRST_EVENT_US
  let middle = FIRST_MIDDLE
  for (let i = 0; i < n; i++) {
    timeUs += next() % 8001
    tsEventUs[i] = timeUs
    if (i % 21 === 20) {
      const u = next()
      const isBuy = (u & 1) === 1
      const distance = 1 + ((u >>> 1) % 3)
      kind[i] = isBuy ? FeedKind.buyTrade : FeedKind.sellTrade
      priceTicks[i] = isBuy ? middle + distance : middle - distance
      quantityLots[i] = 1 + (next() % 20)
    } else if (i % 10 === 0) {
      const isUp = (next() & 1) === 1
      kind[i] = isUp ? FeedKind.askLevel : FeedKind.bidLevel
      priceTicks[i] = isUp ? middle + 1 : middle - 1
      middle += isUp ? 1 : -1
    } else {
      const u = next()
      const isBid = (u & 1) === 1
      const distance = Math.floor((((u >>> 1) % 50) * ((u >>> 8) % 50)) / 50)
      const q = next()
      kind[i] = isBid ? FeedKind.bidLevel : FeedKind.askLevel
      priceTicks[i] = isBid ? middle - 1 - distance : middle + 1 + distance
      quantityLots[i] = q % 4 === 0 ? 0 : 1 + ((q >>> 2) % 100)
    }
  }
  return { tsEventUs, kind, priceTicks, quantityLots }
}
