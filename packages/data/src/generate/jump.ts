import type { Rng } from '@kestrel/core'
import { nextPoisson } from './distributions.ts'
import { parameter, type PriceModel } from './price-process.ts'

/**
 * Merton jump diffusion: constant volatility and, `jumpsPerYear` times a year, a normal jump of the log price.
 *
 * `d ln S = (drift - sigma^2 / 2 - lambda k) dt + sigma dW + J dN` with `k = E[exp(J)] - 1`, so that `drift` is the
 * growth rate of the expected price with the jumps counted.
 *
 * Source: Merton, Option pricing when underlying stock returns are discontinuous, J. Financial Economics 3 (1976).
 */
export const jumpModel: PriceModel = {
  name: 'jump',
  about: 'Merton jump diffusion: constant volatility with rare large moves',
  defaults: { volatility: 0.5, drift: 0, jumpsPerYear: 100, jumpMean: -0.005, jumpDeviation: 0.03, seasonality: 0 },
  ranges: {
    volatility: [0.001, 10],
    drift: [-10, 10],
    jumpsPerYear: [0, 100_000],
    jumpMean: [-1, 1],
    jumpDeviation: [0, 1],
    seasonality: [0, 0.9],
  },
  start(parameters, rng: Rng, barYears) {
    const sigma = parameter(parameters, 'volatility')
    const lambda = parameter(parameters, 'jumpsPerYear')
    const jumpMean = parameter(parameters, 'jumpMean')
    const jumpDeviation = parameter(parameters, 'jumpDeviation')
    const compensated = parameter(parameters, 'drift') - lambda * Math.expm1(jumpMean + 0.5 * jumpDeviation ** 2)
    return {
      nextBar(path, volatilityScale) {
        const dt = barYears / path.length
        const stepSigma = sigma * volatilityScale * Math.sqrt(dt)
        const stepDrift = compensated * dt - 0.5 * stepSigma * stepSigma
        let walk = 0
        for (let k = 0; k < path.length; k++) {
          walk += stepDrift + stepSigma * rng.nextNormal()
          for (let jumps = nextPoisson(rng, lambda * dt); jumps > 0; jumps--) {
            walk += jumpMean + jumpDeviation * rng.nextNormal()
          }
          path[k] = walk
        }
      },
    }
  },
}
