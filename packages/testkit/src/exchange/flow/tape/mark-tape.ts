import type { TimeMs } from '@kestrel/core'
import type { FundingEvent, MarkEvent } from '../../core/exchange-event.ts'
import { barEnd, type BarLength, barStart } from './exact-bar.ts'

/** A bar of the mark or index price, quote units. */
export interface PriceBar {
  readonly openTimeMs: TimeMs
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** Values seen. */
  readonly samples: number
}

const MINUTE_MS = 60_000

/** Mark price, index price and funding of a perpetual: the last values, their minutes and the settlements. */
export class MarkTape {
  readonly #minutes: Readonly<Record<'mark' | 'index', PriceBar[]>>
  readonly #settlements: FundingEvent[]
  #last: MarkEvent | undefined

  /**
   * @param history - Minutes before the first mark, oldest first; mark and index price are taken to have been the same.
   * @param settlements - Funding before the exchange opened, oldest first.
   */
  constructor(history: readonly PriceBar[] = [], settlements: readonly FundingEvent[] = []) {
    this.#minutes = { mark: [...history], index: [...history] }
    this.#settlements = [...settlements]
  }

  /** The last values; undefined before the first. */
  get last(): MarkEvent | undefined {
    return this.#last
  }

  /** Oldest first. */
  get settlements(): readonly FundingEvent[] {
    return this.#settlements
  }

  mark(event: MarkEvent): void {
    this.#last = event
    append(this.#minutes.mark, event.tsMs, event.markPrice)
    append(this.#minutes.index, event.tsMs, event.indexPrice)
  }

  settle(event: FundingEvent): void {
    this.#settlements.push(event)
  }

  /** Bars that open in a window, both ends inclusive, at most `count`: the oldest, or the newest where asked. */
  bars(
    of: 'mark' | 'index',
    fromMs: TimeMs,
    toMs: TimeMs,
    length: BarLength,
    count: number,
    keep: 'oldest' | 'newest',
  ): PriceBar[] {
    const joined: PriceBar[] = []
    for (const minute of this.#minutes[of]) {
      const start = barStart(minute.openTimeMs, length)
      if (start < fromMs || start > toMs) continue
      const last = joined.at(-1)
      if (last === undefined || barEnd(last.openTimeMs, length) <= minute.openTimeMs)
        joined.push({ ...minute, openTimeMs: start })
      else joined[joined.length - 1] = joinTwo(last, minute)
    }
    return keep === 'oldest' ? joined.slice(0, count) : joined.slice(-count)
  }
}

function append(minutes: PriceBar[], tsMs: TimeMs, price: number): void {
  const openTimeMs = barStart(tsMs, MINUTE_MS)
  const last = minutes.at(-1)
  const point: PriceBar = { openTimeMs, open: price, high: price, low: price, close: price, samples: 1 }
  if (last?.openTimeMs === openTimeMs) minutes[minutes.length - 1] = joinTwo(last, point)
  else minutes.push(point)
}

function joinTwo(first: PriceBar, second: PriceBar): PriceBar {
  return {
    openTimeMs: first.openTimeMs,
    open: first.open,
    high: Math.max(first.high, second.high),
    low: Math.min(first.low, second.low),
    close: second.close,
    samples: first.samples + second.samples,
  }
}
