import type { Rng } from '@kestrel/core'

/**
 * Gamma variate with scale 1.
 *
 * @param shape - Above 0.
 *
 * Source: Marsaglia and Tsang, A simple method for generating gamma variables, ACM TOMS 26 (2000); below shape 1 with
 * their power of a uniform.
 */
export function nextGamma(rng: Rng, shape: number): number {
  if (shape < 1) return nextGamma(rng, shape + 1) * (1 - rng.nextFloat()) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = rng.nextNormal()
    const v = (1 + c * x) ** 3
    if (v <= 0) continue
    const u = 1 - rng.nextFloat()
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

/**
 * Student-t variate scaled to variance 1.
 *
 * @param degrees - Degrees of freedom, above 2; the excess kurtosis is 6 / (degrees - 4) above 4, infinite below.
 */
export function nextStudentT(rng: Rng, degrees: number): number {
  const chiSquared = 2 * nextGamma(rng, degrees / 2)
  return rng.nextNormal() * Math.sqrt((degrees - 2) / chiSquared)
}

/** Poisson variate by Knuth's product of uniforms. Meant for small means: the work grows with `mean`. */
export function nextPoisson(rng: Rng, mean: number): number {
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = 1 - rng.nextFloat(); product > limit; product *= 1 - rng.nextFloat()) count++
  return count
}
