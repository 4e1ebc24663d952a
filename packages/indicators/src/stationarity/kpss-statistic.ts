import type { Trend } from './trend.ts'

/** What the KPSS test may take out of a series. */
export type KpssTrend = Exclude<Trend, 'none'>

/** Residuals below this share of the series are rounding: nothing is left to test. */
const LEAST_RESIDUAL_SHARE = 1e-26

/** Probability and the statistic at which it is reached, by trend. Source: KPSS (1992), table 1. */
export const KPSS_TABLE: Readonly<Record<KpssTrend, readonly (readonly [statistic: number, probability: number])[]>> = {
  constant: [
    [0.347, 0.1],
    [0.463, 0.05],
    [0.574, 0.025],
    [0.739, 0.01],
  ],
  'constant-and-trend': [
    [0.119, 0.1],
    [0.146, 0.05],
    [0.176, 0.025],
    [0.216, 0.01],
  ],
}

/** p-value by straight lines between the tabulated ones: 0.01 to 0.1, whatever lies outside being cut to these. */
export function kpssProbability(statistic: number, trend: KpssTrend): number {
  let [fromStatistic, fromProbability] = KPSS_TABLE[trend][0] as readonly [number, number]
  if (statistic <= fromStatistic) return fromProbability
  for (const [toStatistic, toProbability] of KPSS_TABLE[trend]) {
    if (statistic < toStatistic) {
      const share = (statistic - fromStatistic) / (toStatistic - fromStatistic)
      return fromProbability + share * (toProbability - fromProbability)
    }
    fromStatistic = toStatistic
    fromProbability = toProbability
  }
  return fromProbability
}

/** The residuals of a run of values around its level or line, with what the KPSS test makes of them. */
export class KpssResiduals {
  readonly #residuals: Float64Array
  readonly #trend: KpssTrend
  #squares = 0

  /** @param count - Values in a run, 3 or more. */
  constructor(count: number, trend: KpssTrend) {
    this.#residuals = new Float64Array(count)
    this.#trend = trend
  }

  /** Read `values[from .. from + count - 1]`. @returns false where nothing but rounding is left. */
  read(values: Float64Array, from: number): boolean {
    const residuals = this.#residuals
    const count = residuals.length
    const shift = values[from] as number
    let scale = 0
    for (let i = 0; i < count; i++) {
      const value = (values[from + i] as number) - shift
      residuals[i] = value
      scale = Math.max(scale, Math.abs(value))
    }
    this.#squares = 0
    if (scale === 0) return false
    let sum = 0
    for (let i = 0; i < count; i++) {
      residuals[i] = (residuals[i] as number) / scale
      sum += residuals[i] as number
    }
    const mean = sum / count
    const middle = (count - 1) / 2
    let products = 0
    let total = 0
    for (let i = 0; i < count; i++) {
      total += (residuals[i] as number) ** 2
      residuals[i] = (residuals[i] as number) - mean
      products += (i - middle) * (residuals[i] as number)
    }
    const slope = this.#trend === 'constant' ? 0 : products / ((count * (count * count - 1)) / 12)
    for (let i = 0; i < count; i++) {
      const residual = (residuals[i] as number) - slope * (i - middle)
      residuals[i] = residual
      this.#squares += residual * residual
    }
    return this.#squares > LEAST_RESIDUAL_SHARE * total
  }

  /** Sum of squared partial sums by long-run variance; the more, the less stationary. After {@link read} was true. */
  statistic(lags: number): number {
    const count = this.#residuals.length
    let partial = 0
    let squares = 0
    for (let i = 0; i < count; i++) {
      partial += this.#residuals[i] as number
      squares += partial * partial
    }
    let variance = this.#squares
    for (let lag = 1; lag <= lags; lag++) variance += 2 * (1 - lag / (lags + 1)) * this.#products(lag)
    return squares / (count * variance)
  }

  /** Lags by the data: Newey and West's bandwidth for Bartlett weights as Hobijn, Franses and Ooms give it. */
  automaticLags(): number {
    const count = this.#residuals.length
    const pilot = Math.floor(count ** (2 / 9))
    let level = this.#squares / count
    let slope = 0
    for (let lag = 1; lag <= pilot; lag++) {
      const covariance = (2 * this.#products(lag)) / count
      level += covariance
      slope += lag * covariance
    }
    const gamma = 1.1447 * ((slope / level) ** 2) ** (1 / 3)
    return Math.min(count - 1, Math.floor(gamma * count ** (1 / 3)))
  }

  #products(lag: number): number {
    const residuals = this.#residuals
    let sum = 0
    for (let i = lag; i < residuals.length; i++) sum += (residuals[i] as number) * (residuals[i - lag] as number)
    return sum
  }
}
