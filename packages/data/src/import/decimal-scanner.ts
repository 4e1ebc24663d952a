const ZERO = 48
const PLUS = 43
const MINUS = 45
const POINT = 46
const SMALL_E = 101
const CAPITAL_E = 69

/** Digits that fit a 32-bit integer. */
const GROUP_DIGITS = 9
const MOST_FAST_DIGITS = 18
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
 * Digits that form an integer below 2^53 and a power of ten of at most 10^22 are both doubles without rounding, so
 * that one multiplication or division rounds once and correctly; every other number goes through `Number`.
 * Source: Clinger, How to read floating point numbers accurately (PLDI 1990), the fast path.
 *
 * One scanner reads one number at a time: `end` and `decimals` describe the number read last.
 */
export class DecimalScanner {
  /** First byte after the number; the start where there is none. */
  end = 0
  /** Digits after the decimal point, less the exponent, trailing zeros included; may be negative. */
  decimals = 0

  /**
   * Reads the longest number that begins at `start`: `[+-] digits [. digits] [e [+-] digits]`.
   *
   * @param limit - End of the bytes to look at.
   * @returns NaN where no number begins; infinity where it is beyond the largest double. No spaces are skipped.
   */
  read(bytes: Uint8Array, start: number, limit: number): number {
    let p = start
    let c = p < limit ? (bytes[p] as number) : 0
    const isNegative = c === MINUS
    if (isNegative || c === PLUS) c = ++p < limit ? (bytes[p] as number) : 0
    const first = p
    let high = 0
    let low = 0
    let digits = 0
    let pointAt = -1
    for (;;) {
      const digit = c - ZERO
      if (digit >= 0 && digit <= 9) {
        if (digits === GROUP_DIGITS) {
          high = low
          low = 0
        }
        // From the nineteenth digit on this overflows; the slow path takes over below.
        low = (Math.imul(low, 10) + digit) | 0
        digits++
      } else if (c === POINT && pointAt < 0) pointAt = p
      else break
      c = ++p < limit ? (bytes[p] as number) : 0
    }
    if (digits === 0) {
      this.end = start
      this.decimals = 0
      return Number.NaN
    }
    let exponent = pointAt < 0 ? 0 : pointAt + 1 - p
    if (c === SMALL_E || c === CAPITAL_E) {
      const after = this.#exponentAt(bytes, p + 1, limit)
      if (after > p) {
        exponent += this.#exponent
        p = after
      }
    }
    this.end = p
    this.decimals = -exponent
    if (digits <= MOST_FAST_DIGITS && exponent >= -MOST_EXACT_POWER && exponent <= MOST_EXACT_POWER) {
      const integer = digits <= GROUP_DIGITS ? low : high * (POWERS_OF_TEN[digits - GROUP_DIGITS] as number) + low
      if (integer < LARGEST_EXACT) {
        const value =
          exponent === 0
            ? integer
            : exponent < 0
              ? integer / (POWERS_OF_TEN[-exponent] as number)
              : integer * (POWERS_OF_TEN[exponent] as number)
        return isNegative ? -value : value
      }
    }
    if (p - first > LONGEST_NUMBER) {
      this.end = start
      return Number.NaN
    }
    const value = Number(latin1.decode(bytes.subarray(first, p)))
    return isNegative ? -value : value
  }

  #exponent = 0

  /** Reads the digits of an exponent; returns the byte after them, or 0 where there are none. */
  #exponentAt(bytes: Uint8Array, start: number, limit: number): number {
    let p = start
    const sign = bytes[p]
    if (sign === MINUS || sign === PLUS) p++
    const from = p
    let exponent = 0
    for (; p < limit; p++) {
      const digit = (bytes[p] as number) - ZERO
      if (digit < 0 || digit > 9) break
      // Beyond this the value is zero or infinite whatever follows, and `Number` reads the text anyway.
      if (exponent < 100_000) exponent = exponent * 10 + digit
    }
    if (p === from) return 0
    this.#exponent = sign === MINUS ? -exponent : exponent
    return p
  }
}

const shared = new DecimalScanner()

/** The number that `text` is, exactly as `Number(text)`; NaN for anything that is not wholly a decimal number. */
export function decimalOf(text: string): number {
  const bytes = Buffer.from(text, 'latin1')
  const value = shared.read(bytes, 0, bytes.length)
  return shared.end === bytes.length && bytes.length > 0 ? value : Number.NaN
}

/** Digits that `bytes[start..end)`, a number, needs after the point: `decimals` less the trailing zeros. */
export function significantDecimals(bytes: Uint8Array, end: number, decimals: number): number {
  let needed = decimals
  for (let p = end - 1; needed > 0 && bytes[p] === ZERO; p--) needed--
  return needed
}
