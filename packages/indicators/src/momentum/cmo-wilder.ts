import { defineIndicator } from '../definition.ts'
import { rsi, RsiState } from './rsi.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 14, 'bars in the averages of gains and losses')] as const

/** From 0..100 to -100..100. */
function centred(strength: number): number {
  return 2 * strength - 100
}

/**
 * Chande momentum oscillator with Wilder smoothing in place of sums: the relative strength index on a scale from -100
 * to 100.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars in the averages of gains and losses, integer >= 1.
 * @param memory - For the result; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Shape `[n]`, range -100..100. The first `period` entries are NaN. 0 where nothing moved.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time. `cmo` is what Chande published.
 * Source: `CMO` of TA-Lib.
 */
export function cmoWilder(values: Float64Array, period: number, memory?: Float64Array): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([values], INPUTS)
  const out = rsi(values, period, memory)
  for (let i = start + period; i < out.length; i++) out[i] = centred(out[i] as number)
  return out
}

class CmoWilderState implements IndicatorState {
  readonly #strength: RsiState

  constructor(period: number) {
    this.#strength = new RsiState(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    this.#strength.step(inputs, isNewBar, outputs)
    const strength = outputs[0] as number
    if (!Number.isNaN(strength)) outputs[0] = centred(strength)
  }
}

export const cmoWilderIndicator = defineIndicator({
  name: 'cmoWilder',
  title: 'Chande momentum oscillator, Wilder smoothing',
  about: 'Smoothed gains less losses as a share of all movement, -100 to 100.',
  source: 'CMO of TA-Lib',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['cmoWilder'],
  outputWarmup: (period) => [period],
  batch: ([values], [period], out) => [cmoWilder(values, period, out?.[0])],
  state: (period) => new CmoWilderState(period),
})

/** The stream of {@link cmoWilder}. */
export function createCmoWilder(period: number): StreamOf<typeof cmoWilderIndicator> {
  return openStream(cmoWilderIndicator, [period])
}
