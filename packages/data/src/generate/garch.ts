import type { Rng } from '@kestrel/core'
import { nextStudentT } from './distributions.ts'
import { parameter, type PriceModel } from './price-process.ts'

/**
 * GARCH(1,1) with Student-t innovations: bursts of volatility and fat tails, the first stylised facts of returns.
 *
 * `s2[t] = omega + alpha e2[t-1] + beta s2[t-1]`, `e[t] = s[t] z[t]`, with `omega` set so that the long-run variance is
 * `volatility`. The bar's return is `e[t] + drift dt`; inside the bar the path is a Brownian bridge of the
 * bar's own variance to that return, so that highs and lows fit the closes. The time-of-day scale multiplies `e[t]`
 * after the recursion, which therefore sees the deseasonalised return.
 *
 * Source: Bollerslev, Generalized autoregressive conditional heteroskedasticity, J. Econometrics 31 (1986); t
 * innovations: Bollerslev, Review of Economics and Statistics 69 (1987).
 */
export const garchModel: PriceModel = {
  name: 'garch',
  about: 'GARCH(1,1), Student-t innovations: volatility clusters and fat tails',
  defaults: { volatility: 0.6, drift: 0, alpha: 0.08, beta: 0.9, degrees: 5, seasonality: 0.3 },
  ranges: {
    volatility: [0.001, 10],
    drift: [-10, 10],
    alpha: [0, 0.5],
    beta: [0, 0.999],
    degrees: [2.1, 1000],
    seasonality: [0, 0.9],
  },
  start(parameters, rng: Rng, barYears) {
    const alpha = parameter(parameters, 'alpha')
    const beta = parameter(parameters, 'beta')
    const degrees = parameter(parameters, 'degrees')
    const driftPerBar = parameter(parameters, 'drift') * barYears
    const longRun = parameter(parameters, 'volatility') ** 2 * barYears
    const omega = longRun * (1 - alpha - beta)
    let variance = longRun
    return {
      nextBar(path, volatilityScale) {
        const sigma = Math.sqrt(variance)
        const shock = sigma * nextStudentT(rng, degrees)
        variance = omega + alpha * shock * shock + beta * variance
        const total = driftPerBar + shock * volatilityScale
        const steps = path.length
        const stepSigma = (sigma * volatilityScale) / Math.sqrt(steps)
        let walk = 0
        for (let k = 0; k < steps; k++) path[k] = walk += stepSigma * rng.nextNormal()
        // Pin the end of the walk to the bar's return.
        const correction = total - walk
        for (let k = 0; k < steps; k++) path[k] = (path[k] as number) + (correction * (k + 1)) / steps
      },
    }
  },
}
