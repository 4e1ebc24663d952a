import { type Instrument, stepsToNumber, UsageError } from '@kestrel/core'
import type { Kernel } from '../kernel.ts'
import type { PositionSide } from '../order.ts'
import type { AccountReader, PositionView } from '../strategy.ts'
import { placeLiquidationPrice } from './liquidation-risk.ts'

/** The account as strategies read it. */
export function accountReader(kernel: Kernel): AccountReader {
  return Object.freeze({
    get equity() {
      return kernel.ledger.equity()
    },
    get freeMargin() {
      return kernel.ledger.freeMargin()
    },
    startEquity: kernel.startEquity,
    currency: kernel.config.reportingCurrency,
    cash: (currency = kernel.config.reportingCurrency) => kernel.ledger.cashOf(currency),
  })
}

/** Positions of one strategy, by the instrument's index and in hedge mode by side. */
export function positionViews(
  kernel: Kernel,
  strategyIndex: number,
): (instrumentIndex: number, side: PositionSide | undefined) => PositionView {
  const { ledger } = kernel
  const views = Array.from(
    { length: ledger.placeCount },
    (_, place) => new SlotPosition(kernel, place, strategyIndex * ledger.placeCount + place),
  )
  return (instrumentIndex, side) =>
    views[kernel.legOf(instrumentIndex, side) * kernel.config.instruments.length + instrumentIndex] as PositionView
}

/**
 * The leg that a side names: 1 for the short position of hedge mode, else 0.
 *
 * @throws UsageError `KERNEL_POSITION_SIDE` where a side is missing in hedge mode, or given outside it.
 */
export function legOf(instrument: Instrument, isHedged: boolean, side: PositionSide | undefined): 0 | 1 {
  const isNeeded = isHedged && instrument.kind !== 'spot'
  if ((side !== undefined) === isNeeded) return side === 'short' ? 1 : 0
  throw new UsageError({
    code: 'KERNEL_POSITION_SIDE',
    message: isNeeded
      ? `${instrument.id} has a long and a short position in hedge mode, and no side was named.`
      : `positionSide "${side}" was named for ${instrument.id}, which has one position${instrument.kind === 'spot' ? '' : ' in one-way mode'}.`,
    hint: isNeeded ? "Add positionSide: 'long' or 'short'." : 'Leave positionSide out, or run in hedge mode.',
    meta: { instrument: instrument.id, side },
  })
}

/** Reads a position straight from the ledger, so that it is never out of date. */
class SlotPosition implements PositionView {
  readonly #kernel: Kernel
  readonly #place: number
  readonly #slot: number
  readonly #instrument: Instrument

  constructor(kernel: Kernel, place: number, slot: number) {
    const { instruments } = kernel.config
    this.#kernel = kernel
    this.#place = place
    this.#slot = slot
    this.#instrument = instruments[place % instruments.length] as Instrument
  }

  get #lots(): number {
    return this.#kernel.ledger.lots[this.#slot] as number
  }

  get side(): 'long' | 'short' | 'flat' {
    const lots = this.#lots
    return lots > 0 ? 'long' : lots < 0 ? 'short' : 'flat'
  }

  get quantity(): number {
    return stepsToNumber(this.#lots, this.#instrument.lot)
  }

  get entryPrice(): number | undefined {
    return this.#lots === 0 ? undefined : this.#kernel.ledger.entryPrice[this.#slot]
  }

  get unrealised(): number {
    return this.#kernel.ledger.unrealised(this.#slot)
  }

  get realised(): number {
    return this.#kernel.ledger.realised[this.#slot] as number
  }

  get leverage(): number {
    const { margin } = this.#kernel.ledger
    return this.#instrument.kind === 'spot' || margin === undefined ? 1 : margin.termsOf(this.#place).leverage
  }

  get liquidationPrice(): number | undefined {
    const { margin } = this.#kernel.ledger
    if (this.#lots === 0 || this.#instrument.kind === 'spot' || margin === undefined) return undefined
    return placeLiquidationPrice(margin, this.#place)
  }
}
