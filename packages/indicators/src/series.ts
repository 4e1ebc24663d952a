import { InputShapeError, InvalidInputError } from './errors.ts'

/** What an indicator reads at each bar. `value` and `other` are any series; the rest are columns of bars. */
export type InputName = 'value' | 'other' | 'openTimeMs' | 'open' | 'high' | 'low' | 'close' | 'volume'

/** What an input must satisfy beyond being finite. */
export type Domain = 'finite' | 'positive' | 'non-negative' | 'non-zero'

/** Largest input magnitude. Below it no product, square or sum of a window in this package overflows. */
const MAX_MAGNITUDE = 1e150

/** Smallest magnitude of an input that is divided by: the quotient of two inputs stays finite. */
const MIN_DIVISOR = 1e-150

const EXPECTED: Readonly<Record<Domain, string>> = {
  finite: `a finite number of magnitude up to ${MAX_MAGNITUDE}`,
  positive: `a number from ${MIN_DIVISOR} to ${MAX_MAGNITUDE}`,
  'non-negative': `a number from 0 to ${MAX_MAGNITUDE}`,
  'non-zero': `a number of magnitude ${MIN_DIVISOR} to ${MAX_MAGNITUDE}`,
}

/** Whether a number can enter a computation. False for NaN and infinities. */
export function isUsable(value: number): boolean {
  return Math.abs(value) <= MAX_MAGNITUDE
}

/** Whether a usable number also satisfies the input's domain. */
export function isInDomain(value: number, domain: Domain): boolean {
  const least = leastOf(domain)
  return value >= least.value && Math.abs(value) >= least.magnitude
}

/** Least value and least magnitude of a domain. */
export function leastOf(domain: Domain): { readonly value: number; readonly magnitude: number } {
  switch (domain) {
    case 'finite':
      return { value: -MAX_MAGNITUDE, magnitude: 0 }
    case 'positive':
      return { value: MIN_DIVISOR, magnitude: 0 }
    case 'non-negative':
      return { value: 0, magnitude: 0 }
    case 'non-zero':
      return { value: -MAX_MAGNITUDE, magnitude: MIN_DIVISOR }
  }
}

/** The error for a value that {@link isUsable} or {@link isInDomain} refused. */
export function badInput(input: InputName, index: number, value: number, domain: Domain): InvalidInputError {
  return new InvalidInputError(input, index, value, EXPECTED[domain])
}

/** Values that are summed in one call: a function that is called often is compiled once, a long loop at every series. */
const BLOCK = 4_096

/** First index from `start` on that holds NaN, an infinity or too large a number; -1 where there is none. */
function firstUnusable(values: Float64Array, start: number): number {
  const length = values.length
  let sum = 0
  for (let from = start; from < length; from += BLOCK) sum += sumOfSquares(values, from, Math.min(length, from + BLOCK))
  // No square is larger than the sum of all, so one comparison at the end is enough, and there is none inside.
  if (sum <= MAX_MAGNITUDE * MAX_MAGNITUDE) return -1
  for (let i = start; i < length; i++) if (!isUsable(values[i] as number)) return i
  return -1
}

/** Squares, not magnitudes: measured, those take two to four times as long. */
function sumOfSquares(values: Float64Array, from: number, to: number): number {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let i = from
  for (; i + 3 < to; i += 4) {
    const first = values[i] as number
    const second = values[i + 1] as number
    const third = values[i + 2] as number
    const fourth = values[i + 3] as number
    a += first * first
    b += second * second
    c += third * third
    d += fourth * fourth
  }
  for (; i < to; i++) a += (values[i] as number) * (values[i] as number)
  return a + b + c + d
}

/**
 * Index of the first bar at which every input is a number; the length where there is none.
 *
 * Before it, bars with a NaN are the warm-up of another indicator. From it on every value must be usable.
 *
 * @throws {@link InputShapeError} if the columns differ in length.
 * @throws {@link InvalidInputError} for an infinity anywhere and for a NaN after the start.
 *
 * O(n), about half a nanosecond a value.
 */
export function seriesStart(inputs: readonly Float64Array[], names: readonly InputName[]): number {
  const first = inputs[0] as Float64Array
  inputs.forEach((input, k) => {
    if (input.length === first.length) return
    throw new InputShapeError(`Input ${names[k]} has ${input.length} values, ${names[0]} has ${first.length}.`, {
      input: names[k],
      length: input.length,
      expected: first.length,
    })
  })

  let start = 0
  while (start < first.length) {
    let complete = true
    for (let k = 0; k < inputs.length; k++) {
      const value = (inputs[k] as Float64Array)[start] as number
      if (isUsable(value)) continue
      if (!Number.isNaN(value)) throw badInput(names[k] as InputName, start, value, 'finite')
      complete = false
    }
    if (complete) break
    start++
  }

  for (let k = 0; k < inputs.length; k++) {
    const input = inputs[k] as Float64Array
    const bad = firstUnusable(input, start)
    if (bad >= 0) throw badInput(names[k] as InputName, bad, input[bad] as number, 'finite')
  }
  return start
}

/**
 * Check whole series, which have no warm-up: equal lengths and usable numbers only.
 *
 * @throws {@link InputShapeError} if the columns differ in length.
 * @throws {@link InvalidInputError} for NaN, an infinity or too large a number.
 */
export function requireSeries(inputs: readonly Float64Array[], names: readonly InputName[]): void {
  const start = seriesStart(inputs, names)
  if (start === 0) return
  const bad = inputs.findIndex((input) => Number.isNaN(input[0]))
  throw badInput(names[bad] as InputName, 0, Number.NaN, 'finite')
}

/** First index from `start` on whose value is outside the domain; the length where there is none. */
function firstOutside(values: Float64Array, start: number, domain: Domain): number {
  const length = values.length
  let i = start
  // One loop each: a question inside the loop would cost more than the comparison.
  if (domain === 'positive') while (i < length && (values[i] as number) >= MIN_DIVISOR) i++
  else if (domain === 'non-negative') while (i < length && (values[i] as number) >= 0) i++
  else while (i < length && Math.abs(values[i] as number) >= MIN_DIVISOR) i++
  return i
}

/** @throws {@link InvalidInputError} for the first value from `start` on that is outside the domain. */
export function requireDomain(values: Float64Array, start: number, name: InputName, domain: Domain): void {
  const at = firstOutside(values, start, domain)
  if (at < values.length) throw badInput(name, at, values[at] as number, domain)
}

/**
 * A column of `length` numbers that begins with `count` NaN (fewer where it is shorter).
 *
 * @param out - Memory for the column, whose later entries keep what they hold. By default fresh memory, which holds 0.
 * @throws {@link InputShapeError} if `out` is not as long as the column.
 */
export function warmupColumn(length: number, count: number, out?: Float64Array): Float64Array {
  if (out !== undefined && out.length !== length) {
    throw new InputShapeError(`The memory for an output has ${out.length} values, its inputs have ${length}.`, {
      length: out.length,
      expected: length,
    })
  }
  return (out ?? new Float64Array(length)).fill(Number.NaN, 0, Math.min(length, count))
}
