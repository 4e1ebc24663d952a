import { BinanceRefusal, wholeParam } from './binance-answer.ts'
import type { Desk, MarketDesks } from './market-desk.ts'

/** What a perpetual's mark is worth before anybody set it: the last price. */
export function markOf({ tape }: Desk): {
  readonly markPrice: number
  readonly indexPrice: number
  readonly fundingRate: number
  readonly nextFundingMs: number
} {
  const { last } = tape.marks
  if (last !== undefined) return last
  const price = (tape.bars.lastTicks * tape.market.tick.mantissa) / tape.market.tick.scale
  return { markPrice: price, indexPrice: price, fundingRate: 0, nextFundingMs: 0 }
}

/** `GET premiumIndex`: mark and index price, funding rate and next settlement. */
export function premiumIndex(desks: MarketDesks, query: URLSearchParams): object {
  const { desks: chosen, isList } = desks.chosen(query)
  const rows = chosen.map((desk) => {
    const { markPrice, indexPrice, fundingRate, nextFundingMs } = markOf(desk)
    return {
      symbol: desk.tape.market.symbol,
      markPrice: desk.format.number(markPrice),
      indexPrice: desk.format.number(indexPrice),
      estimatedSettlePrice: desk.format.number(indexPrice),
      lastFundingRate: fundingRate.toFixed(8),
      interestRate: '0.00010000',
      nextFundingTime: nextFundingMs,
      time: desks.clock.nowMs(),
    }
  })
  return isList ? rows : (rows[0] as object)
}

/** `GET fundingRate`: past settlements, oldest first; without a window the newest. */
export function fundingRates(desks: MarketDesks, query: URLSearchParams): object {
  const chosen = query.has('symbol') ? [desks.of(query)] : desks.all
  const limit = Math.max(1, Math.min(1_000, wholeParam(query, 'limit', 100)))
  const fromMs = wholeParam(query, 'startTime', 0)
  const toMs = wholeParam(query, 'endTime', Number.MAX_SAFE_INTEGER)
  if (fromMs > toMs) throw new BinanceRefusal(-1127, 'The start time is after the end time.')
  const rows = chosen.flatMap(({ tape, format }) =>
    tape.marks.settlements
      .filter(({ tsMs }) => tsMs >= fromMs && tsMs <= toMs)
      .map(({ tsMs, fundingRate, markPrice }) => ({
        symbol: tape.market.symbol,
        fundingTime: tsMs,
        fundingRate: fundingRate.toFixed(8),
        markPrice: format.number(markPrice),
      })),
  )
  rows.sort((a, b) => a.fundingTime - b.fundingTime)
  return query.has('startTime') ? rows.slice(0, limit) : rows.slice(-limit)
}

/** `GET fundingInfo`: intervals and caps. */
export function fundingInfo(desks: MarketDesks): object {
  return desks.all.map(({ tape: { market } }) => ({
    symbol: market.symbol,
    adjustedFundingRateCap: '0.02000000',
    adjustedFundingRateFloor: '-0.02000000',
    fundingIntervalHours: market.fundingIntervalMs / 3_600_000,
    disclaimer: false,
  }))
}

/** `GET openInterest`. */
export function openInterest(desks: MarketDesks, query: URLSearchParams): object {
  const { tape, format } = desks.of(query)
  return {
    symbol: tape.market.symbol,
    openInterest: format.qty(tape.openInterestLots),
    time: desks.clock.nowMs(),
  }
}
