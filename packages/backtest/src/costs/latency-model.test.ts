import { createRng } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { latencyModel, type LatencyModelSpec } from './latency-model.ts'

const draws = (spec: LatencyModelSpec, count: number) => {
  const model = latencyModel(spec, createRng(11))
  return Array.from({ length: count }, (_, i) => model.latencyUs(i))
}

describe('latency', () => {
  test('constant is the same for every order', () => {
    expect(draws({ model: 'constant', ms: 1.5 }, 3)).toEqual([1_500, 1_500, 1_500])
  })

  test('uniform fills its range evenly', () => {
    const found = draws({ model: 'uniform', minMs: 10, maxMs: 30 }, 20_000)
    expect(Math.min(...found)).toBeGreaterThanOrEqual(10_000)
    expect(Math.max(...found)).toBeLessThanOrEqual(30_000)
    // Mean 20 ms; its standard error is 5.77 ms / sqrt(20,000) = 0.041 ms, and four of them are allowed.
    expect(Math.abs(found.reduce((sum, us) => sum + us, 0) / found.length - 20_000)).toBeLessThan(164)
  })

  test('lognormal has its median and its tail, and keeps to its limit', () => {
    const found = draws({ model: 'lognormal', medianMs: 20, sigma: 0.5, maxMs: 100 }, 20_001).sort((a, b) => a - b)
    expect(Math.abs((found[10_000] ?? 0) / 20_000 - 1)).toBeLessThan(0.03)
    // exp(0.5 * 1.645) = 2.276 medians.
    expect(Math.abs((found[19_000] ?? 0) / 20_000 / 2.276 - 1)).toBeLessThan(0.05)
    expect(found.at(-1)).toBeLessThanOrEqual(100_000)
    expect(found.every((us) => Number.isSafeInteger(us))).toBe(true)
  })

  test('equal seeds give equal latencies', () => {
    const spec: LatencyModelSpec = { model: 'lognormal', medianMs: 20 }
    expect(draws(spec, 50)).toEqual(draws(spec, 50))
  })

  test('recorded: the last measurement at or before the order', () => {
    const recording = {
      tsEventMs: Float64Array.of(1_000, 2_000, 3_000),
      knowableTimeMs: Float64Array.of(1_000, 2_000, 3_000),
      values: { latencyMs: Float64Array.of(5, 80, 6) },
    }
    const model = latencyModel({ model: 'recorded', scale: 2 }, undefined, recording)
    const at = [500_000, 1_000_000, 1_999_999, 2_000_000, 9_000_000, 1_500_000].map((us) => model.latencyUs(us))
    expect(at).toEqual([10_000, 10_000, 10_000, 160_000, 12_000, 10_000])
  })

  test.each<[string, LatencyModelSpec]>([
    ['a range that is upside down', { model: 'uniform', minMs: 5, maxMs: 4 }],
    ['a negative time', { model: 'constant', ms: -1 }],
  ])('refuses %s', (_what, spec) => {
    expect(() => latencyModel(spec, createRng(1))).toThrow(expect.objectContaining({ code: 'BACKTEST_LATENCY' }))
  })

  test('refuses to draw without a generator', () => {
    expect(() => latencyModel({ model: 'lognormal', medianMs: 1 })).toThrow(/needs a seeded generator/)
  })

  test.each([
    ['is missing', undefined],
    [
      'is empty',
      { tsEventMs: new Float64Array(), knowableTimeMs: new Float64Array(), values: { latencyMs: new Float64Array() } },
    ],
    [
      'is negative',
      {
        tsEventMs: Float64Array.of(7),
        knowableTimeMs: Float64Array.of(7),
        values: { latencyMs: Float64Array.of(-1_270) },
      },
    ],
  ])('refuses a recording that %s', (_what, recording) => {
    expect(() => latencyModel({ model: 'recorded' }, undefined, recording)).toThrow(
      expect.objectContaining({ name: 'DataError', code: 'BACKTEST_LATENCY_RECORDING' }),
    )
  })
})
