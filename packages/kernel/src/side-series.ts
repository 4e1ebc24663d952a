import type { InstrumentId, SeriesColumns } from '@kestrel/core'
import { UsageError } from '@kestrel/core'
import { alignedColumn } from './aligned-column.ts'
import { appendTo, growingColumn } from './growing-column.ts'
import type { Growth } from './growth.ts'
import { knownRows } from './known-rows.ts'
import type { CallFrame, Listener } from './listener.ts'
import { type BarsView, type Cursor, type SeriesView, seriesView, sourceOf } from './series-view.ts'
import type { Timeline } from './timeline.ts'

/** A value of a series that has just become knowable, as `onSignal` receives it. */
export interface SignalEvent {
  /** Name under which the strategy asked for the series. */
  readonly name: string
  /** Undefined where the series belongs to no instrument. */
  readonly instrumentId: InstrumentId | undefined
  /** The first of `values`. */
  readonly value: number
  readonly values: Readonly<Record<string, number>>
  /** When it happened. A revision has the event time of the value that it revises. */
  readonly eventTimeMs: number
  readonly knowableTimeMs: number
}

/**
 * Views of a declared series up to what is knowable now. A row is what was the newest reading when something became
 * knowable, so `at(ago)` counts arrivals: a revision is one more row, and the rows before it stay as they were read then.
 */
export class SideSeries {
  readonly name: string
  readonly instrumentId: InstrumentId | undefined
  /** When the newest reading happened, and when it became knowable. */
  readonly eventTimeMs: SeriesView
  readonly knowableTimeMs: SeriesView
  /** The first of `values`. */
  readonly value: SeriesView
  readonly values: Readonly<Record<string, SeriesView>>
  readonly #aligned = new Map<Cursor, Map<SeriesView, SeriesView>>()
  readonly #growth: Growth | undefined

  constructor(
    name: string,
    instrumentId: InstrumentId | undefined,
    views: Pick<SideSeries, 'eventTimeMs' | 'knowableTimeMs' | 'values'>,
    growth: Growth | undefined,
  ) {
    this.#growth = growth
    this.name = name
    this.instrumentId = instrumentId
    this.eventTimeMs = views.eventTimeMs
    this.knowableTimeMs = views.knowableTimeMs
    this.values = views.values
    this.value = Object.values(views.values)[0] as SeriesView
  }

  /** Rows that are knowable now. */
  get length(): number {
    return this.value.length
  }

