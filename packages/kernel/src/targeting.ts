import { type Instrument, roundToSteps, stepsToNumber, UsageError } from '@kestrel/core'
import type { Kernel } from './kernel.ts'
import type { PositionSide } from './order.ts'
import type { TargetAmount } from './strategy.ts'

/**
 * Trades towards wanted positions by market order, for one strategy.
 *
 * Nothing happens when the difference is below one lot, the minimum quantity or the minimum notional, unless a small
 * position in a perpetual is to be closed. While a position is held and shall be held on the same side, a weight must
 * also differ by the rebalance band; entries, exits and reversals are always traded. What an earlier target still has
 * working counts as held; when the wanted size differs from it, that order is cancelled first.
 */
export class TargetTrader {
  readonly #kernel: Kernel
  readonly #strategyIndex: number
  readonly #firstSlot: number
  readonly #inUnits: boolean
  /** The ledger's and the desk's own arrays: most calls only compare with what is held. */
  readonly #lots: Float64Array
  readonly #pendingLots: Float64Array
  /** Last amount of units asked for by instrument and its lots: most bars repeat it. */
  readonly #unitAmount: Float64Array
  readonly #unitLots: Float64Array
  readonly #isHedged: boolean
  /** Lots held that are too few to be closed, by slot: said once. */
  readonly #unclosableLots = new Map<number, number>()
  /** Leg of the target under way: 1 for the short position of hedge mode, else 0. */
  #leg: 0 | 1 = 0

  constructor(kernel: Kernel, strategyIndex: number) {
    this.#kernel = kernel
    this.#strategyIndex = strategyIndex
    const { placeCount } = kernel.ledger
    this.#firstSlot = strategyIndex * placeCount
    this.#isHedged = placeCount > kernel.config.instruments.length
    this.#inUnits = kernel.config.sizeMode === 'units'
    this.#lots = kernel.ledger.lots
    this.#pendingLots = kernel.desk.pendingLots
    this.#unitAmount = new Float64Array(kernel.config.instruments.length)
    this.#unitLots = new Float64Array(kernel.config.instruments.length)
  }

  /**
   * @throws UsageError `KERNEL_TARGET` for NaN, infinity, or an amount of the other sign than the side of hedge mode;
   *   `KERNEL_POSITION_SIDE`.
   */
  trade(instrumentIndex: number, amount: TargetAmount, tag: string, side?: PositionSide): void {
    if (this.#isHedged || side !== undefined) this.#leg = this.#kernel.legOf(instrumentIndex, side)
    if (typeof amount !== 'number') this.#tradeForm(instrumentIndex, amount, tag)
    else if (amount === 0) this.#tradeLots(instrumentIndex, 0, tag)
    else if (this.#inUnits) this.#tradeUnits(instrumentIndex, amount, tag)
    else this.#tradeWeight(instrumentIndex, amount, this.#kernel.config.sizeMode === 'cash', tag)
  }

  #tradeForm(instrumentIndex: number, amount: Exclude<TargetAmount, number>, tag: string): void {
    if (typeof amount !== 'object' || amount === null) this.#refuseAmount(instrumentIndex, amount)
    else if ('weight' in amount) this.#tradeWeight(instrumentIndex, amount.weight, false, tag)
    else if ('quantity' in amount) this.#tradeUnits(instrumentIndex, amount.quantity, tag)
    else {
      const price = this.#quotePrice(instrumentIndex)
      if (Number.isNaN(price)) return
      this.#tradeLots(instrumentIndex, this.#lotsOf(instrumentIndex, amount.notional / price), tag)
    }
  }

  #tradeUnits(instrumentIndex: number, amount: number, tag: string): void {
    if (amount !== this.#unitAmount[instrumentIndex]) {
      this.#unitLots[instrumentIndex] = this.#lotsOf(instrumentIndex, amount)
      this.#unitAmount[instrumentIndex] = amount
    }
    this.#tradeLots(instrumentIndex, this.#unitLots[instrumentIndex] as number, tag)
  }

