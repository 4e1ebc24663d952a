/** Fields of the state before and after a bar. */
const HIGH = 0
const LOW = 1
const STOP = 2
const EXTREME = 3
const FACTOR = 4
/** 1 up, -1 down, 0 before there is a direction. */
const DIRECTION = 5
const FIELDS = 6

/**
 * Wilder's parabolic stop, bar by bar: the one form for batch and stream.
 *
 * The first direction is down where the low fell by more than the high rose, else up, as in TA-Lib.
 */
export class ParabolicStop {
  /** Stop in force at the last bar; that of the new direction where the bar touched it. */
  line = Number.NaN
  /** Direction after the last bar, 1 or -1. */
  direction = 0
  readonly #acceleration: number
  readonly #maximum: number
  #now = new Float64Array(FIELDS).fill(Number.NaN)
  #before = new Float64Array(FIELDS).fill(Number.NaN)

  constructor(acceleration: number, maximum: number) {
    this.#acceleration = acceleration < maximum ? acceleration : maximum
    this.#maximum = maximum
  }

  /** Whether there is a stop: from the second bar on. */
  step(high: number, low: number, isNewBar: boolean): boolean {
    if (isNewBar) {
      const free = this.#before
      this.#before = this.#now
      this.#now = free
    }
    const before = this.#before
    const now = this.#now
    now[HIGH] = high
    now[LOW] = low
    now[DIRECTION] = 0
    const previousHigh = before[HIGH] as number
    const previousLow = before[LOW] as number
    if (Number.isNaN(previousHigh)) return false
    let direction = before[DIRECTION] as number
    let stop = before[STOP] as number
    let extreme = before[EXTREME] as number
    let factor = before[FACTOR] as number
    if (direction === 0 || Number.isNaN(direction)) {
      const fall = previousLow - low
      direction = fall > 0 && fall > high - previousHigh ? -1 : 1
      stop = direction === 1 ? previousLow : previousHigh
      extreme = direction === 1 ? high : low
      factor = this.#acceleration
      // The seed has no bar before it that could hold the next stop back.
      return this.#advance(now, now, direction, stop, extreme, factor)
    }
    return this.#advance(before, now, direction, stop, extreme, factor)
  }

  /** The stop of this bar and of the next, which the ranges of this bar and of `held` keep from being crossed. */
  #advance(
    held: Float64Array,
    now: Float64Array,
    direction: number,
    stop: number,
    extreme: number,
    factor: number,
  ): true {
    const high = now[HIGH] as number
    const low = now[LOW] as number
    const previousHigh = held[HIGH] as number
    const previousLow = held[LOW] as number
    if (direction === 1 ? low <= stop : high >= stop) {
      direction = -direction
      stop = direction === 1 ? lowest(extreme, previousLow, low) : highest(extreme, previousHigh, high)
      this.line = stop
      factor = this.#acceleration
      extreme = direction === 1 ? high : low
    } else {
      this.line = stop
      if (direction === 1 ? high > extreme : low < extreme) {
        extreme = direction === 1 ? high : low
        factor += this.#acceleration
        if (factor > this.#maximum) factor = this.#maximum
      }
    }
    const next = stop + factor * (extreme - stop)
    now[STOP] = direction === 1 ? lowest(next, previousLow, low) : highest(next, previousHigh, high)
    now[EXTREME] = extreme
    now[FACTOR] = factor
    now[DIRECTION] = direction
    this.direction = direction
    return true
  }
}

function highest(a: number, b: number, c: number): number {
  const larger = b > a ? b : a
  return c > larger ? c : larger
}

function lowest(a: number, b: number, c: number): number {
  const smaller = b < a ? b : a
  return c < smaller ? c : smaller
}
