/** Unit of a time column: `auto` tells the unit of an epoch number by its size and reads ISO text. */
export type TimeUnit = 'auto' | 's' | 'ms' | 'us' | 'ns' | 'iso'

export const TIME_UNITS: readonly TimeUnit[] = Object.freeze(['auto', 's', 'ms', 'us', 'ns', 'iso'])

/** Units of epoch numbers, coarsest first. */
const EPOCH_UNITS = ['s', 'ms', 'us', 'ns'] as const
export type EpochUnit = (typeof EPOCH_UNITS)[number]

const ZERO = 48
const MINUS = 45
const PLUS = 43
const COLON = 58
const POINT = 46
const SPACE = 32
const MICROS_PER_DAY = 86_400_000_000

/** 1980-01-01 and 2100-01-01 in seconds: within them the units of an epoch number differ by its size alone. */
const EARLIEST_S = 315_532_800
const LATEST_S = 4_102_444_800

/**
 * Microseconds since the epoch of a whole epoch number.
 *
 * @param unit - `auto` decides by size: from 1980 to 2100 seconds have 9 or 10 digits, milliseconds 12 or 13,
 *   microseconds 15 or 16, nanoseconds 18 or 19.
 * @returns NaN where the instant does not lie between 1980 and 2100 in that unit (in any unit, for `auto`).
 */
export function epochToUs(value: number, unit: TimeUnit): number {
  switch (unit) {
    case 's':
      return value >= EARLIEST_S && value < LATEST_S ? Math.round(value * 1e6) : Number.NaN
    case 'ms':
      return value >= EARLIEST_S * 1e3 && value < LATEST_S * 1e3 ? Math.round(value * 1e3) : Number.NaN
    case 'us':
      return value >= EARLIEST_S * 1e6 && value < LATEST_S * 1e6 ? Math.round(value) : Number.NaN
    case 'ns':
      return value >= EARLIEST_S * 1e9 && value < LATEST_S * 1e9 ? Math.floor(value / 1e3) : Number.NaN
    case 'iso':
      return Number.NaN
    default:
      if (value < LATEST_S) return epochToUs(value, 's')
      if (value < LATEST_S * 1e3) return epochToUs(value, 'ms')
      return epochToUs(value, value < LATEST_S * 1e6 ? 'us' : 'ns')
  }
}

/** The unit in which an epoch number lies between 1980 and 2100, if any. */
export function likelyUnit(value: number): 's' | 'ms' | 'us' | 'ns' | undefined {
  for (const unit of ['s', 'ms', 'us', 'ns'] as const) if (!Number.isNaN(epochToUs(value, unit))) return unit
  return undefined
}

/** Days from 1970-01-01 of a date of the Gregorian calendar. Source: Hinnant, chrono-compatible date algorithms. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/**
 * Reads instants from bytes: epoch numbers, and ISO 8601 dates and times (UTC unless an offset is written).
 *
 * Forms of text: `YYYY-MM-DD`, followed by `T` or a space and `HH:MM[:SS[.fraction]]`, followed by nothing, `Z`, ` UTC`, or
 * an offset `+HH[:]MM`; and the `YYYY-MM-DD HH-AM` of CryptoDataDownload. One scanner reads one time at a time.
 */
export class TimeScanner {
  #end = 0
  /** True once a date without a time of day was read. */
  sawDate = false
  /** True once an instant (epoch number, or date with a time of day) was read. */
  sawInstant = false

  /** Whether epoch numbers were read in each of {@link EPOCH_UNITS}. */
  readonly #seen: [boolean, boolean, boolean, boolean] = [false, false, false, false]
  readonly #unit: TimeUnit

  constructor(unit: TimeUnit) {
    this.#unit = unit
  }

