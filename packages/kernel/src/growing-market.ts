import {
  type BarColumns,
  DataError,
  type InstrumentId,
  isoTime,
  type SeriesColumns,
  type TimeMs,
  type Timeframe,
} from '@kestrel/core'
import { appendAllTo, appendTo, growingColumn } from './growing-column.ts'
import type { MarketData } from './market.ts'

/** One bar, or one row to be appended. Prices in quote units, volume in base units. */
export interface BarRow {
  readonly openTimeMs: TimeMs
  /** Exclusive end. */
  readonly closeTimeMs: TimeMs
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

/**
 * A market that grows while a session runs: it begins with bars for warming up, and what closes is appended.
 *
 * Append only what is to be played next: the kernel plays all rows up to the instant that it is told to.
 */
export class GrowingMarket implements MarketData {
  readonly isGrowing = true
  readonly #bars = new Map<string, BarColumns>()
  readonly #funding = new Map<InstrumentId, SeriesColumns>()
  readonly #marks = new Map<InstrumentId, SeriesColumns>()
  readonly #series = new Map<string, SeriesColumns>()

  /** Begins bars of an instrument and timeframe with those of the past; at least one. */
  addBars(instrumentId: InstrumentId, timeframe: Timeframe, past: BarColumns): void {
    const { openTimeMs, closeTimeMs, open, high, low, close, volume } = past
    this.#bars.set(barsKey(instrumentId, timeframe), {
      openTimeMs: growingColumn(openTimeMs),
      closeTimeMs: growingColumn(closeTimeMs),
      open: growingColumn(open),
      high: growingColumn(high),
      low: growingColumn(low),
      close: growingColumn(close),
      volume: growingColumn(volume),
    })
  }

  /** Begins the funding and the marks of a perpetual, both empty. */
  addFunding(instrumentId: InstrumentId): void {
    this.#funding.set(instrumentId, seriesOf(['rate']))
    this.#marks.set(instrumentId, seriesOf(['open', 'high', 'low', 'close']))
  }

  /** Begins a series with what is known of it. */
  addSeries(name: string, instrumentId: InstrumentId | undefined, past: SeriesColumns): void {
    const begun = seriesOf(Object.keys(past.values))
    for (let row = 0; row < past.tsEventMs.length; row++) {
      const values = Object.fromEntries(
        Object.entries(past.values).map(([key, column]) => [key, column[row] as number]),
      )
      appendRow(begun, past.tsEventMs[row] as number, past.knowableTimeMs[row] as number, values)
    }
    this.#series.set(seriesKey(name, instrumentId), begun)
  }

  /**
   * Appends the next bar.
   *
   * @throws DataError `KERNEL_BAR_ORDER` for one that does not follow the last one; nothing was appended.
   */
  appendBar(instrumentId: InstrumentId, timeframe: Timeframe, bar: BarRow): void {
    const columns = this.#bars.get(barsKey(instrumentId, timeframe))
    const lastCloseMs = columns?.closeTimeMs.at(-1) ?? -Infinity
    if (columns === undefined || bar.openTimeMs < lastCloseMs || !(bar.closeTimeMs > bar.openTimeMs)) {
      throw outOfOrder(instrumentId, timeframe, bar.openTimeMs, columns === undefined ? undefined : lastCloseMs)
    }
    for (const name of BAR_COLUMNS) appendTo(columns[name], bar[name])
  }

  /**
   * Appends the next bars.
   *
   * @throws DataError `KERNEL_BAR_ORDER` where one does not follow the one before; nothing was appended.
   */
  appendBars(instrumentId: InstrumentId, timeframe: Timeframe, bars: BarColumns): void {
    const columns = this.#bars.get(barsKey(instrumentId, timeframe))
    let lastCloseMs = columns?.closeTimeMs.at(-1) ?? -Infinity
    for (let row = 0; row < bars.close.length; row++) {
      const [openTimeMs, closeTimeMs] = [bars.openTimeMs[row] as number, bars.closeTimeMs[row] as number]
      if (columns === undefined || openTimeMs < lastCloseMs || !(closeTimeMs > openTimeMs)) {
        throw outOfOrder(instrumentId, timeframe, openTimeMs, columns === undefined ? undefined : lastCloseMs)
      }
      lastCloseMs = closeTimeMs
    }
    if (columns !== undefined) for (const name of BAR_COLUMNS) appendAllTo(columns[name], bars[name])
  }

  /** Appends a settlement of funding, with the mark price that it is settled at where that is known. */
  appendFunding(instrumentId: InstrumentId, timeMs: TimeMs, rate: number, markPrice: number | undefined): void {
    const [funding, marks] = [this.#funding.get(instrumentId), this.#marks.get(instrumentId)]
    if (funding === undefined || marks === undefined) return
    if (markPrice !== undefined) {
      appendRow(marks, timeMs, timeMs, { open: markPrice, high: markPrice, low: markPrice, close: markPrice })
    }
    appendRow(funding, timeMs, timeMs, { rate })
  }

  /** Appends a value of a series that has become known. */
  appendSignal(
    name: string,
    instrumentId: InstrumentId | undefined,
    eventTimeMs: TimeMs,
    knowableTimeMs: TimeMs,
    values: Readonly<Record<string, number>>,
  ): void {
    const series = this.#series.get(seriesKey(name, instrumentId))
    if (series !== undefined) appendRow(series, eventTimeMs, knowableTimeMs, values)
  }

  bars(instrumentId: InstrumentId, timeframe: Timeframe): BarColumns | undefined {
    return this.#bars.get(barsKey(instrumentId, timeframe))
  }

  funding(instrumentId: InstrumentId): SeriesColumns | undefined {
    return this.#funding.get(instrumentId)
  }

  mark(instrumentId: InstrumentId): SeriesColumns | undefined {
    return this.#marks.get(instrumentId)
  }

  series(name: string, instrumentId: InstrumentId | undefined): SeriesColumns | undefined {
    return this.#series.get(seriesKey(name, instrumentId))
  }
}

