import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, numberParam } from '../parameters.ts'
import { ParabolicStop, parabolicStops } from '../recurrence/parabolic-stop.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['high', 'low'] as const
const PARAMS = [
  numberParam('acceleration', 0.02, 0, 1, 'step by which the stop speeds up at each new extreme'),
  numberParam('maximum', 0.2, 0, 1, 'largest share of the distance that the stop moves in a bar'),
] as const

/** Columns of {@link parabolicSar}. */
export interface ParabolicSarColumns {
  /** The stop that was in force at the bar, quote units; that of the new direction where the bar touched it. */
  readonly line: Float64Array
  /** 1 in an up trend (the stop lies below), -1 in a down trend. */
  readonly direction: Float64Array
}

/**
 * Parabolic stop and reverse.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param acceleration - Share of the distance to the extreme that the stop moves in a bar, at first, and what each new
 *   extreme adds to it, 0..1. Wilder used 0.02.
 * @param maximum - Largest such share, 0..1. Wilder used 0.2.
 * @param memory - For the columns; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Columns of shape `[n]`. The first entry is NaN. At a bar that touches the stop, `line` is already the stop
 *   of the new direction.
 * @throws {@link InvalidParameterError} for a bad parameter.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time.
 * Source: Wilder, New Concepts in Technical Trading Systems (1978); first direction and first bar as `SAR` of TA-Lib
 * has them.
 */
export function parabolicSar(
  high: Float64Array,
  low: Float64Array,
  acceleration: number,
  maximum: number,
  memory?: ParabolicSarColumns,
): ParabolicSarColumns {
  checkParams(PARAMS, [acceleration, maximum])
  return parabolicStops(high, low, seriesStart([high, low], INPUTS), acceleration, maximum, memory)
}

class ParabolicSarState implements IndicatorState {
  readonly #stop: ParabolicStop

  constructor(acceleration: number, maximum: number) {
    this.#stop = new ParabolicStop(acceleration, maximum)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (!this.#stop.step(inputs, isNewBar)) return
    outputs[0] = this.#stop.line
    outputs[1] = this.#stop.direction
  }
}

export const parabolicSarIndicator = defineIndicator({
  name: 'parabolicSar',
  title: 'Parabolic stop and reverse',
  about: 'Trailing stop that comes closer the longer a trend makes new extremes, and turns when it is touched.',
  source:
    'Wilder, New Concepts in Technical Trading Systems (1978); first direction and first bar as `SAR` of TA-Lib has them.',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['line', 'direction'],
  outputWarmup: () => [1, 1],
  batch: ([high, low], [acceleration, maximum], out) => {
    const columns = parabolicSar(high, low, acceleration, maximum, out && { line: out[0], direction: out[1] })
    return [columns.line, columns.direction]
  },
  state: (acceleration, maximum) => new ParabolicSarState(acceleration, maximum),
})

/** The stream of {@link parabolicSar}. */
export function createParabolicSar(acceleration: number, maximum: number): StreamOf<typeof parabolicSarIndicator> {
  return openStream(parabolicSarIndicator, [acceleration, maximum])
}
