const ZERO = 48
const PLUS = 43
const MINUS = 45
const POINT = 46
const SMALL_E = 101
const CAPITAL_E = 69

/** Digits that fit a 32-bit integer. */
const GROUP_DIGITS = 9
/** Largest power of ten that is a double without rounding. */
const MOST_EXACT_POWER = 22
const LARGEST_EXACT = 9_007_199_254_740_992
/** Longest number that is converted; a longer one is not a number anybody recorded. */
const LONGEST_NUMBER = 400

const POWERS_OF_TEN = Float64Array.from({ length: MOST_EXACT_POWER + 1 }, (_, k) => Number(`1e${k}`))
const latin1 = new TextDecoder('latin1')

/**
 * Reads decimal numbers from bytes, each to the double that `Number(text)` gives, bit for bit.
 *
 * Digits that form an integer below 2^53 and a power of ten of at most 10^22 are both doubles without rounding, so that
 * one division rounds once and correctly; every other number goes through `Number`.
 * Source: Clinger, How to read floating point numbers accurately (PLDI 1990), the fast path.
 */
export class DecimalScanner {
  /** A number of decimals that no number read so far needs more than. Zeros alone (`7.00`) are none. */
  mostDecimals = 0

  /**
   * Reads the longest number that begins at `start`, `[+-] digits [. digits] [e [+-] digits]`, into `out[at]`: infinity
   * where it is beyond the largest double. No spaces are skipped.
   *
   * The value goes to memory because a double returned from a function that is not inlined costs an allocation.
   *
   * @param bytes - Some byte that is no part of a number must follow the number; its end is not checked.
   * @returns First byte after the number; -1 where no number begins, and then `out` is unchanged.
   */
  read(bytes: Uint8Array, start: number, out: Float64Array, at: number): number {
    const sign = bytes[start] as number
    const first = sign === MINUS || sign === PLUS ? start + 1 : start
    let p = first
    let whole = 0
    let digit = (bytes[p] as number) - ZERO
    // Two digits at a time, which halves the chain of multiplications. Beyond nine digits this overflows; the other path
    // reads them again.
    while (digit >>> 0 <= 9) {
      const second = (bytes[p + 1] as number) - ZERO
      if (second >>> 0 > 9) {
        whole = (Math.imul(whole, 10) + digit) | 0
        digit = second
        p++
        break
      }
      whole = (Math.imul(whole, 100) + Math.imul(digit, 10) + second) | 0
      p += 2
      digit = (bytes[p] as number) - ZERO
    }
    const wholeDigits = p - first
    let fraction = 0
    let decimals = 0
    if (digit === POINT - ZERO) {
      const from = ++p
      digit = (bytes[p] as number) - ZERO
      for (; digit >>> 0 <= 9; digit = (bytes[++p] as number) - ZERO) fraction = (Math.imul(fraction, 10) + digit) | 0
      decimals = p - from
      // A fraction of more digits than a group may have overflown to zero.
      if (decimals > this.mostDecimals && (fraction !== 0 || decimals > GROUP_DIGITS)) this.mostDecimals = decimals
    }
    const isPlain = digit !== SMALL_E - ZERO && digit !== CAPITAL_E - ZERO
    if (isPlain && wholeDigits <= GROUP_DIGITS && decimals <= GROUP_DIGITS) {
      if (wholeDigits + decimals === 0) return -1
      const scale = POWERS_OF_TEN[decimals] as number
      const integer = whole * scale + fraction
      if (integer < LARGEST_EXACT) {
        const value = decimals === 0 ? integer : integer / scale
        out[at] = sign === MINUS ? -value : value
        return p
      }
    }
    return wholeDigits + decimals === 0 ? -1 : this.#readLong(bytes, first, p, sign === MINUS, out, at)
  }

  /** Reads a number of many digits or with an exponent; `mantissaEnd` is the byte after its digits and point. */
  #readLong(
    bytes: Uint8Array,
    first: number,
    mantissaEnd: number,
    isNegative: boolean,
    out: Float64Array,
    at: number,
  ): number {
    const isPlain = bytes[mantissaEnd] !== SMALL_E && bytes[mantissaEnd] !== CAPITAL_E
    const end = isPlain ? mantissaEnd : exponentEnd(bytes, mantissaEnd)
    if (end - first > LONGEST_NUMBER) return -1
    let integer = 0
    let decimals = 0
    let p = first
    for (; p < mantissaEnd && integer < LARGEST_EXACT; p++) {
      if (bytes[p] === POINT) decimals = mantissaEnd - p - 1
      else integer = integer * 10 + ((bytes[p] as number) - ZERO)
    }
    const isExact = isPlain && integer < LARGEST_EXACT && decimals <= MOST_EXACT_POWER
    const value = isExact
      ? integer / (POWERS_OF_TEN[decimals] as number)
      : Number(latin1.decode(bytes.subarray(first, end)))
    out[at] = isNegative ? -value : value
    return end
  }
}

/** First byte after the exponent that begins at `start` with an e; `start` itself where no digits follow. */
function exponentEnd(bytes: Uint8Array, start: number): number {
  const sign = bytes[start + 1]
  const from = sign === MINUS || sign === PLUS ? start + 2 : start + 1
  let p = from
  while (((bytes[p] as number) - ZERO) >>> 0 <= 9) p++
  return p === from ? start : p
}

const scanner = new DecimalScanner()
const scratch = new Float64Array(1)

/** The number that `text` is, exactly as `Number(text)`; NaN for anything that is not wholly a decimal number. */
export function decimalOf(text: string): number {
  const bytes = Buffer.from(`${text}\0`, 'latin1')
  return scanner.read(bytes, 0, scratch, 0) === bytes.length - 1 ? (scratch[0] as number) : Number.NaN
}
