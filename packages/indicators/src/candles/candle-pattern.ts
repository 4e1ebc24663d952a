import { defineIndicator, type IndicatorDefinition, type Numbers } from '../definition.ts'
import { type NamedStream, openStream } from '../named-stream.ts'
import { checkParams, numberParam, type ParamDefinition } from '../parameters.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { CandleWindow } from './candle-window.ts'

const INPUTS = ['open', 'high', 'low', 'close'] as const
type Inputs = typeof INPUTS

/** One candle pattern: how many candles it has, by what they are judged, and the rule. */
interface CandlePatternSpec<Name extends string, Params extends readonly ParamDefinition[]> {
  readonly name: Name
  readonly title: string
  readonly about: string
  readonly source: string
  /** Candles of the pattern itself. */
  readonly candles: number
  /** Candles before them that a candle is judged by: 10 where a setting of period 10 is used, else 5 or 0. */
  readonly judgedBy: 0 | 5 | 10
  readonly params: Params
  /** 1 where the pattern that ends at the newest candle is bullish, -1 where bearish, 0 where there is none. */
  readonly match: (candles: CandleWindow, ...params: Numbers<Params>) => number
}

/** A pattern as a batch function, a stream and a definition. */
export interface CandlePattern<Name extends string, Params extends readonly ParamDefinition[]> {
  readonly definition: IndicatorDefinition<Name, Inputs, Params, readonly [Name]>
  /**
   * The pattern over whole columns of open, high, low and close, each of shape `[n]`, quote units, oldest first.
   *
   * @returns Shape `[n]`: at the pattern's last candle 1 where it is bullish and -1 where it is bearish, elsewhere 0;
   *   NaN during the warm-up. Leading NaN in a column shift it.
   * @throws {@link InputShapeError} for columns of different length.
   * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
   *
   * Causal. O(n) time, one allocation.
   */
  readonly batch: (
    open: Float64Array,
    high: Float64Array,
    low: Float64Array,
    close: Float64Array,
    ...params: Numbers<Params>
  ) => Float64Array
  /** The stream of {@link batch}. */
  readonly create: (...params: Numbers<Params>) => NamedStream<Inputs, readonly [Name]>
}

/** How far the last candle must close into the body of the first, as a fraction of that body. */
export function penetrationParam(fallback: number): readonly [ParamDefinition<'penetration'>] {
  return [numberParam('penetration', fallback, 0, 1, 'how far the close must reach into the body, as a fraction of it')]
}

/** Build a pattern from its rule. Every candle pattern is one call of this. */
export function candlePattern<const Name extends string, const Params extends readonly ParamDefinition[] = readonly []>(
  spec: Omit<CandlePatternSpec<Name, Params>, 'params'> & { readonly params?: Params },
): CandlePattern<Name, Params> {
  const params = (spec.params ?? []) as unknown as Params
  const { name, title, about, source, match } = spec
  const warmup = spec.candles - 1 + spec.judgedBy

  const overColumns = (columns: readonly Float64Array[], values: Numbers<Params>): Float64Array => {
    checkParams(params, values)
    const start = seriesStart(columns, INPUTS)
    const length = (columns[0] as Float64Array).length
    const out = warmupColumn(length, start + warmup)
    const candles = CandleWindow.overColumns(columns)
    for (let i = start + warmup; i < length; i++) {
      candles.moveTo(i)
      out[i] = match(candles, ...values)
    }
    return out
  }

  const definition = defineIndicator({
    name,
    title,
    about,
    source,
    inputs: INPUTS,
    params,
    outputs: [name] as const,
    outputWarmup: () => [warmup] as const,
    batch: (inputs, values) => [overColumns(inputs, values)] as const,
    state: (...values) => new CandlePatternState(warmup, (candles) => match(candles, ...values)),
  })

  return {
    definition,
    batch: (open, high, low, close, ...values) => overColumns([open, high, low, close], values),
    create: (...values) => openStream(definition, values),
  }
}

class CandlePatternState implements IndicatorState {
  readonly #candles = CandleWindow.ring()
  readonly #match: (candles: CandleWindow) => number
  /** Bars until the pattern and the candles it is judged by are there. */
  #missing: number

  constructor(warmup: number, match: (candles: CandleWindow) => number) {
    this.#missing = warmup + 1
    this.#match = match
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (isNewBar) {
      this.#candles.push(inputs)
      if (this.#missing > 0) this.#missing--
    } else this.#candles.replace(inputs)
    if (this.#missing === 0) outputs[0] = this.#match(this.#candles)
  }
}
