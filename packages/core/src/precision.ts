import { KestrelError, UsageError } from './errors.ts'

/** Price as a whole number of the instrument's ticks. */
export type PriceTicks = number & { readonly __unit: 'ticks' }

/** Quantity as a whole number of the instrument's lots. */
export type QtyLots = number & { readonly __unit: 'lots' }

/**
 * A decimal step such as 0.05, held as `mantissa / scale` (5 / 100) so that `steps * mantissa / scale` is one correctly
 * rounded division and gives the double nearest to the decimal value.
 */
export interface DecimalStep {
  /** The step as the venue writes it. */
  readonly text: string
  /** The step as a double, for display and estimates only. */
  readonly size: number
  readonly mantissa: number
  readonly scale: number
  /** Decimals needed to write any multiple of the step. */
  readonly decimals: number
}

/** How a value between two steps is brought onto the grid. */
export type RoundingMode = 'down' | 'up' | 'nearest'

/** A price or quantity that is not a multiple of its step where a multiple is required. */
export class OffGridError extends KestrelError {
  override name = 'OffGridError'
}

/**
 * Parses the text of a step.
 *
 * @throws UsageError `CORE_STEP` unless the text is a positive decimal with at most 15 significant digits and 18 decimals.
 */
export function decimalStep(text: string): DecimalStep {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text)
  const fraction = (match?.[2] ?? '').replace(/0+$/, '')
  const mantissa = Number(`${match?.[1] ?? ''}${fraction}`)
  if (match === null || mantissa === 0 || mantissa > 1e15 || fraction.length > 18) {
    throw new UsageError({
      code: 'CORE_STEP',
      message: `"${text}" cannot be a tick or lot size.`,
      hint: 'Write a positive decimal such as 0.01.',
      meta: { text },
    })
  }
  return Object.freeze({ text, size: Number(text), mantissa, scale: 10 ** fraction.length, decimals: fraction.length })
}

/** The double nearest to `steps` times the step. Exact for every value that a decimal string of the venue can name. */
export function stepsToNumber(steps: number, step: DecimalStep): number {
  return (steps * step.mantissa) / step.scale
}

/** Decimal text of `steps` times the step, without exponent, for the wire and for files. */
export function stepsToText(steps: number, step: DecimalStep): string {
  const digits = BigInt(steps) * BigInt(step.mantissa)
  const sign = digits < 0n ? '-' : ''
  const text = (digits < 0n ? -digits : digits).toString().padStart(step.decimals + 1, '0')
  const cut = text.length - step.decimals
  return step.decimals === 0 ? sign + text : `${sign}${text.slice(0, cut)}.${text.slice(cut)}`
}

/**
 * Whole number of steps for a value that must lie on the grid.
 *
 * A value lies on the grid when it is the double nearest to some multiple, so 0.30000000000000004 is off a grid of 0.1
 * while 0.3 is on it.
 *
 * @throws OffGridError `CORE_OFF_GRID` for a value between two steps, NaN, infinity, or beyond 2^53 steps.
 */
export function numberToSteps(value: number, step: DecimalStep, what: string): number {
  const steps = Math.round((value * step.scale) / step.mantissa)
  if (!Number.isSafeInteger(steps) || stepsToNumber(steps, step) !== value) {
    throw new OffGridError({
      code: 'CORE_OFF_GRID',
      message: `${what} ${value} is not a multiple of ${step.text}.`,
      hint: `Round it to the grid first, for example to ${stepsToNumber(roundToSteps(value, step, 'nearest'), step)}.`,
      meta: { what, value, step: step.text },
    })
  }
  return steps
}

/**
 * Whole number of steps for any finite value, rounded as named.
 *
 * A value within one part in 10^12 of a multiple counts as that multiple: it came from arithmetic on grid values, and
 * flooring it would lose a whole step.
 *
 * @throws OffGridError `CORE_NOT_FINITE` for NaN or infinity.
 */
export function roundToSteps(value: number, step: DecimalStep, mode: RoundingMode): number {
  const exact = (value * step.scale) / step.mantissa
  if (!Number.isFinite(exact)) {
    throw new OffGridError({
      code: 'CORE_NOT_FINITE',
      message: `${value} cannot be brought onto a grid of ${step.text}.`,
      meta: { value, step: step.text },
    })
  }
  const nearest = Math.round(exact)
  if (mode === 'nearest' || Math.abs(exact - nearest) <= Math.abs(exact) * 1e-12) return nearest
  return mode === 'down' ? Math.floor(exact) : Math.ceil(exact)
}
