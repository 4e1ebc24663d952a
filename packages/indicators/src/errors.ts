import { DataError, UsageError } from '@kestrel/core'

/** A period, in bars, that is not an integer within its bounds. `meta` holds the parameter's name and its value. */
export class InvalidPeriodError extends UsageError {
  override name = 'InvalidPeriodError'

  constructor(parameter: string, value: number, min: number, max: number) {
    super({
      code: 'IND_INVALID_PERIOD',
      message: `Parameter ${parameter} is ${value}, not a whole number of bars from ${min} to ${max}.`,
      meta: { [parameter]: value },
    })
  }
}

/** A parameter other than a period that is out of bounds. `meta` holds the parameter's name and its value. */
export class InvalidParameterError extends UsageError {
  override name = 'InvalidParameterError'

  constructor(parameter: string, value: number, expected: string) {
    super({
      code: 'IND_INVALID_PARAMETER',
      message: `Parameter ${parameter} is ${value}, expected ${expected}.`,
      meta: { [parameter]: value },
    })
  }
}

/** Inputs or parameters that do not belong together: a wrong count, or columns of different length. */
export class InputShapeError extends UsageError {
  override name = 'InputShapeError'

  constructor(message: string, meta: Readonly<Record<string, unknown>>) {
    super({ code: 'IND_INPUT_SHAPE', message, meta })
  }
}

/**
 * A value that no indicator can use: NaN after the series began, an infinity, or one outside what the input allows.
 * `meta` holds the `input`, the `index` of the bar (counted from 0) and the `value`.
 */
export class InvalidInputError extends DataError {
  override name = 'InvalidInputError'

  constructor(input: string, index: number, value: number, expected: string) {
    super({
      code: 'IND_INVALID_INPUT',
      message: `Input ${input} is ${value} at index ${index}, expected ${expected}.`,
      hint: 'Repair or cut the series before that bar. Only a prefix of NaN (a warm-up) is allowed.',
      meta: { input, index, value },
    })
  }
}

/** A series with too few values for a test. `meta` holds the `length` and the `least` that the test needs. */
export class SeriesTooShortError extends DataError {
  override name = 'SeriesTooShortError'

  constructor(test: string, length: number, least: number) {
    super({
      code: 'IND_SERIES_TOO_SHORT',
      message: `${test} needs at least ${least} values, got ${length}.`,
      meta: { length, least },
    })
  }
}

/** Series that a test can say nothing about: constant, or exact combinations of each other or of their past. */
export class DegenerateSeriesError extends DataError {
  override name = 'DegenerateSeriesError'

  constructor(message: string) {
    super({ code: 'IND_DEGENERATE_SERIES', message })
  }
}

/** `replaceLast` was called on a stream that has no bar yet. */
export class NoBarToReplaceError extends UsageError {
  override name = 'NoBarToReplaceError'

  constructor(indicator: string) {
    super({
      code: 'IND_NO_BAR_TO_REPLACE',
      message: `Stream ${indicator} has no bar to replace.`,
      hint: 'Call update with the first bar, then replaceLast while that bar is forming.',
      meta: { indicator },
    })
  }
}
