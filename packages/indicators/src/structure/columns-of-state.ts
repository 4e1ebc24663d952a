import type { IndicatorState } from '../stream.ts'

/**
 * Output columns of a state that is fed bar by bar: the batch form of an indicator whose rule is a state machine, so that
 * the rule is written once.
 *
 * @param inputs - Columns of shape `[n]`, usable from `start` on.
 * @returns One column of shape `[n]` for each output, NaN before `start` and while the state gives none.
 */
export function columnsOfState(
  state: IndicatorState,
  inputs: readonly Float64Array[],
  start: number,
  outputCount: number,
): Float64Array[] {
  const length = (inputs[0] as Float64Array).length
  const columns = Array.from({ length: outputCount }, () => new Float64Array(length).fill(Number.NaN, 0, start))
  const bar = new Float64Array(inputs.length)
  const outputs = new Float64Array(outputCount).fill(Number.NaN)
  for (let i = start; i < length; i++) {
    for (let k = 0; k < inputs.length; k++) bar[k] = (inputs[k] as Float64Array)[i] as number
    state.step(bar, true, outputs)
    for (let k = 0; k < outputCount; k++) (columns[k] as Float64Array)[i] = outputs[k] as number
  }
  return columns
}
