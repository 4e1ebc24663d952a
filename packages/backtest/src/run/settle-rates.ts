import { type BarColumns, type Instrument, lowerBound, type TimeMs } from '@kestrel/core'

/**
 * Units of the reporting currency for one unit of the currency that an instrument settles in, at an instant: the newest
 * close of what prices it, as the ledger has it.
 *
 * @param bars - The run's bars, by instrument id.
 * @returns undefined where every instrument settles in the reporting currency.
 */
export function settleRates(
  instruments: readonly Instrument[],
  reportingCurrency: string,
  bars: ReadonlyMap<string, BarColumns>,
): ((instrumentId: string, tsMs: TimeMs) => number) | undefined {
  const pricing = new Map<string, BarColumns>()
  for (const { id, settleCurrency } of instruments) {
    if (settleCurrency === reportingCurrency) continue
    const prices = instruments.filter((each) => each.base === settleCurrency && each.quote === reportingCurrency)
    const source = prices.find(({ kind }) => kind === 'spot') ?? prices[0]
    const columns = source === undefined ? undefined : bars.get(source.id)
    if (columns !== undefined) pricing.set(id, columns)
  }
  if (pricing.size === 0) return undefined
  return (instrumentId, tsMs) => {
    const columns = pricing.get(instrumentId)
    if (columns === undefined) return 1
    const row = lowerBound(columns.closeTimeMs, tsMs + 1) - 1
    return (row < 0 ? columns.open[0] : columns.close[row]) ?? 1
  }
}