  /** Units of the epoch numbers read so far, as their size told them. */
  get epochUnits(): readonly EpochUnit[] {
    return EPOCH_UNITS.filter((_, i) => this.#seen[i])
  }

  /**
   * Reads the time that begins at `start` into `out[at]`: microseconds since the epoch, a safe integer; finer digits are
   * cut off.
   *
   * @returns First byte after the time; -1 where there is none, or none that the unit allows.
   */
  read(bytes: Uint8Array, start: number, limit: number, out: Float64Array, at: number): number {
    const p = this.#milliseconds(bytes, start, limit, out, at)
    if (p > 0) return p
    const us = this.#valueAt(bytes, start, limit)
    if (Number.isNaN(us)) return -1
    out[at] = us
    return this.#end
  }

  /** Reads thirteen digits as milliseconds, by far the most common form; returns -1 for anything else. */
  #milliseconds(bytes: Uint8Array, start: number, limit: number, out: Float64Array, at: number): number {
    const end = start + 13
    if (end >= limit || (this.#unit !== 'auto' && this.#unit !== 'ms')) return -1
    let high = 0
    let low = 0
    let p = start
    for (; p < start + 4; p++) {
      const digit = (bytes[p] as number) - ZERO
      if (digit >>> 0 > 9) return -1
      high = high * 10 + digit
    }
    for (; p < end; p++) {
      const digit = (bytes[p] as number) - ZERO
      if (digit >>> 0 > 9) return -1
      low = (Math.imul(low, 10) + digit) | 0
    }
    const next = bytes[p] as number
    // 1000 to 4101 thousand million milliseconds are the years 2001 to 2099; the general way takes the rest.
    if ((next - ZERO) >>> 0 <= 9 || next === POINT || high >= 4102 || high < 1000) return -1
    this.sawInstant = true
    this.#seen[1] = true
    out[at] = (high * 1e9 + low) * 1000
    return end
  }

  #valueAt(bytes: Uint8Array, start: number, limit: number): number {
    let p = start
    let high = 0
    let low = 0
    for (; p < limit; p++) {
      const digit = (bytes[p] as number) - ZERO
      if (digit < 0 || digit > 9) break
      if (p - start === 9) {
        high = low
        low = 0
      }
      low = (Math.imul(low, 10) + digit) | 0
    }
    const digits = p - start
    if (digits === 4 && bytes[p] === MINUS) return this.#isoAt(bytes, start, limit)
    this.#end = start
    if (digits === 0 || this.#unit === 'iso') return Number.NaN
    if (digits === 19) {
      // Nanoseconds are beyond the exact integers of a double: drop the last three digits as text.
      if (this.#unit !== 'auto' && this.#unit !== 'ns') return Number.NaN
      this.#end = p
      this.sawInstant = true
      this.#seen[3] = true
      return epochToUs(digitsToNumber(bytes, start, 16), 'us')
    }
    if (digits > 16) return Number.NaN
    let value = digits <= 9 ? low : high * 10 ** (digits - 9) + low
    if (p < limit && bytes[p] === POINT) {
      let scale = 0.1
      let fraction = 0
      for (p++; p < limit; p++, scale /= 10) {
        const digit = (bytes[p] as number) - ZERO
        if (digit < 0 || digit > 9) break
        fraction += digit * scale
      }
      value += fraction
    }
    this.#end = p
    this.sawInstant = true
    if (this.#unit === 'auto') this.#seen[value < LATEST_S ? 0 : value < LATEST_S * 1e3 ? 1 : 2] = true
    return epochToUs(value, this.#unit)
  }

  #isoAt(bytes: Uint8Array, start: number, limit: number): number {
    this.#end = start
    if (this.#unit !== 'auto' && this.#unit !== 'iso') return Number.NaN
    const year = digitsToNumber(bytes, start, 4)
    const month = twoDigits(bytes, start + 5, limit)
    const day = twoDigits(bytes, start + 8, limit)
    if (bytes[start + 7] !== MINUS || !(month >= 1 && month <= 12)) return Number.NaN
    if (!(day >= 1 && day <= daysInMonth(year, month))) return Number.NaN
    const dateUs = daysFromCivil(year, month, day) * MICROS_PER_DAY
    const p = start + 10
    const separator = bytes[p]
    const hour = twoDigits(bytes, p + 1, limit)
    if ((separator !== 84 && separator !== 116 && separator !== SPACE) || Number.isNaN(hour)) {
      this.#end = p
      this.sawDate = true
      return dateUs
    }
    this.sawInstant = true
    return dateUs + this.#clockAt(bytes, p + 1, limit, hour)
  }

  /** Microseconds since midnight UTC of `HH:MM[:SS[.fraction]][zone]` or `HH-AM`, whose hour was read already. */
  #clockAt(bytes: Uint8Array, start: number, limit: number, hour: number): number {
    const mark = bytes[start + 2]
    if (mark === MINUS) return this.#halfDayAt(bytes, start + 3, limit, hour)
    const minute = twoDigits(bytes, start + 3, limit)
    if (mark !== COLON || !(minute <= 59) || hour > 23) return Number.NaN
    let p = start + 5
    let clockUs = (hour * 60 + minute) * 60_000_000
    if (bytes[p] === COLON) {
      const second = twoDigits(bytes, p + 1, limit)
      if (!(second <= 59)) return Number.NaN
      clockUs += second * 1_000_000
      p += 3
      if (p < limit && bytes[p] === POINT) {
        let unitUs = 100_000
        for (p++; p < limit; p++) {
          const digit = (bytes[p] as number) - ZERO
          if (digit < 0 || digit > 9) break
          clockUs += digit * Math.floor(unitUs)
          unitUs /= 10
        }
      }
    }
    return clockUs - this.#zoneAt(bytes, p, limit)
  }

  /** `AM` or `PM` after an hour of the twelve-hour clock. */
  #halfDayAt(bytes: Uint8Array, start: number, limit: number, hour: number): number {
    const letter = (bytes[start] as number) & 0xdf
    if (start + 2 > limit || ((bytes[start + 1] as number) & 0xdf) !== 77 || hour < 1 || hour > 12) return Number.NaN
    if (letter !== 65 && letter !== 80) return Number.NaN
    this.#end = start + 2
    return ((hour % 12) + (letter === 80 ? 12 : 0)) * 3_600_000_000
  }

  /** Offset from UTC in microseconds; sets `end` behind it. */
  #zoneAt(bytes: Uint8Array, start: number, limit: number): number {
    this.#end = start
    const c = start < limit ? (bytes[start] as number) : 0
    if (c === 90 || c === 122) this.#end = start + 1
    else if (c === SPACE && bytes[start + 1] === 85 && bytes[start + 2] === 84 && bytes[start + 3] === 67) {
      this.#end = start + 4
    } else if (c === PLUS || c === MINUS) {
      const hours = twoDigits(bytes, start + 1, limit)
      const at = start + (bytes[start + 3] === COLON ? 4 : 3)
      const minutes = twoDigits(bytes, at, limit)
      this.#end = Number.isNaN(minutes) ? start + 3 : at + 2
      const offsetUs = (hours * 60 + (Number.isNaN(minutes) ? 0 : minutes)) * 60_000_000
      return c === PLUS ? offsetUs : -offsetUs
    }
    return 0
  }
}

function twoDigits(bytes: Uint8Array, at: number, limit: number): number {
  if (at + 2 > limit) return Number.NaN
  const tens = (bytes[at] as number) - ZERO
  const ones = (bytes[at + 1] as number) - ZERO
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/** Value of `count` bytes that are known to be digits. */
function digitsToNumber(bytes: Uint8Array, start: number, count: number): number {
  let value = 0
  for (let p = start; p < start + count; p++) value = value * 10 + ((bytes[p] as number) - ZERO)
  return value
}
