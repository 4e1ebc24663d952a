// Long because it is one suite, which every indicator is held to in all its parts.
import { createRng } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomInputs, type Shape, SHAPES } from '../test/random-inputs.ts'
import * as api from './index.ts'
import { type IndicatorDefinition, INDICATORS } from './index.ts'

/** `npm run verify` looks longer. */
fc.configureGlobal({ numRuns: process.env['KESTREL_VERIFY'] === '1' ? 2000 : 100 })

/** Bit-for-bit view of a column, with one pattern for NaN. */
function bits(column: Float64Array): string {
  return Array.from(column, (value) => (Object.is(value, -0) ? '-0' : String(value))).join(' ')
}

/** All columns of a stream that was fed with `inputs`. */
function streamed(definition: IndicatorDefinition, inputs: readonly Float64Array[], params: readonly number[]) {
  const stream = definition.stream(params)
  const length = (inputs[0] as Float64Array).length
  const columns = definition.outputs.map(() => new Float64Array(length))
  const ready: boolean[] = []
  for (let i = 0; i < length; i++) {
    const outputs = stream.update(inputs.map((input) => input[i] as number))
    columns.forEach((column, k) => (column[i] = outputs[k] as number))
    ready.push(stream.ready)
  }
  return { columns, ready }
}

/** Parameters small enough that a short series is ready, within the definition's bounds. */
function paramsOf(definition: IndicatorDefinition): fc.Arbitrary<number[]> {
  return fc.tuple(
    ...definition.params.map(({ unit, integer, min, max }) => {
      if (unit === 'bars') return fc.integer({ min, max: 9 })
      return integer
        ? fc.integer({ min, max: Math.min(max, 2000) })
        : fc.double({ min, max: Math.min(max, 50), noNaN: true })
    }),
  )
}

/** Where parameters within their bounds may still contradict each other. Everything else is legal. */
const LEGAL: Readonly<Record<string, (params: readonly number[]) => boolean>> = {
  // One bar and ddof 1 leave no degree of freedom; the tests need as many bars as coefficients or lags.
  stddev: ([period, ddof]) => !(period === 1 && ddof === 1),
  adf: ([period = 0, lags = 0, trend = 0]) => period >= 2 * lags + trend + 3,
  kpss: ([period = 0, lags = 0]) => period > lags,
}

function isLegal(definition: IndicatorDefinition, params: readonly number[]): boolean {
  return LEGAL[definition.name]?.(params) ?? true
}

/** Look-backs of so many bars, or of up to 20 where that is not legal, and defaults for everything else. */
function shortParamsOf(definition: IndicatorDefinition, bars: number): number[] {
  const values = definition.params.map((param) => (param.unit === 'bars' ? Math.max(param.min, bars) : param.default))
  return isLegal(definition, values) ? values : definition.params.map((param) => Math.min(param.default, 20))
}

function cases(definition: IndicatorDefinition) {
  return fc
    .record({
      params: paramsOf(definition),
      length: fc.integer({ min: 0, max: 70 }),
      seed: fc.integer({ min: 0, max: 1_000_000 }),
      shape: fc.constantFrom<Shape>(...SHAPES),
    })
    .filter(({ params }) => isLegal(definition, params))
    .map(({ params, length, seed, shape }) => ({
      params,
      length,
      inputs: randomInputs(definition.inputs, length, seed, shape),
    }))
}

const defaultsOf = (definition: IndicatorDefinition) => definition.params.map((param) => param.default)

