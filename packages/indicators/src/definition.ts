import { InputShapeError } from './errors.ts'
import { checkParams, type ParamDefinition } from './parameters.ts'
import type { Domain, InputName } from './series.ts'
import { CheckedStream, type IndicatorState, type IndicatorStream } from './stream.ts'

/**
 * Everything that is known about an indicator. Inputs, parameters and outputs are positional, in the order of
 * `inputs`, `params` and `outputs`.
 */
export interface IndicatorDefinition<
  Name extends string = string,
  Inputs extends readonly InputName[] = readonly InputName[],
  Params extends readonly ParamDefinition[] = readonly ParamDefinition[],
  Outputs extends readonly string[] = readonly string[],
> {
  readonly name: Name
  readonly title: string
  readonly about: string
  /** Where the formula comes from. */
  readonly source: string
  readonly inputs: Inputs
  /** What each input must satisfy; `finite` where it is absent. */
  readonly domains: Readonly<Partial<Record<InputName, Domain>>>
  readonly params: Params
  readonly outputs: Outputs
  /**
   * Whether the first number waits for something in the data, such as a session that ends or an extreme that is
   * confirmed. The leading NaN, still a prefix, are then at least as many as `warmup` says.
   */
  readonly waitsForData: boolean
  /** Count of leading NaN after which every output is a number, on an input without NaN. */
  warmup(params: readonly number[]): number
  /** The same for each output. */
  outputWarmup(params: readonly number[]): readonly number[]
  /**
   * Whole columns, one per output, each as long as the inputs. Checks shapes, parameters and values.
   *
   * @param out - Memory for the columns, which are then these. Whoever computes many indicators after each other saves
   *   the time that fresh memory takes, which is more than most kernels take. It must not overlap an input. Where the
   *   call throws it may hold anything.
   * @throws {@link InputShapeError} also for memory that does not fit.
   */
  batch(
    inputs: readonly Float64Array[],
    params: readonly number[],
    out?: readonly Float64Array[],
  ): readonly Float64Array[]
  /** A fresh stream. After the same bars its outputs equal the batch columns bit for bit. */
  stream(params: readonly number[]): IndicatorStream
}

/** One number for each element of a tuple. */
export type Numbers<T extends readonly unknown[]> = { readonly [K in keyof T]: number }
type Columns<T extends readonly unknown[]> = { readonly [K in keyof T]: Float64Array }

/** What an indicator's file gives; {@link defineIndicator} adds the checks and the stream around it. */
interface IndicatorSpec<
  Name extends string,
  Inputs extends readonly InputName[],
  Params extends readonly ParamDefinition[],
  Outputs extends readonly string[],
> {
  readonly name: Name
  readonly title: string
  readonly about: string
  readonly source: string
  readonly inputs: Inputs
  readonly domains?: Readonly<Partial<Record<InputName, Domain>>>
  readonly params: Params
  readonly outputs: Outputs
  readonly waitsForData?: boolean
  readonly outputWarmup: (...params: Numbers<Params>) => Numbers<Outputs>
  /** May write into `out`, where it is given, or return other columns, which are then copied there. */
  readonly batch: (inputs: Columns<Inputs>, params: Numbers<Params>, out?: Columns<Outputs>) => Columns<Outputs>
  readonly state: (...params: Numbers<Params>) => IndicatorState
}

/** Build a definition from its parts, keeping the literal types of names, parameters and outputs. */
export function defineIndicator<
  const Name extends string,
  const Inputs extends readonly InputName[],
  const Params extends readonly ParamDefinition[],
  const Outputs extends readonly string[],
>(spec: IndicatorSpec<Name, Inputs, Params, Outputs>): IndicatorDefinition<Name, Inputs, Params, Outputs> {
  const { name, title, about, source, inputs, params, outputs } = spec
  const domains = spec.domains ?? {}
  const waitsForData = spec.waitsForData ?? false
  const checked = (values: readonly number[]): Numbers<Params> => {
    checkParams(params, values)
    return values as Numbers<Params>
  }
  const outputWarmup = (values: readonly number[]): readonly number[] => spec.outputWarmup(...checked(values))
  const warmup = (values: readonly number[]): number => Math.max(...outputWarmup(values))

  return Object.freeze({
    name,
    title,
    about,
    source,
    inputs,
    domains,
    params,
    outputs,
    waitsForData,
    warmup,
    outputWarmup,
    batch: (columns: readonly Float64Array[], values: readonly number[], out?: readonly Float64Array[]) => {
      if (columns.length !== inputs.length) {
        throw new InputShapeError(`${name} reads ${inputs.join(', ')}, got ${columns.length} inputs.`, {
          indicator: name,
          expected: inputs.length,
          received: columns.length,
        })
      }
      const own = columns as unknown as Columns<Inputs>
      if (out === undefined) return spec.batch(own, checked(values))
      checkMemory(name, columns, outputs, out)
      spec
        .batch(own, checked(values), out as unknown as Columns<Outputs>)
        .forEach((column: Float64Array, k: number) => {
          if (column !== out[k]) (out[k] as Float64Array).set(column)
        })
      return out
    },
    stream: (values: readonly number[]) => {
      const own = [...checked(values)] as unknown as Numbers<Params>
      return new CheckedStream({
        name,
        inputs,
        domains,
        outputCount: outputs.length,
        warmup: warmup(own),
        waitsForData,
        state: () => spec.state(...own),
      })
    },
  })
}

/** @throws {@link InputShapeError} if the memory for the outputs has another shape than these or overlaps an input. */
function checkMemory(
  indicator: string,
  inputs: readonly Float64Array[],
  outputs: readonly string[],
  out: readonly Float64Array[],
): void {
  const length = inputs[0]?.length ?? 0
  const refuse = (message: string): never => {
    throw new InputShapeError(`${indicator} cannot write its outputs: ${message}.`, { indicator })
  }
  if (out.length !== outputs.length) refuse(`it has ${outputs.length} columns, the memory ${out.length}`)
  out.forEach((column, k) => {
    if (column.length !== length) refuse(`${outputs[k]} has ${length} values, its memory ${column.length}`)
    const others = [...inputs, ...out.slice(0, k)]
    if (others.some((other) => overlap(column, other))) refuse(`the memory for ${outputs[k]} is that of another column`)
  })
}

function overlap(a: Float64Array, b: Float64Array): boolean {
  const isApart = a.byteOffset >= b.byteOffset + b.byteLength || b.byteOffset >= a.byteOffset + a.byteLength
  return a.buffer === b.buffer && !isApart
}
