import type { Rng } from '@kestrel/core'
import { parameter, type PriceModel } from './price-process.ts'

/**
 * Heston stochastic volatility: variance reverts to its mean with its own noise, correlated with the price.
 *
 * `dv = kappa (theta - v) dt + volOfVol sqrt(v) dW2`, `d ln S = (drift - v / 2) dt + sqrt(v) dW1`, `corr(dW1, dW2) =
 * correlation`, `theta = volatility^2`. Simulated by Euler steps with full truncation: `v` may go below zero and enters
 * as `max(v, 0)`.
 *
 * Source: Heston, Review of Financial Studies 6 (1993); Lord, Koekkoek and van Dijk, Quantitative Finance 10 (2010).
 */
export const hestonModel: PriceModel = {
  name: 'heston',
  about: 'Heston: mean-reverting stochastic volatility, correlated with the price',
  defaults: { volatility: 0.6, drift: 0, kappa: 5, volOfVol: 1.5, correlation: -0.3, seasonality: 0 },
  ranges: {
    volatility: [0.001, 10],
    drift: [-10, 10],
    kappa: [0.01, 1000],
    volOfVol: [0, 100],
    correlation: [-1, 1],
    seasonality: [0, 0.9],
  },
  start(parameters, rng: Rng, barYears) {
    const theta = parameter(parameters, 'volatility') ** 2
    const drift = parameter(parameters, 'drift')
    const kappa = parameter(parameters, 'kappa')
    const volOfVol = parameter(parameters, 'volOfVol')
    const correlation = parameter(parameters, 'correlation')
    const orthogonal = Math.sqrt(1 - correlation * correlation)
    let variance = theta
    return {
      nextBar(path, volatilityScale) {
        const dt = barYears / path.length
        const rootDt = Math.sqrt(dt)
        let walk = 0
        for (let k = 0; k < path.length; k++) {
          const positive = variance > 0 ? variance : 0
          const priceNoise = rng.nextNormal()
          const varianceNoise = correlation * priceNoise + orthogonal * rng.nextNormal()
          const sigma = Math.sqrt(positive) * volatilityScale
          walk += (drift - 0.5 * sigma * sigma) * dt + sigma * rootDt * priceNoise
          variance += kappa * (theta - positive) * dt + volOfVol * Math.sqrt(positive) * rootDt * varianceNoise
          path[k] = walk
        }
      },
    }
  },
}
