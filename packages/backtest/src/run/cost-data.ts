import { type BarColumns, DataError, type InstrumentId, type SeriesColumns } from '@kestrel/core'
import { type MarketHistory, marketHistory } from '../costs/market-history.ts'
import type { BacktestData, ResolvedConfig } from './backtest-config.ts'

/**
 * What the cost models of a run read, by instrument; empty where costs are numbers.
 *
 * @throws DataError `KERNEL_NO_SERIES` where the spread comes from quotes and an instrument has none.
 */
export function marketHistories(
  { fill, instruments }: ResolvedConfig,
  data: BacktestData,
  base: ReadonlyMap<InstrumentId, BarColumns>,
): readonly MarketHistory[] {
  const { spread, slippage } = fill
  if (spread === undefined && slippage === undefined) return []
  return instruments.map(({ id }) => {
    const quotes = spread?.model === 'quotes' ? quotesOf(data, id) : undefined
    return marketHistory(spread, slippage, base.get(id) as BarColumns, quotes)
  })
}

function quotesOf(data: BacktestData, id: InstrumentId): SeriesColumns {
  const quotes = data.series?.('quotes', id)
  if (quotes !== undefined) return quotes
  throw new DataError({
    code: 'KERNEL_NO_SERIES',
    message: `This run has no series quotes of ${id}, which its spread model needs. Nothing was run.`,
    hint: 'It has the values bid and ask. Or choose another spread model.',
    meta: { series: 'quotes', instrument: id },
  })
}

/**
 * Bars that price the currencies in which fees are paid and which no instrument of the run prices; undefined where there
 * are none. A currency that the account does not hold needs no price: its fees are paid in the settle currency.
 *
 * @throws DataError `BACKTEST_FEE_CURRENCY` for one that is held and has no price.
 */
export function feeCurrencyBars(
  { fill, cash, instruments, reportingCurrency }: ResolvedConfig,
  data: BacktestData,
): Readonly<Record<string, BarColumns>> | undefined {
  const currencies = new Set((fill.fees ?? []).flatMap(({ feeCurrency }) => feeCurrency?.currency ?? []))
  const found: Record<string, BarColumns> = {}
  for (const currency of currencies) {
    const isPriced = instruments.some(({ base, quote }) => base === currency && quote === reportingCurrency)
    if (currency === reportingCurrency || isPriced || !((cash[currency] ?? 0) > 0)) continue
    const bars = data.currencyBars?.(currency)
    if (bars === undefined) {
      throw new DataError({
        code: 'BACKTEST_FEE_CURRENCY',
        message: `Fees shall be paid in ${currency}, which nothing prices in ${reportingCurrency}. Nothing was run.`,
        hint: `Import bars of ${currency}-${reportingCurrency}, or leave ${currency} out of --cash: fees are then paid in full in the settle currency.`,
        meta: { currency, reportingCurrency },
      })
    }
    found[currency] = bars
  }
  return Object.keys(found).length === 0 ? undefined : found
}
