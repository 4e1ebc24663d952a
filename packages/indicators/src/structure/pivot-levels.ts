import { defineIndicator, type IndicatorDefinition } from '../definition.ts'
import { type NamedStream, openStream } from '../named-stream.ts'
import { checkParams, integerParam } from '../parameters.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { columnsOfState } from './columns-of-state.ts'
import { SessionRange } from './session-range.ts'

const INPUTS = ['openTimeMs', 'high', 'low', 'close'] as const
const PARAMS = [
  integerParam('sessionMinutes', 1440, 1, 525_600, 'length of a session in minutes, counted from 1970-01-01 00:00 UTC'),
] as const

/** One scheme of pivot points: its levels, and how they follow from the range of a session. */
interface PivotScheme<Name extends string, Levels extends readonly string[]> {
  readonly name: Name
  readonly title: string
  readonly about: string
  readonly source: string
  readonly levels: Levels
  /** Writes the levels, in their order, from the high, low and close of the session that ended. */
  readonly write: (high: number, low: number, close: number, levels: Float64Array) => void
}

/** A scheme of pivot points as a batch function, a stream and a definition. */
export interface PivotLevels<Name extends string, Levels extends readonly string[]> {
  readonly definition: IndicatorDefinition<Name, typeof INPUTS, typeof PARAMS, Levels>
  /**
   * Levels at each bar, worked out from the last session with bars before the bar's own.
   *
   * @param openTimeMs - Open time of each bar, UTC milliseconds, oldest first. Shape `[n]`.
   * @param high - Highs, quote units. Shape `[n]`.
   * @param low - Lows. Shape `[n]`.
   * @param close - Closes. Shape `[n]`. Bars with a leading NaN in any column are left out.
   * @param sessionMinutes - Length of a session, whole minutes from 1 to 525,600. 1,440 begins anew at each UTC midnight.
   * @returns A column of shape `[n]` for each level, quote units. NaN until a first session has ended. Where the series
   *   begins within a session, that one is taken as it is.
   * @throws {@link InvalidParameterError} for a bad session length.
   * @throws {@link InputShapeError} for columns of different length.
   * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
   *
   * Causal: reads the session before and nothing of the bar's own. O(n) time.
   */
  readonly batch: (
    openTimeMs: Float64Array,
    high: Float64Array,
    low: Float64Array,
    close: Float64Array,
    sessionMinutes: number,
  ) => { readonly [Level in Levels[number]]: Float64Array }
  /** The stream of {@link batch}. */
  readonly create: (sessionMinutes: number) => NamedStream<typeof INPUTS, Levels>
}

/** Build a scheme of pivot points from its formulas. */
export function pivotLevels<const Name extends string, const Levels extends readonly string[]>(
  scheme: PivotScheme<Name, Levels>,
): PivotLevels<Name, Levels> {
  const { name, title, about, source, levels, write } = scheme
  const columns = (inputs: readonly Float64Array[], sessionMinutes: number): Float64Array[] => {
    checkParams(PARAMS, [sessionMinutes])
    const start = seriesStart(inputs, INPUTS)
    return columnsOfState(new PivotLevelsState(sessionMinutes, write), inputs, start, levels.length)
  }

  const definition = defineIndicator({
    name,
    title,
    about,
    source,
    inputs: INPUTS,
    params: PARAMS,
    outputs: levels,
    waitsForData: true,
    outputWarmup: () => levels.map(() => 1) as never,
    batch: (inputs, [sessionMinutes]) => columns(inputs, sessionMinutes) as never,
    state: (sessionMinutes) => new PivotLevelsState(sessionMinutes, write),
  })

  return {
    definition,
    batch: (openTimeMs, high, low, close, sessionMinutes) => {
      const out = columns([openTimeMs, high, low, close], sessionMinutes)
      return Object.fromEntries(levels.map((level, k) => [level, out[k]])) as never
    },
    create: (sessionMinutes) => openStream(definition, [sessionMinutes]),
  }
}

class PivotLevelsState implements IndicatorState {
  readonly #range: SessionRange
  readonly #write: PivotScheme<string, readonly string[]>['write']

  constructor(sessionMinutes: number, write: PivotScheme<string, readonly string[]>['write']) {
    this.#range = new SessionRange(sessionMinutes)
    this.#write = write
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const range = this.#range
    range.step(inputs[0] as number, inputs[1] as number, inputs[2] as number, inputs[3] as number, isNewBar)
    // NaN while no session has ended, and so is then each level.
    this.#write(range.previousHigh, range.previousLow, range.previousClose, outputs)
  }
}
