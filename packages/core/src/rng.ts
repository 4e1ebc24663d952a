/** Source of random numbers. Kernel and strategies get one injected; nothing else in them may be random. */
export interface Rng {
  /** Uniform 32-bit unsigned integer. */
  nextUint32(): number
  /** Uniform in [0, 1) with 53 random bits. */
  nextFloat(): number
  /** Standard normal (polar method). */
  nextNormal(): number
  /** An independent generator whose sequence depends only on this one's seed and the name. */
  stream(name: string): Rng
}

const MASK = 0xffffffffffffffffn

/** One step of splitmix64, which spreads any seed over the whole state. Source: Steele, Lea, Flood (2014). */
function splitmix64(state: bigint): { state: bigint; value: bigint } {
  const next = (state + 0x9e3779b97f4a7c15n) & MASK
  let z = next
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK
  return { state: next, value: z ^ (z >> 31n) }
}

/** 64-bit FNV-1a over the UTF-16 code units of a name. */
function hashName(name: string, seed: bigint): bigint {
  let hash = 0xcbf29ce484222325n ^ seed
  for (let i = 0; i < name.length; i++) hash = ((hash ^ BigInt(name.charCodeAt(i))) * 0x100000001b3n) & MASK
  return hash
}

/**
 * xoshiro128** by Blackman and Vigna (2018): 32-bit arithmetic only, so the sequence is the same on every engine, and
 * fast in JavaScript. Period 2^128 - 1. Seeded through splitmix64.
 */
class Xoshiro128 implements Rng {
  readonly #seed: bigint
  #s0: number
  #s1: number
  #s2: number
  #s3: number
  #spare = Number.NaN

  constructor(seed: bigint) {
    this.#seed = seed & MASK
    const first = splitmix64(this.#seed)
    const second = splitmix64(first.state)
    this.#s0 = Number(first.value & 0xffffffffn) | 0
    this.#s1 = Number(first.value >> 32n) | 0
    this.#s2 = Number(second.value & 0xffffffffn) | 0
    this.#s3 = Number(second.value >> 32n) | 0
  }

  nextUint32(): number {
    const times5 = Math.imul(this.#s1, 5)
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9) >>> 0
    const t = this.#s1 << 9
    this.#s2 ^= this.#s0
    this.#s3 ^= this.#s1
    this.#s1 ^= this.#s2
    this.#s0 ^= this.#s3
    this.#s2 ^= t
    this.#s3 = (this.#s3 << 11) | (this.#s3 >>> 21)
    return result
  }

  nextFloat(): number {
    const high = this.nextUint32() >>> 5
    const low = this.nextUint32() >>> 6
    return (high * 67_108_864 + low) / 9_007_199_254_740_992
  }

  nextNormal(): number {
    if (!Number.isNaN(this.#spare)) {
      const spare = this.#spare
      this.#spare = Number.NaN
      return spare
    }
    for (;;) {
      const u = 2 * this.nextFloat() - 1
      const v = 2 * this.nextFloat() - 1
      const s = u * u + v * v
      if (s > 0 && s < 1) {
        const factor = Math.sqrt((-2 * Math.log(s)) / s)
        this.#spare = v * factor
        return u * factor
      }
    }
  }

  stream(name: string): Rng {
    return new Xoshiro128(hashName(name, this.#seed))
  }
}

/** A generator for the seed, any safe integer. Equal seeds give equal sequences on every machine. */
export function createRng(seed: number): Rng {
  return new Xoshiro128(BigInt.asUintN(64, BigInt(seed)))
}
