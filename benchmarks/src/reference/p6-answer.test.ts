import { workloadBars } from '@kestrel/data'
import { expect, test } from 'vitest'
import { p6Differences } from './p6-answer.ts'
import { P6_INDICATORS, samplesOf } from './p6-indicators.ts'

const bars = workloadBars(1_000_000)
const columns: Readonly<Record<string, Float64Array>> = { ...bars, value: bars.close }

test.each(P6_INDICATORS)('$name equals TA-Lib on the whole workload', ({ name, ours, params, compared }) => {
  const outputs = ours.batch(
    ours.inputs.map((input) => columns[input] as Float64Array),
    params,
  )
  const samples = Object.fromEntries(
    Object.entries(compared).map(([key, position]) => [key, samplesOf(outputs[position] as Float64Array)]),
  )
  expect(p6Differences('kestrel', { [name]: samples })).toEqual([])
  const [key = '', values = []] = Object.entries(samples)[0] ?? []
  const spoiled = values.map((value, i) => (i === 7 ? value + 1 : value))
  expect(p6Differences('kestrel', { [name]: { ...samples, [key]: spoiled } })).toHaveLength(1)
})
