import { type InvalidInputError, NoBarToReplaceError } from './errors.ts'
import { badInput, type Domain, type InputName, isInDomain, isUsable, leastOf } from './series.ts'

/**
 * The arithmetic of a stream, on finite inputs only.
 *
 * `step` writes the outputs of the last bar, computed from the state before it: of a new bar where `isNewBar` is set,
 * else of the same bar with other inputs. So a state keeps each running number as it was before the last bar, too.
 * Outputs that are still warming up are left alone (they hold NaN) or written as NaN.
 */
export interface IndicatorState {
  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void
}

/** An indicator that is fed bar by bar, with positional inputs and outputs. No allocation per bar. */
export interface IndicatorStream {
  /** Latest outputs in the order of the definition; NaN while warming up. One array, overwritten by each call. */
  readonly outputs: Float64Array
  /** Whether every output is a number. */
  readonly ready: boolean
  /**
   * Append a bar and return `outputs`. A bar with a NaN before the first complete one is warm-up of another indicator.
   *
   * @throws {@link InvalidInputError} for any other unusable value; the stream is left as it was.
   */
  update(inputs: ArrayLike<number>): Float64Array
  /**
   * Compute the last bar again with other inputs (a forming bar) and return `outputs`. Any number of calls leaves the
   * stream as if only the last inputs had ever been given.
   *
   * @throws {@link NoBarToReplaceError} before the first update.
   * @throws {@link InvalidInputError} for an unusable value; the stream is left as it was.
   */
  replaceLast(inputs: ArrayLike<number>): Float64Array
}

interface CheckedStreamOptions {
  readonly name: string
  readonly inputs: readonly InputName[]
  readonly domains: Readonly<Partial<Record<InputName, Domain>>>
  readonly outputCount: number
  readonly warmup: number
  readonly waitsForData: boolean
  readonly state: () => IndicatorState
}

/** Puts the checks, the leading NaN and the replacing of the last bar around an {@link IndicatorState}. */
export class CheckedStream implements IndicatorStream {
  readonly outputs: Float64Array
  readonly #options: CheckedStreamOptions
  readonly #domains: readonly Domain[]
  readonly #hasDomains: boolean
  /** Least value of each input, and least magnitude. */
  readonly #least: Float64Array
  readonly #leastMagnitude: Float64Array
  readonly #inputs: Float64Array
  readonly #warmup: number
  #state: IndicatorState
  /** Bars before the first complete one, each with a NaN. */
  #leading = 0
  /** Bars since the first complete one, which is among them. */
  #complete = 0

  constructor(options: CheckedStreamOptions) {
    this.#options = options
    this.#domains = options.inputs.map((name) => options.domains[name] ?? 'finite')
    this.#hasDomains = this.#domains.some((domain) => domain !== 'finite')
    this.#least = Float64Array.from(this.#domains, (domain) => leastOf(domain).value)
    this.#leastMagnitude = Float64Array.from(this.#domains, (domain) => leastOf(domain).magnitude)
    this.#inputs = new Float64Array(options.inputs.length)
    this.#warmup = options.warmup
    this.#state = options.state()
    this.outputs = new Float64Array(options.outputCount).fill(Number.NaN)
  }

  get #seen(): number {
    return this.#leading + this.#complete
  }

  get ready(): boolean {
    if (this.#complete <= this.#warmup) return false
    return !this.#options.waitsForData || !this.outputs.some(Number.isNaN)
  }

  update(inputs: ArrayLike<number>): Float64Array {
    if (this.#copy(inputs) || this.#read(this.#seen, this.#complete === 0)) {
      this.#complete++
      this.#state.step(this.#inputs, true, this.outputs)
    } else this.#leading++
    return this.outputs
  }

  replaceLast(inputs: ArrayLike<number>): Float64Array {
    if (this.#seen === 0) throw new NoBarToReplaceError(this.#options.name)
    if (this.#copy(inputs) || this.#read(this.#seen - 1, this.#complete <= 1)) {
      const isNewBar = this.#complete === 0
      if (isNewBar) {
        this.#leading--
        this.#complete = 1
      }
      this.#state.step(this.#inputs, isNewBar, this.outputs)
    } else if (this.#complete === 1) this.#forget()
    return this.outputs
  }

  /** Copy the inputs in. True where one look shows that all are usable, as almost always. */
  #copy(inputs: ArrayLike<number>): boolean {
    const own = this.#inputs
    const first = inputs[0] as number
    own[0] = first
    let magnitudes = Math.abs(first)
    for (let k = 1; k < own.length; k++) {
      const value = inputs[k] as number
      own[k] = value
      magnitudes += Math.abs(value)
    }
    return isUsable(magnitudes) && (!this.#hasDomains || this.#isInside())
  }

  /** Whether the copied inputs are in their domains. */
  #isInside(): boolean {
    const own = this.#inputs
    for (let k = 0; k < own.length; k++) {
      const value = own[k] as number
      if (value < (this.#least[k] as number) || Math.abs(value) < (this.#leastMagnitude[k] as number)) return false
    }
    return true
  }

  /** Look at each copied input. False where one is NaN and that is allowed, because no complete bar came before. */
  #read(index: number, nanAllowed: boolean): boolean {
    const own = this.#inputs
    let complete = true
    for (let k = 0; k < own.length; k++) {
      const value = own[k] as number
      if (isUsable(value)) continue
      if (!nanAllowed || !Number.isNaN(value)) throw this.#bad(k, index, value)
      complete = false
    }
    if (complete) this.#checkDomains(index)
    return complete
  }

  #checkDomains(index: number): void {
    const own = this.#inputs
    for (let k = 0; k < own.length; k++) {
      const domain = this.#domains[k] as Domain
      if (domain === 'finite') continue
      const value = own[k] as number
      if (!isInDomain(value, domain)) throw this.#bad(k, index, value)
    }
  }

  #bad(input: number, index: number, value: number): InvalidInputError {
    return badInput(this.#options.inputs[input] as InputName, index, value, this.#domains[input] as Domain)
  }

  /** The first complete bar was replaced by one with a NaN: begin again. */
  #forget(): void {
    this.#state = this.#options.state()
    this.outputs.fill(Number.NaN)
    this.#leading++
    this.#complete = 0
  }
}
