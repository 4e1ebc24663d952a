import { warmupColumn } from '../series.ts'

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
 * Wilder's parabolic stop, bar by bar.
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

  /** Stop of the next bar. */
  get stop(): number {
    return this.#now[STOP] as number
  }

  /** Highest high or lowest low of the trend. */
  get extreme(): number {
    return this.#now[EXTREME] as number
  }

  /** Share of the distance to the extreme that the stop moves. */
  get factor(): number {
    return this.#now[FACTOR] as number
  }

  /**
   * Take in a high and a low, the first two of `inputs`: numbers of their own would be boxed.
   *
   * @returns whether there is a stop: from the second bar on.
   */
  step(inputs: Float64Array, isNewBar: boolean): boolean {
    if (isNewBar) {
      const free = this.#before
      this.#before = this.#now
      this.#now = free
    }
    const before = this.#before
    const now = this.#now
    const high = inputs[0] as number
    const low = inputs[1] as number
    now[HIGH] = high
    now[LOW] = low
    now[DIRECTION] = 0
    // Ranges that keep the stop from being crossed: of this bar and of the one before.
    let previousHigh = before[HIGH] as number
    let previousLow = before[LOW] as number
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
      previousHigh = high
      previousLow = low
    }
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

/** Columns of {@link parabolicStops}. */
interface ParabolicStops {
  readonly line: Float64Array
  readonly direction: Float64Array
}

/**
 * {@link ParabolicStop} over whole columns, with its state in local variables.
 *
 * @param high - Shape `[n]`, usable from `start` on.
 * @returns Columns of shape `[n]`. The first `start + 1` entries are NaN.
 */
export function parabolicStops(
  high: Float64Array,
  low: Float64Array,
  start: number,
  acceleration: number,
  maximum: number,
  memory?: ParabolicStops,
): ParabolicStops {
  const length = high.length
  const lines = warmupColumn(length, start + 1, memory?.line)
  const directions = warmupColumn(length, start + 1, memory?.direction)
  const seed = new ParabolicStop(acceleration, maximum)
  for (let i = start; i < Math.min(length, start + 2); i++) {
    if (!seed.step(Float64Array.of(high[i] as number, low[i] as number), true)) continue
    lines[i] = seed.line
    directions[i] = seed.direction
  }
  let { direction, stop, extreme, factor } = seed
  const step = acceleration < maximum ? acceleration : maximum
  for (let i = start + 2; i < length; i++) {
    const highNow = high[i] as number
    const lowNow = low[i] as number
    const previousHigh = high[i - 1] as number
    const previousLow = low[i - 1] as number
    if (direction === 1) {
      if (lowNow <= stop) {
        direction = -1
        stop = highest(extreme, previousHigh, highNow)
        lines[i] = stop
        extreme = lowNow
        factor = step
        stop = highest(stop + factor * (extreme - stop), previousHigh, highNow)
      } else {
        lines[i] = stop
        if (highNow > extreme) {
          extreme = highNow
          factor = factor + step > maximum ? maximum : factor + step
        }
        stop = lowest(stop + factor * (extreme - stop), previousLow, lowNow)
      }
    } else if (highNow >= stop) {
      direction = 1
      stop = lowest(extreme, previousLow, lowNow)
      lines[i] = stop
      extreme = highNow
      factor = step
      stop = lowest(stop + factor * (extreme - stop), previousLow, lowNow)
    } else {
      lines[i] = stop
      if (lowNow < extreme) {
        extreme = lowNow
        factor = factor + step > maximum ? maximum : factor + step
      }
      stop = highest(stop + factor * (extreme - stop), previousHigh, highNow)
    }
    directions[i] = direction
  }
  return { line: lines, direction: directions }
}

function highest(a: number, b: number, c: number): number {
  const larger = b > a ? b : a
  return c > larger ? c : larger
}

function lowest(a: number, b: number, c: number): number {
  const smaller = b < a ? b : a
  return c < smaller ? c : smaller
}
