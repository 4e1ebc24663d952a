/** A stated aim, what was measured, and whether it is met. */
export interface Mark {
  readonly name: string
  readonly aim: string
  readonly measured: string
  readonly met: boolean
}

/** A mark that a value must not exceed; none where the value was not measured. */
export function atMost(name: string, aim: number, value: number | undefined, unit: string): readonly Mark[] {
  if (value === undefined) return []
  return [{ name, aim: `at most ${aim} ${unit}`, measured: `${tidy(value)} ${unit}`, met: value <= aim }]
}

/** A mark that a value must reach; none where the value was not measured. */
export function atLeast(name: string, aim: number, value: number | undefined, unit: string): readonly Mark[] {
  if (value === undefined) return []
  return [{ name, aim: `at least ${aim} ${unit}`, measured: `${tidy(value)} ${unit}`, met: value >= aim }]
}

/** Three significant digits, whole numbers in full. */
function tidy(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}
