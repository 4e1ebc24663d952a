/** Maps values of an axis to 0..1. */
export interface Scale {
  readonly low: number
  readonly high: number
  readonly log: boolean
}

/** 0 at the low end, 1 at the high end; values outside are outside. */
export function position(scale: Scale, value: number): number {
  if (scale.log) {
    return (Math.log(value) - Math.log(scale.low)) / (Math.log(scale.high) - Math.log(scale.low))
  }
  return (value - scale.low) / (scale.high - scale.low)
}

/** A linear scale around the values with a little air, and with `include` inside. */
export function linearScale(values: readonly number[], include: readonly number[] = []): Scale {
  let low = Infinity
  let high = -Infinity
  for (const column of [values, include]) {
    for (const value of column) {
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  if (!(high > low))
    return { low: (Number.isFinite(low) ? low : 0) - 1, high: (Number.isFinite(high) ? high : 0) + 1, log: false }
  const air = (high - low) * 0.04
  return { low: include.includes(low) ? low : low - air, high: include.includes(high) ? high : high + air, log: false }
}

/** A logarithmic scale; undefined where a value is not positive. */
export function logScale(values: readonly number[]): Scale | undefined {
  const { low, high } = linearScale(values)
  const least = values.reduce((a, b) => Math.min(a, b), Infinity)
  if (!(least > 0)) return undefined
  return { low: Math.max(low, least * 0.95), high, log: true }
}
