import { createHash } from 'node:crypto'
import { type BarColumns, parseInstrumentId, timeframeMs, type Timeframe } from '@kestrel/core'
import { type DatasetRecord, keyText, type Lake } from '@kestrel/data'
import type { BacktestRequest } from './backtest-request.ts'
import type { LoadedMarket } from './load-market.ts'
import type { SeriesUse } from './series-shelf.ts'

/**
 * The market with bars that price the currency in which fees are paid, where the account holds it and no instrument of the
 * run prices it. Bars of the run's venue and timeframe go before others. Where the lake has none the run refuses.
 *
 * @throws DataError of the lake for what is corrupt.
 */
export async function withFeeCurrency(
  market: LoadedMarket,
  lake: Lake,
  request: BacktestRequest,
  datasets: readonly DatasetRecord[],
): Promise<LoadedMarket> {
  const reporting = request.reportingCurrency ?? market.instruments[0]?.quote
  const { cash } = request
  const bars = new Map<string, BarColumns>()
  const uses: SeriesUse[] = []
  for (const { feeCurrency } of request.fill.fees ?? []) {
    const currency = feeCurrency?.currency
    if (currency === undefined || bars.has(currency) || typeof cash === 'number' || !((cash[currency] ?? 0) > 0))
      continue
    if (market.instruments.some(({ base, quote }) => base === currency && quote === reporting)) continue
    const key = nearestKey(currency, reporting, market, datasets)
    if (key === undefined) continue
    const { instrument, timeframe } = key
    const window = { fromMs: market.span.fromMs - timeframeMs(timeframe), toMs: market.span.toMs }
    const loaded = await lake.loadBars(instrument, timeframe, window)
    bars.set(currency, loaded.bars)
    const { rows, dataHash } = loaded
    uses.push({ name: `price of ${currency}`, instrument, dataset: keyText(loaded.key), rows, dataHash })
  }
  if (uses.length === 0) return market
  const hash = createHash('sha256').update(`${market.dataHash}\n`)
  for (const { name, dataset, dataHash } of uses) hash.update(`${name} ${dataset} ${dataHash}\n`)
  return {
    ...market,
    data: { ...market.data, currencyBars: (currency) => bars.get(currency) },
    series: [...market.series, ...uses],
    dataHash: hash.digest('hex'),
  }
}

/** The bars of the lake that price a currency best. */
function nearestKey(
  currency: string,
  reporting: string | undefined,
  { instruments, timeframe }: LoadedMarket,
  datasets: readonly DatasetRecord[],
): { readonly instrument: string; readonly timeframe: Timeframe } | undefined {
  const venues = new Set(instruments.map(({ venue }) => venue))
  const candidates = datasets.flatMap(({ key }) => {
    if (key.kind !== 'bars' || key.timeframe === undefined) return []
    const { base, quote, kind, venue } = parseInstrumentId(key.instrument)
    if (base !== currency || quote !== reporting || kind !== 'spot') return []
    // First the run's venue, then its timeframe, then whichever is finest.
    const rank = (venues.has(venue) ? 0 : 2) + (key.timeframe === timeframe ? 0 : 1)
    return [{ instrument: key.instrument, timeframe: key.timeframe, rank }]
  })
  return candidates.toSorted((a, b) => a.rank - b.rank || timeframeMs(a.timeframe) - timeframeMs(b.timeframe))[0]
}
