import type { Rng, TimeMs } from '@kestrel/core'

export interface FairValueOptions {
  /** Price at the start, quote units, above 0. */
  readonly startPrice: number
  /** Standard deviation of a year's log return at usual times, a fraction. Default 0.6. */
  readonly annualVolatility?: number
  /** How far volatility wanders: standard deviation of its logarithm. Default 0.7; 0 keeps it constant. */
  readonly volatilityOfVolatility?: number
  /** Time in which half of a volatility shock is gone. Default 30 minutes. */
  readonly halfLifeMs?: number
}

const YEAR_MS = 31_557_600_000

/**
 * What participants believe the market is worth: a geometric random walk whose log volatility reverts to its mean, so that
 * wild and calm hours follow one another as they do on real markets. Exact in distribution for any step.
 *
 * Source: stochastic volatility with a mean-reverting log (Taylor, Modelling Financial Time Series, 1986, chapter 3).
 */
export class FairValue {
  readonly #rng: Rng
  readonly #annual: number
  readonly #spread: number
  readonly #decayPerMs: number
  #price: number
  #logVolatility: number
  #tsMs: TimeMs

  constructor(rng: Rng, tsMs: TimeMs, options: FairValueOptions) {
    this.#rng = rng
    this.#annual = options.annualVolatility ?? 0.6
    this.#spread = options.volatilityOfVolatility ?? 0.7
    this.#decayPerMs = Math.LN2 / (options.halfLifeMs ?? 1_800_000)
    this.#price = options.startPrice
    this.#logVolatility = this.#spread * rng.nextNormal()
    this.#tsMs = tsMs
  }

  /** Quote units, at the last instant it was moved to. */
  get price(): number {
    return this.#price
  }

  /** Volatility now as a multiple of its usual level. */
  get intensity(): number {
    // The mean of the square is 1, so that the year's volatility is the one asked for.
    return Math.exp(this.#logVolatility - this.#spread ** 2)
  }

  /** Moves on to an instant. */
  moveTo(tsMs: TimeMs): number {
    const spanMs = tsMs - this.#tsMs
    if (spanMs <= 0) return this.#price
    this.#tsMs = tsMs
    const keep = Math.exp(-this.#decayPerMs * spanMs)
    this.#logVolatility = keep * this.#logVolatility + this.#spread * Math.sqrt(1 - keep ** 2) * this.#rng.nextNormal()
    const deviation = this.#annual * this.intensity * Math.sqrt(spanMs / YEAR_MS)
    this.#price *= Math.exp(deviation * this.#rng.nextNormal() - deviation ** 2 / 2)
    return this.#price
  }
}
