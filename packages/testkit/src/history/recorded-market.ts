import { createRng } from '@kestrel/core'

/** One bar as the market remembers it. Volume in base units. */
export interface MarketBar {
  readonly openTimeMs: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

export interface MarketTrade {
  readonly id: number
  readonly timeMs: number
  readonly price: number
  readonly quantity: number
  readonly buyerTook: boolean
}

export interface MarketOptions {
  readonly seed?: number
  /** When the market opened: nothing is older. */
  readonly listedMs: number
  /** Stretches without bars: the exchange was down. `toMs` exclusive. */
  readonly holes?: readonly { readonly fromMs: number; readonly toMs: number }[]
  /** Mean time between trades. Default 700 ms. */
  readonly tradeEveryMs?: number
  /** Time between settlements. Default 8 h. */
  readonly fundingEveryMs?: number
}

const PRICE_STEP = 0.01
const QUANTITY_STEP = 0.001

/**
 * The past of one market, made from a seed: any stretch of it can be asked for in any order and comes out the same. It is no
 * model of prices, only well-formed rows that are all different.
 */
export class RecordedMarket {
  readonly listedMs: number
  readonly #seed: number
  readonly #holes: NonNullable<MarketOptions['holes']>
  readonly #tradeEveryMs: number
  readonly #fundingEveryMs: number

  constructor(options: MarketOptions) {
    this.listedMs = options.listedMs
    this.#seed = options.seed ?? 1
    this.#holes = options.holes ?? []
    this.#tradeEveryMs = options.tradeEveryMs ?? 700
    this.#fundingEveryMs = options.fundingEveryMs ?? 28_800_000
  }

  /** Bars whose opening lies in the window, oldest first; the last may be unfinished at `nowMs` and shows so in its volume. */
  bars(lengthMs: number, fromMs: number, toMs: number, nowMs: number): MarketBar[] {
    const bars: MarketBar[] = []
    const end = Math.min(toMs, nowMs + 1)
    for (let at = firstOnGrid(Math.max(fromMs, this.listedMs), lengthMs); at < end; at += lengthMs) {
      if (!this.#isHole(at)) bars.push(this.#bar(at, lengthMs, nowMs))
    }
    return bars
  }

  /** Trades from an id on. */
  tradesFrom(id: number, count: number, nowMs: number): MarketTrade[] {
    const trades: MarketTrade[] = []
    for (let at = Math.max(0, id); trades.length < count; at++) {
      const trade = this.#trade(at)
      if (trade.timeMs > nowMs) break
      trades.push(trade)
    }
    return trades
  }

  /** Id of the first trade at or after an instant. */
  tradeIdAt(timeMs: number): number {
    let id = Math.max(0, Math.floor((timeMs - this.listedMs) / this.#tradeEveryMs) - 2)
    while (this.#trade(id).timeMs < timeMs) id += 1
    return id
  }

  /** Settlements in the window, stamped a few milliseconds late as venues do. */
  funding(fromMs: number, toMs: number, nowMs: number): { readonly timeMs: number; readonly rate: number }[] {
    const rows: { timeMs: number; rate: number }[] = []
    const every = this.#fundingEveryMs
    for (let at = firstOnGrid(Math.max(fromMs - 1_000, this.listedMs), every); at < toMs && at <= nowMs; at += every) {
      const timeMs = at + Math.floor(this.#draw('jitter', at) * 9)
      if (timeMs >= fromMs && timeMs < toMs)
        rows.push({ timeMs, rate: Number((this.#draw('rate', at) * 4e-4 - 1e-4).toFixed(8)) })
    }
    return rows
  }

  /** Open interest on a grid, base units. */
  openInterest(everyMs: number, fromMs: number, toMs: number, nowMs: number): { timeMs: number; amount: number }[] {
    const rows: { timeMs: number; amount: number }[] = []
    for (let at = firstOnGrid(Math.max(fromMs, this.listedMs), everyMs); at < toMs && at <= nowMs; at += everyMs)
      rows.push({ timeMs: at, amount: onStep(80_000 + 5_000 * this.#draw('interest', at), QUANTITY_STEP) })
    return rows
  }

  #bar(openTimeMs: number, lengthMs: number, nowMs: number): MarketBar {
    const rng = createRng(this.#seed).stream(`bar ${lengthMs} ${openTimeMs}`)
    const open = this.#price(openTimeMs)
    const isUnfinished = openTimeMs + lengthMs > nowMs
    const close = isUnfinished
      ? onStep(open * (1 + 0.001 * rng.nextFloat()), PRICE_STEP)
      : this.#price(openTimeMs + lengthMs)
    const high = onStep(Math.max(open, close) * (1 + 0.002 * rng.nextFloat()), PRICE_STEP)
    const low = onStep(Math.min(open, close) * (1 - 0.002 * rng.nextFloat()), PRICE_STEP)
    const volume = onStep((isUnfinished ? 0.5 : 1) * (1 + 40 * rng.nextFloat()), QUANTITY_STEP)
    return { openTimeMs, open, high: Math.max(high, open, close), low: Math.min(low, open, close), close, volume }
  }

  #trade(id: number): MarketTrade {
    const rng = createRng(this.#seed).stream(`trade ${id}`)
    const timeMs = this.listedMs + Math.floor((id + rng.nextFloat()) * this.#tradeEveryMs)
    return {
      id,
      timeMs,
      price: this.#price(timeMs),
      quantity: onStep(0.001 + rng.nextFloat(), QUANTITY_STEP),
      buyerTook: rng.nextFloat() < 0.5,
    }
  }

  #price(timeMs: number): number {
    const slow = Math.sin(timeMs / 86_400_000 / 9)
    const fast = Math.sin(timeMs / 3_600_000 / 5)
    return onStep(20_000 * (1 + 0.2 * slow + 0.01 * fast) + 20 * this.#draw('price', timeMs), PRICE_STEP)
  }

  #draw(name: string, timeMs: number): number {
    return createRng(this.#seed).stream(`${name} ${timeMs}`).nextFloat()
  }

  #isHole(timeMs: number): boolean {
    return this.#holes.some(({ fromMs, toMs }) => timeMs >= fromMs && timeMs < toMs)
  }
}

function firstOnGrid(timeMs: number, stepMs: number): number {
  return Math.ceil(timeMs / stepMs) * stepMs
}

function onStep(value: number, step: number): number {
  return Number((Math.round(value / step) * step).toFixed(3))
}
