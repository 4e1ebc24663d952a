import type { ParquetColumns } from '@kestrel/data'
import type { FundingRecord, InterestRecord } from '@kestrel/kernel'

/**
 * Funding of every position at every settlement, in order of time. `position` is the signed quantity held before it,
 * `amount` the money received (above 0) or paid in the currency that the instrument settles in; `mark_source` says whether
 * the price was a recorded mark or the perpetual's close.
 */
export function fundingColumns(funding: readonly FundingRecord[]): ParquetColumns {
  const numbers = (value: (row: FundingRecord) => number): Float64Array => Float64Array.from(funding, value)
  return {
    time_ms: { int64: numbers(({ tsEventMs }) => tsEventMs) },
    instrument: funding.map(({ instrumentId }) => instrumentId),
    rate: numbers(({ rate }) => rate),
    mark: numbers(({ markPrice }) => markPrice),
    position: numbers(({ quantity }) => quantity),
    amount: numbers(({ amount }) => amount),
    mark_source: funding.map(({ isMarkMissing }) => (isMarkMissing ? 'close' : 'mark')),
  }
}

/** Interest on borrowed spot, an hour and loan a row; `amount` was paid in `paid_in`, `principal` is owed in `currency`. */
export function interestColumns(interest: readonly InterestRecord[]): ParquetColumns {
  const numbers = (value: (row: InterestRecord) => number): Float64Array => Float64Array.from(interest, value)
  return {
    time_ms: { int64: numbers(({ tsEventMs }) => tsEventMs) },
    currency: interest.map(({ currency }) => currency),
    paid_in: interest.map(({ paidIn }) => paidIn),
    principal: numbers(({ principal }) => principal),
    daily_rate: numbers(({ dailyRate }) => dailyRate),
    amount: numbers(({ amount }) => amount),
  }
}