describe.each(Object.entries(INDICATORS) as [string, IndicatorDefinition][])('%s', (key, definition) => {
  const { name, inputs: inputNames, params, outputs } = definition

  test('is described, and its defaults are within its bounds', () => {
    expect(name).toBe(key)
    for (const text of [definition.title, definition.about, definition.source]) expect(text).toMatch(/^\S.{3,}/u)
    expect(new Set(outputs).size).toBe(outputs.length)
    for (const param of params) {
      expect(param.default).toBeGreaterThanOrEqual(param.min)
      expect(param.default).toBeLessThanOrEqual(param.max)
      expect(param.about).not.toBe('')
    }
    expect(definition.warmup(defaultsOf(definition))).toBe(Math.max(...definition.outputWarmup(defaultsOf(definition))))
  })

  test('each output begins with as many NaN as it states, more only where it waits for data, and has none after', () => {
    fc.assert(
      fc.property(cases(definition), ({ inputs, params: values, length }) => {
        const columns = definition.batch(inputs, values)
        expect(columns.length).toBe(outputs.length)
        definition.outputWarmup(values).forEach((stated, k) => {
          const column = columns[k] as Float64Array
          const found = column.findIndex((value) => !Number.isNaN(value))
          if (definition.waitsForData && found >= 0) expect(found).toBeGreaterThanOrEqual(stated)
          const warmup = definition.waitsForData ? (found < 0 ? length : found) : stated
          expect(column.length).toBe(length)
          expect(Array.from(column, Number.isFinite)).toEqual(Array.from(column, (_, i) => i >= warmup))
          expect(Array.from(column, Number.isNaN)).toEqual(Array.from(column, (_, i) => i < warmup))
        })
      }),
    )
  })

  test('batch equals streaming bit for bit, and ready tells when every output is a number', () => {
    fc.assert(
      fc.property(cases(definition), ({ inputs, params: values }) => {
        const batch = definition.batch(inputs, values)
        const { columns, ready } = streamed(definition, inputs, values)
        expect(columns.map(bits)).toEqual(batch.map(bits))
        const isReady = (i: number): boolean =>
          definition.waitsForData ? columns.every((column) => !Number.isNaN(column[i])) : i >= definition.warmup(values)
        expect(ready).toEqual(ready.map((_, i) => isReady(i)))
      }),
    )
  })

  test('replaceLast leaves no trace of what was replaced', () => {
    fc.assert(
      fc.property(
        cases(definition),
        fc.integer({ min: 0, max: 1_000_000 }),
        ({ inputs, params: values, length }, seed) => {
          const rng = createRng(seed)
          const batch = definition.batch(inputs, values)
          const stream = definition.stream(values)
          const bar = (i: number) => inputs.map((input) => input[i] as number)
          for (let i = 0; i < length; i++) {
            const replacements = Math.floor(rng.nextFloat() * 4)
            stream.update(bar(replacements === 0 ? i : Math.floor(rng.nextFloat() * length)))
            for (let k = 1; k <= replacements; k++) {
              stream.replaceLast(bar(k === replacements ? i : Math.floor(rng.nextFloat() * length)))
            }
            expect(bits(stream.outputs)).toBe(bits(Float64Array.from(batch, (column) => column[i] as number)))
          }
        },
      ),
    )
  })

  test('never reads the future: cutting the tail leaves the past unchanged', () => {
    fc.assert(
      fc.property(cases(definition), fc.nat(), ({ inputs, params: values, length }, at) => {
        const cut = at % (length + 1)
        const whole = definition.batch(inputs, values)
        const past = definition.batch(
          inputs.map((input) => input.subarray(0, cut)),
          values,
        )
        expect(past.map(bits)).toEqual(whole.map((column) => bits(column.subarray(0, cut))))
      }),
    )
  })

  test('leading NaN in any input shift the result and nothing else', () => {
    fc.assert(
      fc.property(cases(definition), fc.array(fc.nat(6)), ({ inputs, params: values }, gaps) => {
        const longest = Math.max(0, ...inputs.map((_, k) => gaps[k] ?? 0))
        const shifted = inputs.map((input, k) => {
          const column = new Float64Array(input.length + longest).fill(Number.NaN)
          // An input that begins before the others has numbers that must be passed over.
          column.fill((input[0] ?? 1) / 2, gaps[k] ?? 0, longest)
          column.set(input, longest)
          return column
        })
        const expected = definition
          .batch(inputs, values)
          .map((column) => bits(Float64Array.from([...Array<number>(longest).fill(Number.NaN), ...column])))
        const isGapReal = inputs.some((_, k) => (gaps[k] ?? 0) === longest)
        if (!isGapReal) return
        expect(definition.batch(shifted, values).map(bits)).toEqual(expected)
        expect(streamed(definition, shifted, values).columns.map(bits)).toEqual(expected)
      }),
    )
  })

  test('a first bar may turn from NaN to a number and back while it is forming', () => {
    const inputs = randomInputs(inputNames, 60, 7, 'walk')
    const values = shortParamsOf(definition, 3)
    const batch = definition.batch(inputs, values)
    const bar = (i: number) => inputs.map((input) => input[i] as number)
    const nan = inputs.map(() => Number.NaN)
    const stream = definition.stream(values)
    stream.update(nan)
    stream.update(bar(5))
    stream.replaceLast(nan)
    stream.replaceLast(bar(9))
    stream.replaceLast(bar(0))
    expect(() => stream.replaceLast([...nan, Infinity].slice(1))).toThrow(
      expect.objectContaining({ code: 'IND_INVALID_INPUT' }),
    )
    for (let i = 1; i < 60; i++) stream.update(bar(i))
    expect(bits(stream.outputs)).toBe(bits(Float64Array.from(batch, (column) => column[59] as number)))
  })

  test('rejects parameters out of bounds, in batch and in streaming', () => {
    const inputs = randomInputs(inputNames, 30, 1, 'walk')
    expect(() => definition.batch(inputs, [...defaultsOf(definition), 1])).toThrow('parameters')
    params.forEach((param, k) => {
      const bad = [
        Number.NaN,
        Infinity,
        -Infinity,
        param.min - 1,
        param.max + 1,
        ...(param.integer ? [param.min + 0.5] : []),
      ]
      for (const value of bad) {
        const values = defaultsOf(definition)
        values[k] = value
        const error = expect.objectContaining({
          name: param.unit === 'bars' ? 'InvalidPeriodError' : 'InvalidParameterError',
          meta: { [param.name]: value },
        })
        expect(() => definition.batch(inputs, values)).toThrow(error)
        expect(() => definition.stream(values)).toThrow(error)
        expect(() => definition.warmup(values)).toThrow(error)
      }
    })
  })

  test('rejects NaN after the first number and infinity anywhere, naming input and index', () => {
    const values = defaultsOf(definition)
    const spoilers = [
      { at: 41, value: Number.NaN },
      { at: 59, value: Number.NaN },
      { at: 41, value: Infinity },
      { at: 0, value: -Infinity },
      { at: 30, value: 1e151 },
    ]
    inputNames.forEach((input, k) => {
      for (const { at, value } of spoilers) {
        const inputs = randomInputs(inputNames, 60, 3, 'walk').map((column) => column.slice())
        ;(inputs[k] as Float64Array)[at] = value
        const error = expect.objectContaining({ name: 'InvalidInputError', meta: { input, index: at, value } })
        expect(() => definition.batch(inputs, values)).toThrow(error)
        expect(() => streamed(definition, inputs, values)).toThrow(error)
      }
    })
  })

  test('a rejected bar leaves the stream as it was', () => {
    const inputs = randomInputs(inputNames, 60, 11, 'walk')
    const values = shortParamsOf(definition, 4)
    const stream = definition.stream(values)
    const spoiled = inputNames.map((_, k) => (k === inputNames.length - 1 ? Number.NaN : 1))
    for (let i = 0; i < 60; i++) {
      stream.update(inputs.map((input) => input[i] as number))
      expect(() => stream.update(spoiled)).toThrow(expect.objectContaining({ name: 'InvalidInputError' }))
      if (i > 0)
        expect(() => stream.replaceLast(spoiled)).toThrow(expect.objectContaining({ name: 'InvalidInputError' }))
    }
    const batch = definition.batch(inputs, values)
    expect(bits(stream.outputs)).toBe(bits(Float64Array.from(batch, (column) => column[59] as number)))
  })

  test('values outside an input’s domain are rejected, in batch and in streaming', () => {
    const outside = { finite: [], positive: [0, -1, 1e-200], 'non-negative': [-1], 'non-zero': [0, 1e-200] }
    inputNames.forEach((input, k) => {
      for (const value of outside[definition.domains[input] ?? 'finite']) {
        const inputs = randomInputs(inputNames, 60, 5, 'walk').map((column) => column.slice())
        ;(inputs[k] as Float64Array)[44] = value
        const error = expect.objectContaining({ name: 'InvalidInputError', meta: { input, index: 44, value } })
        expect(() => definition.batch(inputs, defaultsOf(definition))).toThrow(error)
        expect(() => streamed(definition, inputs, defaultsOf(definition))).toThrow(error)
      }
    })
  })

  test('leaves its inputs alone and rejects ones that do not fit together', () => {
    const inputs = randomInputs(inputNames, 60, 2, 'walk')
    const copies = inputs.map(bits)
    const values = defaultsOf(definition)
    definition.batch(inputs, values)
    expect(inputs.map(bits)).toEqual(copies)
    const shape = expect.objectContaining({ name: 'InputShapeError', code: 'IND_INPUT_SHAPE' })
    expect(() => definition.batch([...inputs, new Float64Array(60)], values)).toThrow(shape)
    expect(() => definition.batch(inputs, [...values, 1])).toThrow(shape)
    expect(() => definition.stream([...values, 1])).toThrow(shape)
    if (inputs.length > 1) {
      expect(() => definition.batch([...inputs.slice(0, -1), new Float64Array(59).fill(1)], values)).toThrow(shape)
    }
  })

  test('writes the same columns into memory that it is given, whatever was there', () => {
    fc.assert(
      fc.property(cases(definition), ({ inputs, params: values, length }) => {
        const memory = outputs.map((_, k) => new Float64Array(length).fill(k + 0.5))
        const found = definition.batch(inputs, values, memory)
        expect(found.every((column, k) => column === memory[k])).toBe(true)
        expect(memory.map(bits)).toEqual(definition.batch(inputs, values).map(bits))
      }),
    )
  })

  test('refuses memory of another shape, or that of an input or another output', () => {
    const inputs = randomInputs(inputNames, 60, 2, 'walk')
    const columnsOf = (length: number) => outputs.map(() => new Float64Array(length))
    const first = inputs[0] as Float64Array
    const shared = new Float64Array(61 + outputs.length)
    const bad = [
      columnsOf(59),
      [...columnsOf(60), new Float64Array(60)],
      [...columnsOf(60).slice(1), first],
      [...columnsOf(60).slice(1), new Float64Array(first.buffer, first.byteOffset, 60)],
      ...(outputs.length > 1 ? [outputs.map((_, k) => shared.subarray(k, k + 60))] : []),
    ]
    for (const memory of bad) {
      expect(() => definition.batch(inputs, defaultsOf(definition), memory)).toThrow(
        expect.objectContaining({ name: 'InputShapeError', meta: { indicator: name } }),
      )
    }
  })

  test('replaceLast before the first bar is an error', () => {
    const stream = definition.stream(defaultsOf(definition))
    expect(() => stream.replaceLast(inputNames.map(() => 1))).toThrow(
      expect.objectContaining({ name: 'NoBarToReplaceError', meta: { indicator: name } }),
    )
  })

  test('is exported as a batch function and a create function, which agree with the definition', () => {
    const exported = api as unknown as Record<string, (...args: never[]) => unknown>
    const batchFunction = exported[name] as (...args: unknown[]) => unknown
    const create = exported[`create${name[0]?.toUpperCase()}${name.slice(1)}`] as (
      ...args: number[]
    ) => api.NamedStream<['value'], readonly string[]>
    const values = defaultsOf(definition)
    const length = Math.max(80, definition.warmup(values) + 10)
    const inputs = randomInputs(inputNames, length, 4, 'walk')
    const batch = definition.batch(inputs, values)
    const direct = batchFunction(...inputs, ...values)
    const named = outputs.length === 1 ? { [outputs[0] as string]: direct } : (direct as Record<string, Float64Array>)
    expect(Object.keys(named).sort()).toEqual([...outputs].sort())
    outputs.forEach((output, k) => expect(bits(named[output] as Float64Array)).toBe(bits(batch[k] as Float64Array)))

    const stream = create(...values)
    const first = stream.value
    for (let i = 0; i < length; i++) {
      const bar = inputs.map((input) => input[i] as number) as [number]
      stream.update(...bar)
      const reading = stream.replaceLast(...bar) as unknown
      expect(reading).toBe(stream.value)
      outputs.forEach((output, k) => {
        const value = outputs.length === 1 ? reading : (reading as Record<string, number>)[output]
        expect(value).toBe((batch[k] as Float64Array)[i])
      })
    }
    expect(stream.ready).toBe(true)
    if (outputs.length > 1) {
      expect(stream.value).toBe(first)
      expect(() => Object.assign(stream.value, { [outputs[0] as string]: 1 })).toThrow(TypeError)
    }
  })
})
