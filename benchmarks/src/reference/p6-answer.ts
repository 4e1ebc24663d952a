import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** By indicator and output: the sampled values. */
type P6Samples = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>

/** What TA-Lib gives for the million bars of the workload; made by `peers/python/p6_answer.py`. */
const answer = JSON.parse(readFileSync(join(import.meta.dirname, 'p6-talib.json'), 'utf8')) as P6Samples

/** Largest difference from TA-Lib, as a share of the largest magnitude of the output. */
const TOLERANCE = 1e-9

/** Indicators that a peer rounds, so that a wider tolerance is right: the peer's name, then the indicator. */
const ROUNDED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  // Two decimals of 0 to 100.
  technicalindicators: { RSI: 1e-4 },
}

/** How sampled outputs differ from TA-Lib's, one sentence an output. */
export function p6Differences(engine: string, outcome: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(outcome as P6Samples).flatMap(([indicator, outputs]) =>
    Object.entries(answer[indicator] ?? {}).flatMap(([output, right]) => {
      const found = outputs[output] ?? []
      const tolerance = ROUNDED[engine]?.[indicator] ?? TOLERANCE
      const scale = Math.max(...right.map(Math.abs))
      if (found.length !== right.length) return [`${indicator} ${output} has ${found.length} samples`]
      const at = right.findIndex((value, i) => !(Math.abs((found[i] as number) - value) <= tolerance * scale))
      return at < 0 ? [] : [`${indicator} ${output} is ${found[at]}, not ${right[at]}, at sample ${at}`]
    }),
  )
}
