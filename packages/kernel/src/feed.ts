import type { BarColumns, Instrument, TimeMs, Timeframe } from '@kestrel/core'
import { BarsView, ClosedBar, type Cursor, type SeriesView, seriesView } from './series-view.ts'

/** Bars of one instrument and timeframe with the cursor that says how many of them have closed. */
export class Feed {
  readonly instrument: Instrument
  readonly instrumentIndex: number
  readonly timeframe: Timeframe
  /** True for the run's own timeframe: its closes mark positions and sample the equity. */
  readonly isBase: boolean
  readonly columns: BarColumns
  /** Feeds that close together share one. */
  readonly cursor: Cursor
  readonly view: BarsView
  readonly bar: ClosedBar
  /** Indexes of the strategies that subscribed to it. */
  readonly subscribers: number[] = []

  constructor(
    instrument: Instrument,
    instrumentIndex: number,
    timeframe: Timeframe,
    isBase: boolean,
    columns: BarColumns,
    cursor: Cursor,
  ) {
    this.instrument = instrument
    this.instrumentIndex = instrumentIndex
    this.timeframe = timeframe
    this.isBase = isBase
    this.columns = columns
    this.cursor = cursor
    const view = (column: Float64Array): SeriesView => seriesView(column, this.cursor)
    this.view = new BarsView(instrument, timeframe, {
      openTimeMs: view(columns.openTimeMs),
      closeTimeMs: view(columns.closeTimeMs),
      open: view(columns.open),
      high: view(columns.high),
      low: view(columns.low),
      close: view(columns.close),
      volume: view(columns.volume),
    })
    this.bar = new ClosedBar(this.view)
  }

  /** Close of the bar that closes at `timeMs`, or of the newest visible one: a price, whether it is visible or not. */
  closeAt(timeMs: TimeMs): number {
    const next = this.cursor.index + 1
    const row = this.columns.closeTimeMs[next] === timeMs ? next : next - 1
    return this.columns.close[row] ?? Number.NaN
  }
}
