import { DataError, type TimeMs } from '@kestrel/core'

/** The model needs quotes and there are none that it can read. */
export function noQuotes(): DataError {
  return new DataError({
    code: 'BACKTEST_QUOTES',
    message: 'The spread model "quotes" needs a series with the values bid and ask. Nothing was run.',
    hint: 'Import quotes for the instrument, or choose another spread model.',
  })
}

/** A quote that no market shows: ask below bid, or a bid of 0. */
export function crossedQuote(tsEventMs: TimeMs, bid: number, ask: number): DataError {
  return new DataError({
    code: 'BACKTEST_QUOTES',
    message: `The quote at ${tsEventMs} has bid ${bid} and ask ${ask}. Nothing was run.`,
    meta: { tsEventMs, bid, ask },
  })
}
