import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, integerParam, numberParam } from '../parameters.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { priceOf, typicalPrice } from './vwap.ts'

const INPUTS = ['openTimeMs', 'high', 'low', 'close', 'volume'] as const
const PARAMS = [
  integerParam('sessionMinutes', 1440, 1, 525_600, 'length of a session in minutes, counted from 1970-01-01 00:00 UTC'),
  numberParam('multiplier', 2, 0, 1000, 'distance of the bands from the average, in standard deviations'),
] as const
const MINUTE_MS = 60_000

/** Columns of {@link sessionVwapBands}. */
export interface SessionVwapBandsColumns {
  /** Equal to {@link sessionVwap}. */
  readonly vwap: Float64Array
  readonly upper: Float64Array
  readonly lower: Float64Array
}

/**
 * What a session has gathered so far. The spread is kept by West's update rather than as a sum of squares, from which
 * a price level far above its moves would leave no digits.
 */
class SessionTotals {
  vwap = Number.NaN
  /** Standard deviation of the typical price, weighted by volume. */
  deviation = 0
  #session = Number.NaN
  #turnover = 0
  #traded = 0
  #mean = 0
  #squares = 0

  copyFrom(other: SessionTotals): void {
    this.vwap = other.vwap
    this.deviation = other.deviation
    this.#session = other.#session
    this.#turnover = other.#turnover
    this.#traded = other.#traded
    this.#mean = other.#mean
    this.#squares = other.#squares
  }

  add(session: number, typical: number, volume: number): void {
    if (session !== this.#session) {
      this.#session = session
      this.#turnover = 0
      this.#traded = 0
      this.#mean = 0
      this.#squares = 0
    }
    this.#turnover += typical * volume
    this.#traded += volume
    this.vwap = priceOf(this.#turnover, this.#traded, typical)
    if (volume > 0) {
      const distance = typical - this.#mean
      this.#mean += distance * (volume / this.#traded)
      this.#squares += volume * (distance * (typical - this.#mean))
    }
    this.deviation = this.#traded === 0 ? 0 : Math.sqrt(Math.max(0, this.#squares / this.#traded))
  }
}

/**
 * Volume-weighted average price since the start of the session, with bands of volume-weighted standard deviations.
 *
 * @param openTimeMs - Open time of each bar, UTC milliseconds, oldest first. Shape `[n]`.
 * @param high - Highs, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`.
 * @param volume - Volumes, zero or more. Shape `[n]`. Bars with a leading NaN in any column are left out.
 * @param sessionMinutes - Length of a session, whole minutes from 1 to 525,600. 1,440 begins anew at each UTC midnight.
 * @param multiplier - Distance of the bands in standard deviations, 0..1000.
 * @returns Columns of shape `[n]`, quote units, without warm-up. `vwap` is {@link sessionVwap}. The deviation is that of
 *   the typical prices of the session so far, each weighted by its volume, without a correction for the sample: 0 at
 *   the first bar and until the session has volume.
 * @throws {@link InvalidParameterError} for bad parameters.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for negative volume, an infinity, or NaN after the first complete bar.
 *
 * Causal: `out[i]` reads the bars of its session up to `i`. O(n) time.
 * Source: Berkowitz, Logue and Noser (1988) for the average; West, Updating mean and variance estimates: an improved
 * method, Communications of the ACM 22 (1979) for the deviation; bands as `ta.vwap` of Pine Script has them.
 */
export function sessionVwapBands(
  openTimeMs: Float64Array,
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  volume: Float64Array,
  sessionMinutes: number,
  multiplier: number,
): SessionVwapBandsColumns {
  checkParams(PARAMS, [sessionMinutes, multiplier])
  const start = seriesStart([openTimeMs, high, low, close, volume], INPUTS)
  requireDomain(volume, start, 'volume', 'non-negative')
  const sessionMs = sessionMinutes * MINUTE_MS
  const vwap = warmupColumn(close.length, start)
  const upper = warmupColumn(close.length, start)
  const lower = warmupColumn(close.length, start)
  const totals = new SessionTotals()
  for (let i = start; i < vwap.length; i++) {
    const typical = typicalPrice(high[i] as number, low[i] as number, close[i] as number)
    totals.add(Math.floor((openTimeMs[i] as number) / sessionMs), typical, volume[i] as number)
    vwap[i] = totals.vwap
    upper[i] = totals.vwap + multiplier * totals.deviation
    lower[i] = totals.vwap - multiplier * totals.deviation
  }
  return { vwap, upper, lower }
}

class SessionVwapBandsState implements IndicatorState {
  readonly #sessionMs: number
  readonly #multiplier: number
  readonly #now = new SessionTotals()
  readonly #before = new SessionTotals()

  constructor(sessionMinutes: number, multiplier: number) {
    this.#sessionMs = sessionMinutes * MINUTE_MS
    this.#multiplier = multiplier
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (isNewBar) this.#before.copyFrom(this.#now)
    else this.#now.copyFrom(this.#before)
    const typical = typicalPrice(inputs[1] as number, inputs[2] as number, inputs[3] as number)
    this.#now.add(Math.floor((inputs[0] as number) / this.#sessionMs), typical, inputs[4] as number)
    const { vwap, deviation } = this.#now
    outputs[0] = vwap
    outputs[1] = vwap + this.#multiplier * deviation
    outputs[2] = vwap - this.#multiplier * deviation
  }
}

export const sessionVwapBandsIndicator = defineIndicator({
  name: 'sessionVwapBands',
  title: 'Session volume-weighted average price with bands',
  about: 'Average price of the session so far, weighted by volume, with bands of standard deviations.',
  source: 'Berkowitz, Logue and Noser (1988); West (1979), Updating mean and variance estimates',
  inputs: INPUTS,
  domains: { volume: 'non-negative' },
  params: PARAMS,
  outputs: ['vwap', 'upper', 'lower'],
  outputWarmup: () => [0, 0, 0],
  batch: ([openTimeMs, high, low, close, volume], [sessionMinutes, multiplier]) => {
    const columns = sessionVwapBands(openTimeMs, high, low, close, volume, sessionMinutes, multiplier)
    return [columns.vwap, columns.upper, columns.lower]
  },
  state: (sessionMinutes, multiplier) => new SessionVwapBandsState(sessionMinutes, multiplier),
})

/** The stream of {@link sessionVwapBands}. */
export function createSessionVwapBands(
  sessionMinutes: number,
  multiplier: number,
): StreamOf<typeof sessionVwapBandsIndicator> {
  return openStream(sessionVwapBandsIndicator, [sessionMinutes, multiplier])
}
