import type { OrderRecord } from './order-record.ts'
import type { Side } from './order-types.ts'

/** An order in the book. `owner` is undefined for anonymous participants. */
export interface RestingOrder {
  readonly orderId: number
  readonly side: Side
  readonly priceTicks: number
  readonly owner: OrderRecord | undefined
  /** Lots left, hidden ones included. */
  lots: number
  /** Lots that others see now. */
  shown: number
  /** Most that is shown at once; undefined: all. */
  readonly peak: number | undefined
}

/** One price. A Map keeps its insertion order, which is the queue: take from the front, add at the back, remove anywhere. */
interface Level {
  readonly priceTicks: number
  shown: number
  readonly queue: Map<number, RestingOrder>
}

/** Levels of one side; `prices` rises for bids and falls for asks, so that the best price is the last. */
interface HalfBook {
  readonly levels: Map<number, Level>
  readonly prices: number[]
  /** 1 for bids, -1 for asks: `sign * price` rises along `prices`. */
  readonly sign: 1 | -1
}

/** Called for each level whose visible total changed. */
export type LevelListener = (side: Side, priceTicks: number, shownLots: number) => void

/** Two sides of price levels with a queue each. Best price O(1), a new level O(levels), everything else O(1). */
export class OrderBook {
  readonly #bids: HalfBook = { levels: new Map(), prices: [], sign: 1 }
  readonly #asks: HalfBook = { levels: new Map(), prices: [], sign: -1 }
  readonly #orders = new Map<number, RestingOrder>()
  readonly #changed: LevelListener

  constructor(changed: LevelListener) {
    this.#changed = changed
  }

  #half(side: Side): HalfBook {
    return side === 'buy' ? this.#bids : this.#asks
  }

  bestTicks(side: Side): number | undefined {
    return this.#half(side).prices.at(-1)
  }

  order(orderId: number): RestingOrder | undefined {
    return this.#orders.get(orderId)
  }

  /** Best levels as `[priceTicks, shownLots]`. */
  depth(side: Side, limit: number): (readonly [number, number])[] {
    const { prices, levels } = this.#half(side)
    const rows: (readonly [number, number])[] = []
    for (let i = prices.length - 1; i >= 0 && rows.length < limit; i--) {
      const ticks = prices[i] as number
      rows.push([ticks, levels.get(ticks)?.shown ?? 0])
    }
    return rows
  }

  shownAt(side: Side, priceTicks: number): number {
    return this.#half(side).levels.get(priceTicks)?.shown ?? 0
  }

  /** Orders of a level from the front of the queue. */
  queueAt(side: Side, priceTicks: number): IterableIterator<RestingOrder> {
    return this.#half(side).levels.get(priceTicks)?.queue.values() ?? [].values()
  }

  /** Orders of a side from the best price and the front of the queue. Stop reading before changing the book. */
  *from(side: Side): Generator<RestingOrder> {
    const { prices, levels } = this.#half(side)
    for (let i = prices.length - 1; i >= 0; i--) yield* levels.get(prices[i] as number)?.queue.values() ?? []
  }

  /** First in the queue of the best price. */
  first(side: Side): RestingOrder | undefined {
    const best = this.bestTicks(side)
    return best === undefined ? undefined : this.queueAt(side, best).next().value
  }

  add(order: RestingOrder): void {
    const half = this.#half(order.side)
    let level = half.levels.get(order.priceTicks)
    if (level === undefined) {
      level = { priceTicks: order.priceTicks, shown: 0, queue: new Map() }
      half.levels.set(order.priceTicks, level)
      insertSorted(half, order.priceTicks)
    }
    level.queue.set(order.orderId, order)
    this.#orders.set(order.orderId, order)
    this.#move(order.side, level, order.shown)
  }

  /** Takes lots off a resting order and refills what it shows; the order leaves when nothing is left. */
  take(order: RestingOrder, lots: number): void {
    const level = this.#levelOf(order)
    order.lots -= lots
    order.shown -= lots
    if (order.lots === 0) {
      this.#drop(order, level)
      this.#move(order.side, level, -lots)
      return
    }
    let refill = 0
    if (order.shown === 0) {
      // An iceberg shows its next part at the back of the queue.
      refill = Math.min(order.peak ?? order.lots, order.lots)
      order.shown = refill
      level.queue.delete(order.orderId)
      level.queue.set(order.orderId, order)
    }
    this.#move(order.side, level, refill - lots)
  }

  /** Takes lots off without a match, hidden ones first; keeps the place in the queue. */
  shrink(order: RestingOrder, lots: number): void {
    const level = this.#levelOf(order)
    order.lots -= lots
    const fromShown = Math.max(0, order.shown - order.lots)
    order.shown -= fromShown
    if (order.lots === 0) this.#drop(order, level)
    if (fromShown > 0) this.#move(order.side, level, -fromShown)
  }

  remove(order: RestingOrder): void {
    const level = this.#levelOf(order)
    this.#drop(order, level)
    this.#move(order.side, level, -order.shown)
  }

  #levelOf(order: RestingOrder): Level {
    const level = this.#half(order.side).levels.get(order.priceTicks)
    if (level === undefined) throw new Error(`order ${order.orderId} is not in the book`)
    return level
  }

  #drop(order: RestingOrder, level: Level): void {
    level.queue.delete(order.orderId)
    this.#orders.delete(order.orderId)
  }

  #move(side: Side, level: Level, lots: number): void {
    level.shown += lots
    if (level.queue.size === 0) {
      const half = this.#half(side)
      half.levels.delete(level.priceTicks)
      half.prices.splice(positionOf(half, level.priceTicks), 1)
    }
    if (lots !== 0) this.#changed(side, level.priceTicks, level.shown)
  }
}

/** Index of the first price that is at least as good as this one. */
function positionOf({ prices, sign }: HalfBook, priceTicks: number): number {
  let low = 0
  let high = prices.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sign * (prices[middle] as number) < sign * priceTicks) low = middle + 1
    else high = middle
  }
  return low
}

function insertSorted(half: HalfBook, priceTicks: number): void {
  half.prices.splice(positionOf(half, priceTicks), 0, priceTicks)
}