const BAR_COLUMNS = ['openTimeMs', 'closeTimeMs', 'open', 'high', 'low', 'close', 'volume'] as const

/** @param lastCloseMs - Undefined where the session has no such bars. */
function outOfOrder(
  instrumentId: InstrumentId,
  timeframe: Timeframe,
  openTimeMs: TimeMs,
  lastCloseMs: TimeMs | undefined,
): DataError {
  return new DataError({
    code: 'KERNEL_BAR_ORDER',
    message:
      lastCloseMs === undefined
        ? `${instrumentId} has no ${timeframe} bars in this session. The bar was not taken in.`
        : `A ${timeframe} bar of ${instrumentId} from ${isoTime(openTimeMs)} does not follow the last, which closed at ${isoTime(lastCloseMs)}. It was not taken in.`,
    meta: { instrument: instrumentId, timeframe, openTimeMs },
  })
}

function barsKey(instrumentId: InstrumentId, timeframe: Timeframe): string {
  return `${instrumentId} ${timeframe}`
}

function seriesKey(name: string, instrumentId: InstrumentId | undefined): string {
  return `${name} ${instrumentId ?? ''}`
}

function seriesOf(names: readonly string[]): SeriesColumns {
  return {
    tsEventMs: growingColumn(),
    knowableTimeMs: growingColumn(),
    values: Object.fromEntries(names.map((name) => [name, growingColumn()])),
  }
}

function appendRow(
  series: SeriesColumns,
  tsEventMs: TimeMs,
  knowableTimeMs: TimeMs,
  values: Readonly<Record<string, number>>,
): void {
  appendTo(series.tsEventMs, tsEventMs)
  appendTo(series.knowableTimeMs, knowableTimeMs)
  for (const [name, column] of Object.entries(series.values)) appendTo(column, values[name] ?? Number.NaN)
}
