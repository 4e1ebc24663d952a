import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value', 'other'] as const
const PARAMS = [periodParam('period', 20, 'bars in the window', 2)] as const

/** Correlation from sums of two shifted series, of their squares and of their products. */
function coefficient(x: number, y: number, xx: number, yy: number, xy: number, period: number): number {
  const meanX = x / period
  const meanY = y / period
  const spreadX = xx - x * meanX
  const spreadY = yy - y * meanY
  if (spreadX <= 0 || spreadY <= 0) return 0
  const value = (xy - x * meanY) / (Math.sqrt(spreadX) * Math.sqrt(spreadY))
  return value > 1 ? 1 : value < -1 ? -1 : value
}

/**
 * Rolling Pearson correlation of two series over the last `period` bars.
 *
 * @param values - Any series, oldest first; usually returns, because price levels correlate by drifting. Shape `[n]`.
 * @param other - The other series, bar by bar beside the first. Shape `[n]`. Leading NaN in either shift the warm-up.
 * @param period - Bars in the window, integer >= 2.
 * @returns Shape `[n]`, range -1..1. The first `period - 1` entries are NaN. 0 where either window is constant.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the period. Sums are taken by blocks and relative to a value of the window, as in
 * `window-squares.ts`, so the price level does not cost precision.
 * Source: Pearson (1895), Notes on regression and inheritance in the case of two parents.
 */
export function correlation(values: Float64Array, other: Float64Array, period: number): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([values, other], INPUTS)
  const length = values.length
  const out = warmupColumn(length, start + period - 1)
  if (start + period > length) return out
  const suffixes = new Float64Array(5 * period)

  for (let block = start; block < length; block += period) {
    const shiftX = values[block] as number
    const shiftY = other[block] as number
    const isFirstBlock = block === start
    if (!isFirstBlock) suffixSums(values, other, block - period, period, shiftX, shiftY, suffixes)
    let x = 0
    let y = 0
    let xx = 0
    let yy = 0
    let xy = 0
    const end = Math.min(block + period, length)
    for (let i = block; i < end; i++) {
      const dx = (values[i] as number) - shiftX
      const dy = (other[i] as number) - shiftY
      x += dx
      y += dy
      xx += dx * dx
      yy += dy * dy
      xy += dx * dy
      if (isFirstBlock && i < start + period - 1) continue
      const at = 5 * (i - block)
      out[i] = coefficient(
        (suffixes[at] as number) + x,
        (suffixes[at + 1] as number) + y,
        (suffixes[at + 2] as number) + xx,
        (suffixes[at + 3] as number) + yy,
        (suffixes[at + 4] as number) + xy,
        period,
      )
    }
  }
  return out
}

/** The five sums over what follows each offset of a block. The last offset is followed by nothing and keeps its 0. */
function suffixSums(
  values: Float64Array,
  other: Float64Array,
  block: number,
  period: number,
  shiftX: number,
  shiftY: number,
  suffixes: Float64Array,
): void {
  let x = 0
  let y = 0
  let xx = 0
  let yy = 0
  let xy = 0
  for (let offset = period - 2; offset >= 0; offset--) {
    const dx = (values[block + offset + 1] as number) - shiftX
    const dy = (other[block + offset + 1] as number) - shiftY
    x += dx
    y += dy
    xx += dx * dx
    yy += dy * dy
    xy += dx * dy
    const at = 5 * offset
    suffixes[at] = x
    suffixes[at + 1] = y
    suffixes[at + 2] = xx
    suffixes[at + 3] = yy
    suffixes[at + 4] = xy
  }
}

class CorrelationState implements IndicatorState {
  readonly #period: number
  /** The previous block and, from `period` on, the current one. */
  readonly #values: Float64Array
  readonly #other: Float64Array
  readonly #suffixes: Float64Array
  readonly #sums = new Float64Array(5)
  readonly #sumsBefore = new Float64Array(5)
  #isFirstBlock = true
  #filled = 0

  constructor(period: number) {
    this.#period = period
    this.#values = new Float64Array(2 * period)
    this.#other = new Float64Array(2 * period)
    this.#suffixes = warmupColumn(5 * period, 5 * (period - 1))
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const period = this.#period
    const now = this.#sums
    const before = this.#sumsBefore
    if (isNewBar) {
      if (this.#filled === period) this.#beginBlock()
      this.#filled++
      before.set(now)
    }
    const offset = this.#filled - 1
    this.#values[period + offset] = inputs[0] as number
    this.#other[period + offset] = inputs[1] as number
    const shiftX = this.#values[period] as number
    const shiftY = this.#other[period] as number
    if (offset === 0 && !this.#isFirstBlock) {
      suffixSums(this.#values, this.#other, 0, period, shiftX, shiftY, this.#suffixes)
    }
    const dx = (inputs[0] as number) - shiftX
    const dy = (inputs[1] as number) - shiftY
    now[0] = (before[0] as number) + dx
    now[1] = (before[1] as number) + dy
    now[2] = (before[2] as number) + dx * dx
    now[3] = (before[3] as number) + dy * dy
    now[4] = (before[4] as number) + dx * dy
    const at = 5 * offset
    outputs[0] = coefficient(
      (this.#suffixes[at] as number) + now[0],
      (this.#suffixes[at + 1] as number) + now[1],
      (this.#suffixes[at + 2] as number) + now[2],
      (this.#suffixes[at + 3] as number) + now[3],
      (this.#suffixes[at + 4] as number) + now[4],
      period,
    )
  }

  #beginBlock(): void {
    this.#values.copyWithin(0, this.#period)
    this.#other.copyWithin(0, this.#period)
    this.#isFirstBlock = false
    this.#filled = 0
    this.#sums.fill(0)
  }
}

export const correlationIndicator = defineIndicator({
  name: 'correlation',
  title: 'Rolling correlation',
  about: 'Pearson correlation of two series over the last bars.',
  source: 'Pearson (1895), Notes on regression and inheritance in the case of two parents',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['correlation'],
  outputWarmup: (period) => [period - 1],
  batch: ([values, other], [period]) => [correlation(values, other, period)],
  state: (period) => new CorrelationState(period),
})

/** The stream of {@link correlation}. */
export function createCorrelation(period: number): StreamOf<typeof correlationIndicator> {
  return openStream(correlationIndicator, [period])
}
