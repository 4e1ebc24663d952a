import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type IndicatorDefinition, INDICATORS } from '../index.ts'

/** Made by `test/talib/make-candles.py`, which says how. `KESTREL_TALIB_CANDLES` names another, larger one. */
const FIXTURE =
  process.env['KESTREL_TALIB_CANDLES'] ?? join(import.meta.dirname, '../../test/fixtures/talib-candles.json')

interface Fixture {
  readonly open: readonly number[]
  readonly high: readonly number[]
  readonly low: readonly number[]
  readonly close: readonly number[]
  /** By TA-Lib's name: bars before its first answer, and where that is not 0. */
  readonly patterns: Readonly<Record<string, { lookback: number; at: readonly number[]; value: readonly number[] }>>
}

const fixture = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Fixture
const bars = [fixture.open, fixture.high, fixture.low, fixture.close].map((column) => Float64Array.from(column))
const definitions: readonly IndicatorDefinition[] = Object.values(INDICATORS)
const patterns = definitions.flatMap((definition): [string, string, IndicatorDefinition][] => {
  const talibName = /^(CDL\w+) of TA-Lib$/.exec(definition.source)?.[1]
  return talibName === undefined ? [] : [[definition.name, talibName, definition]]
})

/** Patterns whose first answer comes a bar earlier than TA-Lib's, which waits for a bar that it does not read. */
const EARLIER = new Set(['engulfing', 'threeOutside'])

test('the fixture holds every pattern of TA-Lib but the two hikkakes, which depend on patterns of bars before', () => {
  expect(patterns.map(([, talibName]) => talibName).sort()).toEqual(Object.keys(fixture.patterns).sort())
  for (const { at } of Object.values(fixture.patterns)) expect(at.length).toBeGreaterThanOrEqual(4)
})

// TA-Lib's 80 for a harami or engulfing pattern with a common end is 1 here, like its 100.
test.each(patterns)('%s has the sign of %s at every bar', (name, talibName, definition) => {
  const { lookback, at, value } = fixture.patterns[talibName] as Fixture['patterns'][string]
  const params = definition.params.map((param) => param.default)
  expect(definition.warmup(params)).toBe(EARLIER.has(name) ? lookback - 1 : lookback)
  const [ours] = definition.batch(bars, params) as [Float64Array]
  const theirs = new Float64Array(ours.length)
  at.forEach((bar, k) => (theirs[bar] = Math.sign(value[k] as number)))
  const different = [...ours.keys()].filter((i) => i >= lookback && ours[i] !== theirs[i])
  expect(different).toEqual([])
})
