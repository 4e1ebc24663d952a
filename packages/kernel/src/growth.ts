import type { IndicatorDefinition, IndicatorStream } from '@kestrel/indicators'
import { appendAllTo, appendTo, growingColumn } from './growing-column.ts'

/** Something derived from columns that grow. */
interface Derived {
  /** Brings it up to the length of what it is derived from. */
  extend(): void
}

/**
 * What is derived from a market that grows: each is brought up to date before the kernel plays on, in the order in which
 * they were made, so that what builds on another comes after it.
 */
export class Growth {
  readonly #derived: Derived[] = []

  add<T extends Derived>(derived: T): T {
    this.#derived.push(derived)
    return derived
  }

  extend(): void {
    for (const each of this.#derived) each.extend()
  }
}

/** An indicator over columns that grow. Its values are those of the batch: a stream gives them bit for bit. */
export class GrowingIndicator implements Derived {
  readonly outputs: readonly Float64Array[]
  readonly #inputs: readonly Float64Array[]
  readonly #row: Float64Array
  readonly #stream: IndicatorStream
  #rows = 0

  constructor(definition: IndicatorDefinition, inputs: readonly Float64Array[], params: readonly number[]) {
    this.#inputs = inputs
    this.#row = new Float64Array(inputs.length)
    this.#stream = definition.stream(params)
    this.outputs = definition.outputs.map(() => growingColumn())
    this.extend()
  }

  extend(): void {
    const length = this.#inputs[0]?.length ?? 0
    const first = this.#rows
    if (length - first === 1) this.#extendByOne(first)
    else if (length > first) this.#extendByMany(first, length)
    this.#rows = length
  }

  #extendByOne(at: number): void {
    const row = this.#row
    for (let k = 0; k < row.length; k++) row[k] = (this.#inputs[k] as Float64Array)[at] as number
    const values = this.#stream.update(row)
    for (let k = 0; k < this.outputs.length; k++) appendTo(this.outputs[k] as Float64Array, values[k] as number)
  }

  /** Columns that grow are slow to read and write value by value: the new rows are worked out beside them. */
  #extendByMany(first: number, length: number): void {
    const inputs = this.#inputs.map((column) => column.slice(first, length))
    const outputs = this.outputs.map(() => new Float64Array(length - first))
    const row = this.#row
    const stream = this.#stream
    for (let i = 0; i < length - first; i++) {
      for (let k = 0; k < row.length; k++) row[k] = (inputs[k] as Float64Array)[i] as number
      const values = stream.update(row)
      for (let k = 0; k < outputs.length; k++) (outputs[k] as Float64Array)[i] = values[k] as number
    }
    this.outputs.forEach((column, k) => appendAllTo(column, outputs[k] as Float64Array))
  }
}
