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
  /** Whole columns, one per output, each as long as the inputs. Checks shapes, parameters and values. */
  batch(inputs: readonly Float64Array[], params: readonly number[]): readonly Float64Array[]
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
  readonly batch: (inputs: Columns<Inputs>, params: Numbers<Params>) => Columns<Outputs>
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
    batch: (columns: readonly Float64Array[], values: readonly number[]) => {
      if (columns.length !== inputs.length) {
        throw new InputShapeError(`${name} reads ${inputs.join(', ')}, got ${columns.length} inputs.`, {
          indicator: name,
          expected: inputs.length,
          received: columns.length,
        })
      }
      return spec.batch(columns as unknown as Columns<Inputs>, checked(values))
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
