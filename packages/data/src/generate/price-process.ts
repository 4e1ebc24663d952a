import type { Rng } from '@kestrel/core'

/** Milliseconds of the year that rates and volatilities refer to: 365 days, because the market never closes. */
export const YEAR_MS = 31_536_000_000

/** Numbers of a model by name, after defaults were filled in. */
export type ModelParameters = Readonly<Record<string, number>>

/**
 * A price process that walks bar by bar.
 *
 * `nextBar` writes the cumulative log return since the bar's open at each sub-step into `path` (shape `[subSteps]`), so
 * `path[subSteps - 1]` is the log return of the bar. `volatilityScale` multiplies the bar's volatility (time of day).
 */
export interface PriceProcess {
  nextBar(path: Float64Array, volatilityScale: number): void
}

/** How a model is named, what it takes, and how to start it. */
export interface PriceModel {
  readonly name: string
  readonly about: string
  /** Every parameter with its default; also the list of allowed names. */
  readonly defaults: ModelParameters
  /** The range of each parameter, inclusive. */
  readonly ranges: Readonly<Record<string, readonly [number, number]>>
  start(parameters: ModelParameters, rng: Rng, barYears: number): PriceProcess
}

/** Value of a parameter that `defaults` is known to hold. */
export function parameter(parameters: ModelParameters, name: string): number {
  const value = parameters[name]
  if (value === undefined) throw new RangeError(`model without parameter ${name}`)
  return value
}
