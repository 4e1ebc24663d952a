import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WindowLag } from '../recurrence/window-lag.ts'
import { efficiency, WindowPath, windowPaths } from '../recurrence/window-path.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 14, 'bars over which movement is added up')] as const

/** Gains less losses add up to the net change, and gains plus losses to the length of the path. */
function netSharePct(change: number, path: number): number {
  return change === 0 ? 0 : 100 * Math.sign(change) * efficiency(change, path)
}

/**
 * Chande momentum oscillator: gains less losses over gains plus losses, in percent.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars over which movement is added up, integer >= 1.
 * @returns Shape `[n]`, range -100..100. The first `period` entries are NaN. 0 where nothing moved.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the period. `cmoWilder` is the form with Wilder smoothing that TA-Lib calls `CMO`; this
 * one is its `CMOU`.
 * Source: Chande and Kroll, The New Technical Trader (1994).
 */
export function cmo(values: Float64Array, period: number): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([values], INPUTS)
  const out = windowPaths(values, start, period)
  for (let i = start + period; i < out.length; i++)
    out[i] = netSharePct((values[i] as number) - (values[i - period] as number), out[i] as number)
  return out
}

class CmoState implements IndicatorState {
  readonly #lag: WindowLag
  readonly #path: WindowPath

  constructor(period: number) {
    this.#lag = new WindowLag(period)
    this.#path = new WindowPath(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const value = inputs[0] as number
    const change = value - this.#lag.step(value, isNewBar)
    const path = this.#path.step(value, isNewBar)
    if (!Number.isNaN(path)) outputs[0] = netSharePct(change, path)
  }
}

export const cmoIndicator = defineIndicator({
  name: 'cmo',
  title: 'Chande momentum oscillator',
  about: 'Net change as a share of all movement, -100 to 100.',
  source: 'Chande and Kroll, The New Technical Trader (1994).',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['cmo'],
  outputWarmup: (period) => [period],
  batch: ([values], [period]) => [cmo(values, period)],
  state: (period) => new CmoState(period),
})

/** The stream of {@link cmo}. */
export function createCmo(period: number): StreamOf<typeof cmoIndicator> {
  return openStream(cmoIndicator, [period])
}