  /**
   * A value on the rows of bars: at each close the newest reading that was knowable then, NaN before the first. What it
   * gives works in any indicator together with those bars.
   *
   * @param value - Name of the value; the first unless stated.
   * @throws UsageError `KERNEL_SERIES_VALUE` where the series has no value of that name.
   */
  on(bars: BarsView, value?: string): SeriesView {
    const view = value === undefined ? this.value : this.values[value]
    if (view === undefined) {
      throw new UsageError({
        code: 'KERNEL_SERIES_VALUE',
        message: `The series ${this.name} has no value "${value}".`,
        hint: `It has ${Object.keys(this.values).join(', ')}.`,
        meta: { series: this.name, value },
      })
    }
    const { cursor } = sourceOf(bars.close)
    const made = this.#aligned.get(cursor) ?? new Map<SeriesView, SeriesView>()
    this.#aligned.set(cursor, made)
    const aligned = made.get(view) ?? seriesView(alignedColumn(view, cursor, this.#growth), cursor)
    made.set(view, aligned)
    return aligned
  }
}

/** A series as a timeline by knowable time, told to every strategy that declared it. */
export class SeriesTimeline implements Timeline {
  readonly kind = 'signal'
  readonly timeMs: Float64Array
  readonly view: SideSeries
  readonly #columns: SeriesColumns
  /** Row of the columns that became known at each time. */
  readonly #row: Int32Array | number[]
  /** Views' columns with what they are picked from: the row of the columns that is the newest reading. */
  readonly #picked: (readonly [picked: Float64Array, source: Float64Array])[] = []
  #latest: number
  readonly #cursor: Cursor
  readonly #subscribers: Listener[] = []
  readonly #frame: CallFrame

  /** @throws DataError `KERNEL_SERIES_TIME` for a row whose knowable time is absent or before the row's own. */
  constructor(
    name: string,
    instrumentId: InstrumentId | undefined,
    columns: SeriesColumns,
    frame: CallFrame,
    growth?: Growth,
  ) {
    const what = instrumentId === undefined ? `The series ${name}` : `The series ${name} of ${instrumentId}`
    const { knowableTimeMs, row, newest } = knownRows(columns, what)
    const grows = growth !== undefined
    this.timeMs = grows ? growingColumn(knowableTimeMs) : knowableTimeMs
    this.#row = grows ? [...row] : row
    this.#latest = newest.at(-1) ?? -1
    this.#columns = columns
    this.#frame = frame
    this.#cursor = { index: -1, closeTimeMs: this.timeMs }
    const picked = (column: Float64Array): SeriesView => {
      const values = Float64Array.from(newest, (at) => column[at] as number)
      const kept = grows ? growingColumn(values) : values
      if (grows) this.#picked.push([kept, column])
      return seriesView(kept, this.#cursor)
    }
    const values = Object.entries(columns.values).map(([key, column]) => [key, picked(column)] as const)
    const views = {
      eventTimeMs: picked(columns.tsEventMs),
      knowableTimeMs: picked(columns.knowableTimeMs),
      values: Object.freeze(Object.fromEntries(values)),
    }
    this.view = new SideSeries(name, instrumentId, views, growth)
    growth?.add(this)
  }

  /** Takes up rows that were appended. They are in the order in which they became known. */
  extend(): void {
    const { tsEventMs, knowableTimeMs } = this.#columns
    const rows = this.#row as number[]
    for (let at = rows.length; at < tsEventMs.length; at++) {
      const isNewest = this.#latest < 0 || (tsEventMs[at] as number) >= (tsEventMs[this.#latest] as number)
      if (isNewest) this.#latest = at
      rows.push(at)
      appendTo(this.timeMs, Math.max(knowableTimeMs[at] as number, this.timeMs.at(-1) ?? -Infinity))
      for (const [kept, source] of this.#picked) appendTo(kept, source[this.#latest] as number)
    }
  }

  subscribe(listener: Listener): void {
    if (!this.#subscribers.some((each) => each.strategyIndex === listener.strategyIndex)) {
      this.#subscribers.push(listener)
    }
  }

  /** The run is over: views show nothing from here on. */
  end(): void {
    this.#cursor.index = -1
  }

  skip(rows: number): void {
    this.#cursor.index = rows - 1
  }

  happen(_from: number, to: number): void {
    this.#cursor.index = to - 1
  }

  tell(from: number, to: number): void {
    if (this.#subscribers.every(({ handlers }) => handlers.onSignal === undefined)) return
    for (let i = from; i < to; i++) {
      const event = this.#eventOf(this.#row[i] as number)
      for (const listener of this.#subscribers) {
        this.#frame.enter(listener)
        listener.handlers.onSignal?.(event)
        this.#frame.leave()
      }
    }
  }

  #eventOf(row: number): SignalEvent {
    const { tsEventMs, knowableTimeMs, values } = this.#columns
    const read = Object.entries(values).map(([key, column]) => [key, column[row] as number] as const)
    return Object.freeze({
      name: this.view.name,
      instrumentId: this.view.instrumentId,
      value: read[0]?.[1] ?? Number.NaN,
      values: Object.freeze(Object.fromEntries(read)),
      eventTimeMs: tsEventMs[row] as number,
      knowableTimeMs: knowableTimeMs[row] as number,
    })
  }
}
