/** Seed of every benchmark workload unless another is stated. */
export const WORKLOAD_SEED = 2_463_534_242

/**
 * Marsaglia's 32-bit xorshift (13, 17, 5), the generator of the benchmark workloads: 32-bit integer arithmetic only, so
 * any language makes the same data. Not for statistics; use core's `createRng` there.
 *
 * Source: Marsaglia, Xorshift RNGs, Journal of Statistical Software 8 (2003).
 *
 * @param seed - Any non-zero 32-bit unsigned integer.
 * @returns A function that gives the next 32-bit unsigned integer.
 */
export function xorshift32(seed: number): () => number {
  let x = seed | 0
  return () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return x >>> 0
  }
}
