import type { Rng } from '@kestrel/core'

/** A waiting time of a Poisson process, whole milliseconds, at least 1. */
export function waitMs(rng: Rng, meanMs: number): number {
  return Math.max(1, Math.round(-meanMs * Math.log(1 - rng.nextFloat())))
}

/** A size that is often small and sometimes large: lognormal with the given median, at least 1. */
export function sizeLots(rng: Rng, medianLots: number, spread = 1): number {
  return Math.max(1, Math.round(medianLots * Math.exp(spread * rng.nextNormal())))
}
