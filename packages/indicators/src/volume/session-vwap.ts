import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, integerParam } from '../parameters.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { priceOf, typicalPrice } from './vwap.ts'

const INPUTS = ['openTimeMs', 'high', 'low', 'close', 'volume'] as const
const PARAMS = [
  integerParam('sessionMinutes', 1440, 1, 525_600, 'length of a session in minutes, counted from 1970-01-01 00:00 UTC'),
] as const
const MINUTE_MS = 60_000

/**
 * Volume-weighted average of the typical price, (high + low + close) / 3, since the start of the session.
 *
 * @param openTimeMs - Open time of each bar, UTC milliseconds, oldest first. Shape `[n]`.
 * @param high - Highs, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`.
 * @param volume - Volumes, zero or more. Shape `[n]`. Bars with a leading NaN in any column are left out.
 * @param sessionMinutes - Length of a session, whole minutes from 1 to 525,600. 1,440 begins anew at each UTC midnight.
 * @returns Shape `[n]`, quote units, without warm-up. The bar's typical price until the session has volume.
 * @throws {@link InvalidParameterError} for a bad session length.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for negative volume, an infinity, or NaN after the first complete bar.
 *
 * Causal: `out[i]` reads the bars of its session up to `i`. O(n) time, one allocation.
 * Source: Berkowitz, Logue and Noser, The total cost of transactions on the NYSE, Journal of Finance 43 (1988).
 */
export function sessionVwap(
  openTimeMs: Float64Array,
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  volume: Float64Array,
  sessionMinutes: number,
): Float64Array {
  checkParams(PARAMS, [sessionMinutes])
  const start = seriesStart([openTimeMs, high, low, close, volume], INPUTS)
  requireDomain(volume, start, 'volume', 'non-negative')
  const sessionMs = sessionMinutes * MINUTE_MS
  const out = warmupColumn(close.length, start)
  let session = Number.NaN
  let turnover = 0
  let traded = 0
  for (let i = start; i < out.length; i++) {
    const current = Math.floor((openTimeMs[i] as number) / sessionMs)
    if (current !== session) {
      session = current
      turnover = 0
      traded = 0
    }
    const typical = typicalPrice(high[i] as number, low[i] as number, close[i] as number)
    turnover += typical * (volume[i] as number)
    traded += volume[i] as number
    out[i] = priceOf(turnover, traded, typical)
  }
  return out
}

class SessionVwapState implements IndicatorState {
  readonly #sessionMs: number
  /** Session, turnover, volume. */
  readonly #now = Float64Array.of(Number.NaN, 0, 0)
  readonly #before = new Float64Array(3)

  constructor(sessionMinutes: number) {
    this.#sessionMs = sessionMinutes * MINUTE_MS
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const now = this.#now
    const before = this.#before
    if (isNewBar) before.set(now)
    const session = Math.floor((inputs[0] as number) / this.#sessionMs)
    const continues = session === before[0]
    const typical = typicalPrice(inputs[1] as number, inputs[2] as number, inputs[3] as number)
    const volume = inputs[4] as number
    const turnover = (continues ? (before[1] as number) : 0) + typical * volume
    const traded = (continues ? (before[2] as number) : 0) + volume
    now[0] = session
    now[1] = turnover
    now[2] = traded
    outputs[0] = priceOf(turnover, traded, typical)
  }
}

export const sessionVwapIndicator = defineIndicator({
  name: 'sessionVwap',
  title: 'Session volume-weighted average price',
  about: 'Mean typical price since the start of the session (by default the UTC day), weighted by volume.',
  source: 'Berkowitz, Logue and Noser (1988), The total cost of transactions on the NYSE',
  inputs: INPUTS,
  domains: { volume: 'non-negative' },
  params: PARAMS,
  outputs: ['vwap'],
  outputWarmup: () => [0],
  batch: ([openTimeMs, high, low, close, volume], [sessionMinutes]) => [
    sessionVwap(openTimeMs, high, low, close, volume, sessionMinutes),
  ],
  state: (sessionMinutes) => new SessionVwapState(sessionMinutes),
})

/** The stream of {@link sessionVwap}. */
export function createSessionVwap(sessionMinutes: number): StreamOf<typeof sessionVwapIndicator> {
  return openStream(sessionVwapIndicator, [sessionMinutes])
}
