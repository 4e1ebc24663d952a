import type { IndicatorDefinition } from './definition.ts'
import type { ParamDefinition } from './parameters.ts'
import type { InputName } from './series.ts'
import type { IndicatorStream } from './stream.ts'

/** The reading of a stream: a number for one output, else an object with a getter for each output by name. */
export type StreamValue<Outputs extends readonly string[]> = Outputs extends readonly [string]
  ? number
  : { readonly [Output in Outputs[number]]: number }

/** A stream with one argument per input and outputs by name, as the `create…` functions return it. */
export interface NamedStream<Inputs extends readonly InputName[], Outputs extends readonly string[]> {
  /** Append a bar. Returns {@link value}. See {@link IndicatorStream.update}. */
  update(...inputs: { [K in keyof Inputs]: number }): StreamValue<Outputs>
  /** Compute the last bar again with other inputs. Returns {@link value}. See {@link IndicatorStream.replaceLast}. */
  replaceLast(...inputs: { [K in keyof Inputs]: number }): StreamValue<Outputs>
  /** Latest reading, NaN while warming up. With several outputs it is one object for the stream's whole life. */
  readonly value: StreamValue<Outputs>
  /** Whether every output is a number. */
  readonly ready: boolean
}

/** The named stream of a definition. */
export type StreamOf<Definition extends IndicatorDefinition> = NamedStream<Definition['inputs'], Definition['outputs']>

/** Reads the outputs by name without copying them. */
function viewOf(names: readonly string[], outputs: Float64Array): Readonly<Record<string, number>> {
  const view: Record<string, number> = {}
  names.forEach((name, k) => {
    Object.defineProperty(view, name, { enumerable: true, get: () => outputs[k] })
  })
  return Object.freeze(view)
}

class PositionalArguments {
  readonly #stream: IndicatorStream
  readonly #outputs: Float64Array
  readonly #inputs: Float64Array
  /** Undefined where there is one output, which is then the value itself. */
  readonly #view: Readonly<Record<string, number>> | undefined

  constructor(definition: IndicatorDefinition, params: readonly number[]) {
    this.#stream = definition.stream(params)
    this.#outputs = this.#stream.outputs
    this.#inputs = new Float64Array(definition.inputs.length)
    this.#view = definition.outputs.length === 1 ? undefined : viewOf(definition.outputs, this.#outputs)
  }

  get ready(): boolean {
    return this.#stream.ready
  }

  get value(): number | Readonly<Record<string, number>> {
    return this.#view ?? (this.#outputs[0] as number)
  }

  // Five named arguments rather than a rest array, which would be allocated at every bar.
  update(a: number, b: number, c: number, d: number, e: number): number | Readonly<Record<string, number>> {
    this.#stream.update(this.#gather(a, b, c, d, e))
    return this.value
  }

  replaceLast(a: number, b: number, c: number, d: number, e: number): number | Readonly<Record<string, number>> {
    this.#stream.replaceLast(this.#gather(a, b, c, d, e))
    return this.value
  }

  #gather(a: number, b: number, c: number, d: number, e: number): Float64Array {
    const inputs = this.#inputs
    const count = inputs.length
    inputs[0] = a
    if (count > 1) inputs[1] = b
    if (count > 2) inputs[2] = c
    if (count > 3) inputs[3] = d
    if (count > 4) inputs[4] = e
    return inputs
  }
}

/** Open a stream of a definition whose inputs are arguments and whose outputs are named. At most five inputs. */
export function openStream<
  Inputs extends readonly InputName[],
  Params extends readonly ParamDefinition[],
  Outputs extends readonly string[],
>(
  definition: IndicatorDefinition<string, Inputs, Params, Outputs>,
  params: { readonly [K in keyof Params]: number },
): NamedStream<Inputs, Outputs> {
  return new PositionalArguments(definition, params) as unknown as NamedStream<Inputs, Outputs>
}
