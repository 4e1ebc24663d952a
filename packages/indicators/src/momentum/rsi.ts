import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { WilderMean, wilderNext, wilderStep } from '../recurrence/wilder-mean.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 14, 'bars in the averages of gains and losses')] as const

/** Twice the gain of a change, without a branch that would be mispredicted half of the time. */
function twiceGain(change: number): number {
  return Math.abs(change) + change
}

/** Gains as a share of all movement, in percent. */
function strength(averageGain: number, averageLoss: number): number {
  const movement = averageGain + averageLoss
  return movement === 0 ? 50 : 100 * (averageGain / movement)
}

/**
 * Relative strength index with Wilder smoothing.
 *
 * @param values - Any series, usually closes, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Look-back in bars, integer >= 1. Wilder used 14.
 * @param memory - For the result; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Shape `[n]`, range 0..100. The first `period` entries are NaN. 100 where the average loss is 0, 50 where
 *   both averages are 0.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal: `out[i]` reads all of `values[0..i]`. O(n) time, one allocation. 100 gain / (gain + loss) is Wilder's
 * 100 - 100 / (1 + gain / loss) with one division.
 * Source: Wilder, New Concepts in Technical Trading Systems (1978), RSI section.
 */
export function rsi(values: Float64Array, period: number, memory?: Float64Array): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([values], INPUTS)
  const out = warmupColumn(values.length, start + period, memory)
  const seeded = start + period
  if (seeded >= values.length) return out
  let gain = 0
  let loss = 0
  for (let i = start + 1; i <= seeded; i++) {
    const change = (values[i] as number) - (values[i - 1] as number)
    gain = wilderStep(gain, twiceGain(change), i - start, period)
    loss = wilderStep(loss, twiceGain(-change), i - start, period)
  }
  out[seeded] = strength(gain, loss)
  const factor = 1 / period
  for (let i = seeded + 1; i < values.length; i++) {
    const change = (values[i] as number) - (values[i - 1] as number)
    gain = wilderNext(gain, twiceGain(change), factor)
    loss = wilderNext(loss, twiceGain(-change), factor)
    out[i] = strength(gain, loss)
  }
  return out
}

/** State of {@link rsi}. */
export class RsiState implements IndicatorState {
  readonly #gain: WilderMean
  readonly #loss: WilderMean
  #value = Number.NaN
  #valueBefore = Number.NaN

  constructor(period: number) {
    this.#gain = new WilderMean(period)
    this.#loss = new WilderMean(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (isNewBar) this.#valueBefore = this.#value
    this.#value = inputs[0] as number
    const change = this.#value - this.#valueBefore
    if (Number.isNaN(change)) return
    const gain = this.#gain.step(twiceGain(change), isNewBar)
    outputs[0] = strength(gain, this.#loss.step(twiceGain(-change), isNewBar))
  }
}

export const rsiIndicator = defineIndicator({
  name: 'rsi',
  title: 'Relative strength index',
  about: 'Share of gains in all movement, 0 to 100, with Wilder smoothing.',
  source: 'Wilder (1978), New Concepts in Technical Trading Systems',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['rsi'],
  outputWarmup: (period) => [period],
  batch: ([values], [period], out) => [rsi(values, period, out?.[0])],
  state: (period) => new RsiState(period),
})

/** The stream of {@link rsi}. */
export function createRsi(period: number): StreamOf<typeof rsiIndicator> {
  return openStream(rsiIndicator, [period])
}