  #tradeWeight(instrumentIndex: number, weight: number, ofStart: boolean, tag: string): void {
    const { config, ledger, startEquity } = this.#kernel
    const price = this.#price(instrumentIndex)
    if (Number.isNaN(price)) return
    const instrument = config.instruments[instrumentIndex] as Instrument
    // What a weight is a fraction of, in the currency that this instrument settles in.
    const whole = (ofStart ? startEquity : ledger.equity()) / ledger.quoteRate(instrumentIndex)
    const heldLots = this.#heldLots(instrumentIndex)
    if (heldLots !== 0 && heldLots > 0 === weight > 0) {
      const heldWeight = (heldLots * price * instrument.lot.mantissa) / instrument.lot.scale / whole
      if (Math.abs(weight - heldWeight) < config.rebalanceBand) return
    }
    this.#tradeLots(instrumentIndex, this.#lotsOf(instrumentIndex, (weight * whole) / price), tag)
  }

  /** Value of one unit of quantity, settle currency; NaN before the first bar. */
  #price(instrumentIndex: number): number {
    return this.#kernel.ledger.unitValue(instrumentIndex)
  }

  /** The same in quote units; NaN before the first bar. */
  #quotePrice(instrumentIndex: number): number {
    const { ledger } = this.#kernel
    return ledger.unitQuoteValue(instrumentIndex, ledger.mark[instrumentIndex] as number)
  }

  #slotOf(instrumentIndex: number): number {
    return this.#firstSlot + this.#leg * this.#kernel.config.instruments.length + instrumentIndex
  }

  /** Lots held, working orders of earlier targets included. */
  #heldLots(instrumentIndex: number): number {
    const slot = this.#slotOf(instrumentIndex)
    return (this.#lots[slot] as number) + (this.#pendingLots[slot] as number)
  }

  #lotsOf(instrumentIndex: number, quantity: number): number {
    const instrument = this.#kernel.config.instruments[instrumentIndex] as Instrument
    if (!Number.isFinite(quantity)) this.#refuseAmount(instrumentIndex, quantity)
    // Towards zero, so that a target never holds more than was asked for.
    return Math.sign(quantity) * roundToSteps(Math.abs(quantity), instrument.lot, 'down') + 0
  }

  #refuseSign(instrumentIndex: number): never {
    const { id } = this.#kernel.config.instruments[instrumentIndex] as Instrument
    const side = this.#leg === 1 ? 'short' : 'long'
    throw new UsageError({
      code: 'KERNEL_TARGET',
      message: `target(${id}) asks for a ${side === 'long' ? 'short' : 'long'} amount in its ${side} position.`,
      hint: 'In hedge mode the amount is 0 or above for the long position, 0 or below for the short one.',
      meta: { instrument: id, side },
    })
  }

  #refuseAmount(instrumentIndex: number, given: unknown): never {
    const { id } = this.#kernel.config.instruments[instrumentIndex] as Instrument
    throw new UsageError({
      code: 'KERNEL_TARGET',
      message: `target(${id}) was given ${String(given)} (${typeof given}), which is not a number.`,
      hint: 'An indicator that is still warming up is NaN: return early while it is not ready.',
      meta: { instrument: id },
    })
  }

  #tradeLots(instrumentIndex: number, wantedLots: number, tag: string): void {
    if (this.#isHedged && (this.#leg === 1 ? wantedLots > 0 : wantedLots < 0)) this.#refuseSign(instrumentIndex)
    if (wantedLots !== this.#heldLots(instrumentIndex)) this.#tradeDifference(instrumentIndex, wantedLots, tag)
  }

  #tradeDifference(instrumentIndex: number, wantedLots: number, tag: string): void {
    const { config, desk } = this.#kernel
    const instrument = config.instruments[instrumentIndex] as Instrument
    const slot = this.#slotOf(instrumentIndex)
    if (this.#pendingLots[slot] !== 0) {
      for (const order of desk.workingTargets(slot)) desk.cancel(order, 'replaced by a new target')
    }
    const difference = wantedLots - (this.#lots[slot] as number)
    const price = this.#quotePrice(instrumentIndex)
    // Before the first bar of an instrument nothing can be priced; the strategy will ask again.
    if (difference === 0 || Number.isNaN(price)) return
    const quantity = stepsToNumber(Math.abs(difference), instrument.lot)
    if (quantity >= instrument.minQuantity && quantity * price >= instrument.minNotional) {
      desk.submitForTarget(this.#strategyIndex, instrumentIndex, difference, tag, this.#leg)
    } else this.#tradeSmall(instrumentIndex, wantedLots, tag)
  }

  /**
   * A difference below the venue's minimum is left alone, but a position that shall be closed or turned is closed: on a
   * perpetual by a reduce-only order, for which there is no minimum. What the venue would not take is refused once,
   * until the position changes, so that the run says why it is still held.
   */
  #tradeSmall(instrumentIndex: number, wantedLots: number, tag: string): void {
    const slot = this.#slotOf(instrumentIndex)
    const heldLots = this.#lots[slot] as number
    if (heldLots === 0 || wantedLots * heldLots > 0) return
    const { kind, lot, minQuantity } = this.#kernel.config.instruments[instrumentIndex] as Instrument
    const reduceOnly = kind !== 'spot'
    if (!reduceOnly || stepsToNumber(Math.abs(heldLots), lot) < minQuantity) {
      if (this.#unclosableLots.get(slot) === heldLots) return
      this.#unclosableLots.set(slot, heldLots)
    }
    this.#kernel.desk.submitForTarget(this.#strategyIndex, instrumentIndex, -heldLots, tag, this.#leg, reduceOnly)
  }
}
