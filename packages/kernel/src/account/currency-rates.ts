import { type BarColumns, DataError, type Instrument, lowerBound, type TimeMs } from '@kestrel/core'
import type { Ledger } from '../ledger.ts'

/** In place of the index of an instrument: the currency is priced by {@link CurrencyRates}. */
export const PRICED_ELSEWHERE = -2

/**
 * Index of the instrument that prices a currency in the reporting currency, spot before others; -1 for that currency
 * itself, {@link PRICED_ELSEWHERE} for one that has prices of its own.
 *
 * @throws DataError `KERNEL_NO_RATE` where nothing prices it.
 */
export function rateInstrument(
  currency: string,
  reporting: string,
  instruments: readonly Instrument[],
  pricedElsewhere: readonly string[] = [],
): number {
  if (currency === reporting) return -1
  const prices = (each: Instrument): boolean => each.base === currency && each.quote === reporting
  const spot = instruments.findIndex((each) => prices(each) && each.kind === 'spot')
  const index = spot < 0 ? instruments.findIndex(prices) : spot
  if (index >= 0) return index
  if (pricedElsewhere.includes(currency)) return PRICED_ELSEWHERE
  throw noRate(currency, reporting)
}

export function noRate(currency: string, reporting: string): DataError {
  return new DataError({
    code: 'KERNEL_NO_RATE',
    message: `Nothing in this run prices ${currency} in ${reporting} from its start on. Nothing was run.`,
    hint: `Add an instrument such as ${currency}-${reporting}.VENUE to the run, or report in ${currency}.`,
    meta: { currency, reporting },
  })
}

interface Priced {
  readonly currencyIndex: number
  readonly bars: BarColumns
  /** First bar that has not closed. */
  next: number
}

/**
 * Rates of currencies that the account holds and that no instrument of the run prices, such as the coin that a venue takes
 * fees in. A rate is the close of the newest bar that has closed.
 */
export class CurrencyRates {
  readonly #ledger: Ledger
  readonly #priced: readonly Priced[]

  /**
   * Sets the rates at the start of the run: the last close before it, or the open of a bar that opens with it.
   *
   * @param bars - By currency, in units of the reporting currency; currencies that an instrument prices are passed over.
   * @throws DataError `KERNEL_NO_RATE` where the bars of a currency that the account holds begin later.
   */
  constructor(
    bars: Readonly<Record<string, BarColumns>>,
    instruments: readonly Instrument[],
    ledger: Ledger,
    startMs: TimeMs,
  ) {
    const reporting = ledger.currencies[0] as string
    this.#ledger = ledger
    this.#priced = Object.entries(bars).flatMap(([currency, columns]) => {
      const currencyIndex = ledger.currencies.indexOf(currency)
      if (currencyIndex < 0 || rateInstrument(currency, reporting, instruments, [currency]) !== PRICED_ELSEWHERE)
        return []
      const next = lowerBound(columns.closeTimeMs, startMs + 1)
      const rate = next > 0 ? columns.close[next - 1] : columns.openTimeMs[0] === startMs ? columns.open[0] : undefined
      if (rate !== undefined) ledger.rate[currencyIndex] = rate
      else if ((ledger.cash[currencyIndex] as number) > 0) throw noRate(currency, reporting)
      return [{ currencyIndex, bars: columns, next }]
    })
  }

  /** Takes over the closes of every bar that has closed by now. */
  advanceTo(timeMs: TimeMs): void {
    for (const each of this.#priced) {
      const { closeTimeMs, close } = each.bars
      if ((closeTimeMs[each.next] ?? Infinity) > timeMs) continue
      while ((closeTimeMs[each.next] ?? Infinity) <= timeMs) each.next++
      this.#ledger.rate[each.currencyIndex] = close[each.next - 1] as number
    }
  }
}
