import { UsageError } from '@kestrel/core'
import { type IndicatorDefinition, INDICATORS, type InputName, InvalidInputError } from '@kestrel/indicators'
import { alignedColumn } from './aligned-column.ts'
import { COLUMN_POOL } from './column-pool.ts'
import { type Growth, GrowingIndicator } from './growth.ts'
import { BarsView, SeriesView, seriesView, sourceOf } from './series-view.ts'

type Registry = typeof INDICATORS

/** A bar-reading indicator takes the bars, a pair-reading one two series, any other one series. */
type Sources<Inputs extends readonly InputName[]> = Inputs extends readonly ['value']
  ? [series: SeriesView]
  : Inputs extends readonly ['value', 'other']
    ? [series: SeriesView, other: SeriesView]
    : [bars: BarsView]

type Numbers<T extends readonly unknown[]> = { [K in keyof T]?: number }

type Outputs<Names extends readonly string[]> = Names extends readonly [string]
  ? SeriesView
  : { readonly [K in Names[number]]: SeriesView }

type IndicatorCall<D> =
  D extends IndicatorDefinition<string, infer Inputs, infer Params, infer Names>
    ? (...args: [...Sources<Inputs>, ...Numbers<Params>]) => Outputs<Names>
    : never

/**
 * Every registered indicator as a function: `indicator.sma(bars.close, 20)`, `indicator.atr(bars, 14)`,
 * `indicator.macd(bars.close, 12, 26, 9).histogram`. Parameters left out take their defaults. Only in `start`.
 */
export type Indicators = { readonly [Name in keyof Registry]: IndicatorCall<Registry[Name]> }

/**
 * Computes indicators once for a whole run, in batch, and hands out views that end at the newest closed bar.
 * Equal requests share one column.
 */
export class IndicatorBoard {
  readonly indicators: Indicators
  readonly #cache = new Map<string, readonly SeriesView[]>()
  readonly #columnIds = new Map<Float64Array, number>()
  /** Columns to be given back when the run is over. */
  readonly #lent: Float64Array[] = []
  #closed = false
  /** Why an indicator could not be computed. It names a bar that may lie ahead, so a strategy must not see it. */
  failure: InvalidInputError | undefined
  readonly #growth: Growth | undefined

  /** @param growth - Where the market grows: keeps indicators up to date. */
  constructor(growth: Growth | undefined) {
    this.#growth = growth
    this.indicators = Object.freeze(
      Object.fromEntries(
        Object.entries(INDICATORS).map(([name, definition]) => [
          name,
          (...args: unknown[]) => this.#request(definition, args),
        ]),
      ),
    ) as Indicators
  }

  /** No new indicator from here on: it would have to be computed in the middle of the run. */
  close(): void {
    this.#closed = true
  }

  /** Gives the columns of all indicators back: the run is over, and its views show nothing any more. */
  release(): void {
    for (const column of this.#lent.splice(0)) COLUMN_POOL.give(column)
  }

  #request(definition: IndicatorDefinition, args: readonly unknown[]): unknown {
    const { name, inputs, params, outputs } = definition
    const views = args.filter((each) => each instanceof SeriesView || each instanceof BarsView)
    const numbers = args.slice(views.length)
    const sources = views[0] instanceof BarsView ? barSources(views[0], inputs) : seriesSources(name, views, inputs)
    const values = params.map((param, i) => (numbers[i] as number | undefined) ?? param.default)
    const cursor = sourceOf(sources[0] as SeriesView).cursor
    const columns = sources.map((view) => alignedColumn(view, cursor, this.#growth))
    const key = [name, ...values, ...columns.map((column) => this.#id(column))].join(' ')
    let computed = this.#cache.get(key)
    if (computed === undefined) {
      if (this.#closed) throw tooLate(name)
      computed = this.#compute(definition, columns, values).map((column) => seriesView(column, cursor))
      this.#cache.set(key, computed)
    }
    const made = computed
    return outputs.length === 1
      ? made[0]
      : Object.freeze(Object.fromEntries(outputs.map((output, i) => [output, made[i]])))
  }

  #compute(
    definition: IndicatorDefinition,
    columns: readonly Float64Array[],
    values: readonly number[],
  ): readonly Float64Array[] {
    try {
      if (this.#growth === undefined) {
        const { length } = columns[0] as Float64Array
        const memory = definition.outputs.map(() => COLUMN_POOL.take(length))
        const made = definition.batch(columns, values, memory)
        this.#lent.push(...memory)
        return made
      }
      return this.#growth.add(new GrowingIndicator(definition, columns, values)).outputs
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error
      this.failure ??= error
      throw new UsageError({
        code: 'KERNEL_INDICATOR_VALUE',
        message: `indicator.${definition.name} cannot be computed on every bar of this series; the run will end.`,
        meta: { indicator: definition.name },
      })
    }
  }

  #id(column: Float64Array): number {
    const id = this.#columnIds.get(column) ?? this.#columnIds.size
    this.#columnIds.set(column, id)
    return id
  }
}

function barSources(bars: BarsView, inputs: readonly InputName[]): SeriesView[] {
  return inputs.map((input) => (input === 'value' || input === 'other' ? bars.close : bars[input]))
}

function seriesSources(name: string, views: readonly unknown[], inputs: readonly InputName[]): SeriesView[] {
  const readsSeries = inputs.every((input) => input === 'value' || input === 'other')
  const series = views.filter((each) => each instanceof SeriesView)
  if (readsSeries && series.length === inputs.length && views.length === inputs.length) return series
  throw new UsageError({
    code: 'KERNEL_INDICATOR_INPUT',
    message: readsSeries
      ? `indicator.${name} takes ${inputs.length} series before its numbers, got ${views.length}.`
      : `indicator.${name} takes bars: indicator.${name}(bars(instrument), ...).`,
    meta: { indicator: name, inputs },
  })
}

function tooLate(name: string): UsageError {
  return new UsageError({
    code: 'KERNEL_LATE_INDICATOR',
    message: `indicator.${name} was asked for after the start. Indicators are made in start().`,
    hint: 'Make it in start() and read its value in onBar().',
    meta: { indicator: name },
  })
}
