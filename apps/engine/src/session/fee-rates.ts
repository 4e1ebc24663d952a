import { type BarColumns, parseInstrumentId, timeframeMs } from '@kestrel/core'
import { openLake } from '@kestrel/data'
import type { AccountFill, RateLookup } from '@kestrel/live'

/** Bars older than this say nothing of a price any more. */
const MOST_AGE_MS = 86_400_000

/**
 * Prices of the currencies that fees were taken in and that are neither base nor quote of their instrument: closes of the newest
 * bar before each fill, from the lake, of the finest timeframe that it has; undefined where it has none.
 *
 * @throws DataError of the lake for what is corrupt.
 */
export async function feeRates(dataDir: string, fills: readonly AccountFill[]): Promise<RateLookup> {
  const foreign = fills.filter(
    ({ fee, instrument: { base, settleCurrency } }) =>
      fee !== undefined && fee.currency !== settleCurrency && fee.currency !== base,
  )
  const bars = new Map<string, BarColumns>()
  if (foreign.length > 0) {
    const lake = openLake(dataDir)
    const { datasets } = await lake.list()
    for (const { fee, instrument } of foreign) {
      const pair = `${fee?.currency}/${instrument.settleCurrency}`
      if (bars.has(pair)) continue
      const [finest] = datasets
        .flatMap(({ key }) =>
          key.kind === 'bars' && key.timeframe !== undefined ? [{ ...key, timeframe: key.timeframe }] : [],
        )
        .filter(({ instrument: id }) => {
          const { base, quote, kind } = parseInstrumentId(id)
          return kind === 'spot' && `${base}/${quote}` === pair
        })
        .toSorted((a, b) => timeframeMs(a.timeframe) - timeframeMs(b.timeframe))
      if (finest !== undefined) bars.set(pair, (await lake.loadBars(finest.instrument, finest.timeframe)).bars)
    }
  }
  return (currency, inCurrency, timeMs) => {
    const found = bars.get(`${currency}/${inCurrency}`)
    if (found === undefined) return undefined
    const index = found.closeTimeMs.findLastIndex((closeMs) => closeMs <= timeMs)
    const closeMs = found.closeTimeMs[index]
    return closeMs === undefined || timeMs - closeMs > MOST_AGE_MS ? undefined : found.close[index]
  }
}
