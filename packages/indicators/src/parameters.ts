import { InputShapeError, InvalidParameterError, InvalidPeriodError } from './errors.ts'

/** One parameter of an indicator: its default, its bounds (inclusive) and its meaning. */
export interface ParamDefinition<Name extends string = string> {
  readonly name: Name
  /** `bars` for look-backs, `number` for everything else. */
  readonly unit: 'bars' | 'number'
  readonly default: number
  readonly min: number
  readonly max: number
  readonly integer: boolean
  readonly about: string
}

/** Longest look-back. Streams hold up to three buffers of this many numbers. */
export const MAX_PERIOD = 1_000_000

/** A look-back in bars, an integer from `min` (1 unless given) to {@link MAX_PERIOD}. */
export function periodParam<const Name extends string>(
  name: Name,
  fallback: number,
  about: string,
  min = 1,
): ParamDefinition<Name> {
  return { name, unit: 'bars', default: fallback, min, max: MAX_PERIOD, integer: true, about }
}

/** A real number from `min` to `max`. */
export function numberParam<const Name extends string>(
  name: Name,
  fallback: number,
  min: number,
  max: number,
  about: string,
): ParamDefinition<Name> {
  return { name, unit: 'number', default: fallback, min, max, integer: false, about }
}

/** A whole number from `min` to `max` that is not a look-back. */
export function integerParam<const Name extends string>(
  name: Name,
  fallback: number,
  min: number,
  max: number,
  about: string,
): ParamDefinition<Name> {
  return { name, unit: 'number', default: fallback, min, max, integer: true, about }
}

/**
 * Check values against their definitions, in order. The one place where parameters are judged, for batch and streaming.
 *
 * @throws {@link InvalidPeriodError}, {@link InvalidParameterError}, or {@link InputShapeError} if the count differs.
 */
export function checkParams(definitions: readonly ParamDefinition[], values: readonly number[]): void {
  if (values.length !== definitions.length) {
    throw new InputShapeError(`Expected ${definitions.length} parameters, got ${values.length}.`, {
      expected: definitions.length,
      received: values.length,
    })
  }
  definitions.forEach((definition, i) => {
    const value = values[i] as number
    const { name, min, max, integer } = definition
    if (value >= min && value <= max && (!integer || Number.isInteger(value))) return
    if (definition.unit === 'bars') throw new InvalidPeriodError(name, value, min, max)
    throw new InvalidParameterError(name, value, `${integer ? 'a whole number' : 'a number'} from ${min} to ${max}`)
  })
}
