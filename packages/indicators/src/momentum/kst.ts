import { defineIndicator } from '../definition.ts'
import { changePct } from './roc.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WindowLag } from '../recurrence/window-lag.ts'
import { WindowSum, windowSums } from '../recurrence/window-sums.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [
  periodParam('roc1', 10, 'bars of rate of change 1, which weighs 1'),
  periodParam('roc2', 15, 'bars of rate of change 2, which weighs 2'),
  periodParam('roc3', 20, 'bars of rate of change 3, which weighs 3'),
  periodParam('roc4', 30, 'bars of rate of change 4, which weighs 4'),
  periodParam('sma1', 10, 'bars in the average of rate of change 1'),
  periodParam('sma2', 10, 'bars in the average of rate of change 2'),
  periodParam('sma3', 10, 'bars in the average of rate of change 3'),
  periodParam('sma4', 15, 'bars in the average of rate of change 4'),
  periodParam('signal', 9, 'bars in the signal line'),
] as const

/** Columns of {@link kst}, percent. */
export interface KstColumns {
  readonly kst: Float64Array
  readonly signal: Float64Array
}

/**
 * Know sure thing: simple averages of four rates of change, weighted 1 to 4 and added up.
 *
 * @param values - Any series without zeros, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param roc1 - Bars of rate of change 1, which weighs 1, integer >= 1. Pring used 10.
 * @param roc2 - Bars of rate of change 2, which weighs 2, integer >= 1. Pring used 15.
 * @param roc3 - Bars of rate of change 3, which weighs 3, integer >= 1. Pring used 20.
 * @param roc4 - Bars of rate of change 4, which weighs 4, integer >= 1. Pring used 30.
 * @param sma1 - Bars in the simple average of rate of change 1, integer >= 1. Pring used 10.
 * @param sma2 - Bars in the simple average of rate of change 2, integer >= 1. Pring used 10.
 * @param sma3 - Bars in the simple average of rate of change 3, integer >= 1. Pring used 10.
 * @param sma4 - Bars in the simple average of rate of change 4, integer >= 1. Pring used 15.
 * @param signal - Bars in the simple average that makes the signal line, integer >= 1.
 * @returns Columns of shape `[n]`, percent. The first `max(roc + sma) - 1` entries of `kst` are NaN, and `signal - 1`
 *   more of `signal`.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for zero, an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the periods.
 * Source: Pring, Summed rate of change (KST), Technical Analysis of Stocks and Commodities 10 (1992).
 */
export function kst(
  values: Float64Array,
  roc1: number,
  roc2: number,
  roc3: number,
  roc4: number,
  sma1: number,
  sma2: number,
  sma3: number,
  sma4: number,
  signal: number,
): KstColumns {
  checkParams(PARAMS, [roc1, roc2, roc3, roc4, sma1, sma2, sma3, sma4, signal])
  const start = seriesStart([values], INPUTS)
  requireDomain(values, start, 'value', 'non-zero')
  const rocs = [roc1, roc2, roc3, roc4]
  const smas = [sma1, sma2, sma3, sma4]
  const out = warmupColumn(values.length, start)
  rocs.forEach((lag, k) => {
    const period = smas[k] as number
    const changes = warmupColumn(values.length, start + lag)
    for (let i = start + lag; i < changes.length; i++)
      changes[i] = changePct(values[i] as number, values[i - lag] as number)
    const means = windowSums(changes, start + lag, period, period, changes)
    for (let i = start; i < out.length; i++) out[i] = (out[i] as number) + (k + 1) * (means[i] as number)
  })
  const ready = start + Math.max(...rocs.map((lag, k) => lag + (smas[k] as number))) - 1
  return { kst: out, signal: windowSums(out, ready, signal, signal) }
}

class KstState implements IndicatorState {
  readonly #lags: readonly WindowLag[]
  readonly #sums: readonly WindowSum[]
  readonly #periods: readonly number[]
  readonly #signal: WindowSum
  readonly #signalPeriod: number

  constructor(rocs: readonly number[], smas: readonly number[], signal: number) {
    this.#lags = rocs.map((lag) => new WindowLag(lag))
    this.#sums = smas.map((period) => new WindowSum(period))
    this.#periods = smas
    this.#signal = new WindowSum(signal)
    this.#signalPeriod = signal
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const value = inputs[0] as number
    let line = 0
    for (let k = 0; k < 4; k++) {
      const change = changePct(value, (this.#lags[k] as WindowLag).step(value, isNewBar))
      const isReady = !Number.isNaN(change)
      const mean = isReady
        ? (this.#sums[k] as WindowSum).step(change, isNewBar) / (this.#periods[k] as number)
        : Number.NaN
      line += (k + 1) * mean
    }
    if (Number.isNaN(line)) return
    outputs[0] = line
    outputs[1] = this.#signal.step(line, isNewBar) / this.#signalPeriod
  }
}

export const kstIndicator = defineIndicator({
  name: 'kst',
  title: 'Know sure thing',
  about: 'Four smoothed rates of change added up, the longer ones weighing more.',
  source: 'Pring, Summed rate of change (KST), Technical Analysis of Stocks and Commodities 10 (1992).',
  inputs: INPUTS,
  domains: { value: 'non-zero' },
  params: PARAMS,
  outputs: ['kst', 'signal'],
  outputWarmup: (roc1, roc2, roc3, roc4, sma1, sma2, sma3, sma4, signal) => {
    const line = Math.max(roc1 + sma1, roc2 + sma2, roc3 + sma3, roc4 + sma4) - 1
    return [line, line + signal - 1]
  },
  batch: ([values], [roc1, roc2, roc3, roc4, sma1, sma2, sma3, sma4, signal]) => {
    const columns = kst(values, roc1, roc2, roc3, roc4, sma1, sma2, sma3, sma4, signal)
    return [columns.kst, columns.signal]
  },
  state: (roc1, roc2, roc3, roc4, sma1, sma2, sma3, sma4, signal) =>
    new KstState([roc1, roc2, roc3, roc4], [sma1, sma2, sma3, sma4], signal),
})

/** The stream of {@link kst}. */
export function createKst(
  roc1: number,
  roc2: number,
  roc3: number,
  roc4: number,
  sma1: number,
  sma2: number,
  sma3: number,
  sma4: number,
  signal: number,
): StreamOf<typeof kstIndicator> {
  return openStream(kstIndicator, [roc1, roc2, roc3, roc4, sma1, sma2, sma3, sma4, signal])
}
