import { exponentialMeans } from '../average/ema.ts'
import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { ExponentialMean } from '../recurrence/exponential-mean.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [
  periodParam('long', 25, 'bars in the first average of the changes'),
  periodParam('short', 13, 'bars in the second average'),
  periodParam('signal', 13, 'bars in the signal line'),
] as const

/** Columns of {@link tsi}, each in -100..100. */
export interface TsiColumns {
  readonly tsi: Float64Array
  readonly signal: Float64Array
}

function smoothTwice(values: Float64Array, start: number, long: number, short: number): Float64Array {
  return exponentialMeans(exponentialMeans(values, start, long, long), start + long - 1, short, short)
}

function sharePct(change: number, movement: number): number {
  return movement === 0 ? 0 : 100 * (change / movement)
}

/**
 * True strength index: the change of the value, smoothed twice, in percent of its magnitude, smoothed twice.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param long - Bars in the first average of the changes, integer >= 1. Blau used 25.
 * @param short - Bars in the second average, integer >= 1. Blau used 13.
 * @param signal - Bars in the exponential average of the index, integer >= 1.
 * @returns Columns of shape `[n]`, range -100..100. The first `long + short - 1` entries of `tsi` are NaN, and `signal
 *   - 1` more of `signal`. 0 where nothing moved. Each average is seeded with a mean, as in `ema`.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time.
 * Source: Blau, True strength index, Technical Analysis of Stocks and Commodities 9 (1991).
 */
export function tsi(values: Float64Array, long: number, short: number, signal: number): TsiColumns {
  checkParams(PARAMS, [long, short, signal])
  const start = seriesStart([values], INPUTS)
  const first = start + 1
  const changes = warmupColumn(values.length, first)
  for (let i = first; i < changes.length; i++) changes[i] = (values[i] as number) - (values[i - 1] as number)
  const line = smoothTwice(changes, first, long, short)
  const movement = smoothTwice(changes.map(Math.abs), first, long, short)
  const ready = start + long + short - 1
  for (let i = ready; i < line.length; i++) line[i] = sharePct(line[i] as number, movement[i] as number)
  return { tsi: line, signal: exponentialMeans(line, ready, signal, signal) }
}

class TsiState implements IndicatorState {
  readonly #changes: ExponentialMean
  readonly #changesTwice: ExponentialMean
  readonly #movement: ExponentialMean
  readonly #movementTwice: ExponentialMean
  readonly #signal: ExponentialMean
  #value = Number.NaN
  #valueBefore = Number.NaN

  constructor(long: number, short: number, signal: number) {
    this.#changes = new ExponentialMean(long, long)
    this.#changesTwice = new ExponentialMean(short, short)
    this.#movement = new ExponentialMean(long, long)
    this.#movementTwice = new ExponentialMean(short, short)
    this.#signal = new ExponentialMean(signal, signal)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (isNewBar) this.#valueBefore = this.#value
    this.#value = inputs[0] as number
    const change = this.#value - this.#valueBefore
    if (Number.isNaN(change)) return
    const once = this.#changes.step(change, isNewBar)
    const movementOnce = this.#movement.step(Math.abs(change), isNewBar)
    if (Number.isNaN(once)) return
    const twice = this.#changesTwice.step(once, isNewBar)
    const movementTwice = this.#movementTwice.step(movementOnce, isNewBar)
    if (Number.isNaN(twice)) return
    outputs[0] = sharePct(twice, movementTwice)
    outputs[1] = this.#signal.step(outputs[0], isNewBar)
  }
}

export const tsiIndicator = defineIndicator({
  name: 'tsi',
  title: 'True strength index',
  about: 'Twice smoothed change as a share of twice smoothed movement, -100 to 100.',
  source: 'Blau, True strength index, Technical Analysis of Stocks and Commodities 9 (1991).',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['tsi', 'signal'],
  outputWarmup: (long, short, signal) => [long + short - 1, long + short + signal - 2],
  batch: ([values], [long, short, signal]) => {
    const columns = tsi(values, long, short, signal)
    return [columns.tsi, columns.signal]
  },
  state: (long, short, signal) => new TsiState(long, short, signal),
})

/** The stream of {@link tsi}. */
export function createTsi(long: number, short: number, signal: number): StreamOf<typeof tsiIndicator> {
  return openStream(tsiIndicator, [long, short, signal])
}
