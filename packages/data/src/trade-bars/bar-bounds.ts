import { UsageError } from '@kestrel/core'

/**
 * Position of the first trade of each bar, and the number of trades at the end.
 *
 * @param tradeCount - Trades of each bar, as bars made of the same trades state them. Shape `[n]`.
 * @throws UsageError `DATA_BAR_TRADES` where the bars have not as many trades as there are.
 */
export function barBounds(tradeCount: Float64Array, trades: number): Float64Array {
  const bounds = new Float64Array(tradeCount.length + 1)
  for (let b = 0; b < tradeCount.length; b++) bounds[b + 1] = (bounds[b] as number) + (tradeCount[b] as number)
  const counted = bounds[tradeCount.length] as number
  if (counted === trades) return bounds
  throw new UsageError({
    code: 'DATA_BAR_TRADES',
    message: `The bars count ${counted} trades, but there are ${trades}.`,
    hint: 'Give the bars that were made of these trades, the incomplete last one included.',
    meta: { counted, trades },
  })
}
