import { type Instrument, stepsToNumber } from '@kestrel/core'
import { contractNotional, type Kernel, type Order, placeLiquidationPrice } from '@kestrel/kernel'
import { isOpening } from './order-effect.ts'

/** Money in positions, reporting currency. */
export interface Exposure {
  /** Long and short together. */
  readonly gross: number
  /** Long less short, if all that rests on one side fills and nothing on the other: the most and the least it can be. */
  readonly longest: number
  readonly shortest: number
  /** Perpetuals, long and short together: spot is paid for in full. */
  readonly levered: number
  readonly byInstrument: ReadonlyMap<string, number>
  readonly byVenue: ReadonlyMap<string, number>
}

/** Of the positions that are held. */
export function heldExposure(kernel: Kernel): Exposure {
  const sums = new ExposureSums()
  addHeld(kernel, sums)
  return sums
}

/** As it would be if an order that opens filled, and with it everything that rests beside it and opens. */
export function exposureWith(asked: Order, kernel: Kernel): Exposure {
  const sums = new ExposureSums()
  addHeld(kernel, sums)
  sums.addOrder(asked, kernel)
  for (let strategyIndex = 0; strategyIndex < kernel.config.strategies.length; strategyIndex++) {
    for (const order of kernel.desk.openOrders(strategyIndex, undefined)) {
      if (order !== asked && isOpening(order, kernel)) sums.addOrder(order, kernel)
    }
  }
  return sums
}

/** Money of an order at the dearest of the prices that it may fill at: a limit away from the market costs what it says. */
export function orderMoney(order: Order, kernel: Kernel): number {
  const { instrument, instrumentIndex, remainingQuantity, limitPrice, triggerPrice } = order
  const moneyAt = (price: number): number =>
    Number.isNaN(price) ? 0 : notional(kernel, instrument, instrumentIndex, remainingQuantity, price)
  const marked = notional(
    kernel,
    instrument,
    instrumentIndex,
    remainingQuantity,
    kernel.ledger.mark[instrumentIndex] as number,
  )
  return Math.max(marked, moneyAt(limitPrice), moneyAt(triggerPrice))
}

/**
 * Least distance of a price from a liquidation, as a fraction of the price; infinite without a position that can be
 * liquidated, 0 or less where the price is there.
 */
export function nearestLiquidation(kernel: Kernel): number {
  const { margin, mark } = kernel.ledger
  if (margin === undefined) return Infinity
  let nearest = Infinity
  for (let place = 0; place < margin.placeCount; place++) {
    const lots = margin.lots[place] as number
    const liquidation = placeLiquidationPrice(margin, place)
    if (lots === 0 || liquidation === undefined) continue
    const price = mark[place % kernel.config.instruments.length] as number
    nearest = Math.min(nearest, (Math.sign(lots) * (price - liquidation)) / price)
  }
  return nearest
}

class ExposureSums implements Exposure {
  gross = 0
  longest = 0
  shortest = 0
  levered = 0
  readonly byInstrument = new Map<string, number>()
  readonly byVenue = new Map<string, number>()

  addPosition(instrument: Instrument, money: number, isLong: boolean): void {
    const signed = isLong ? money : -money
    this.longest += signed
    this.shortest += signed
    this.#add(instrument, money)
  }

  addOrder(order: Order, kernel: Kernel): void {
    const money = orderMoney(order, kernel)
    if (order.side === 'buy') this.longest += money
    else this.shortest -= money
    this.#add(order.instrument, money)
  }

  #add({ id, venue, kind }: Instrument, money: number): void {
    this.gross += money
    if (kind !== 'spot') this.levered += money
    this.byInstrument.set(id, (this.byInstrument.get(id) ?? 0) + money)
    this.byVenue.set(venue, (this.byVenue.get(venue) ?? 0) + money)
  }
}

function addHeld(kernel: Kernel, sums: ExposureSums): void {
  const { ledger } = kernel
  const { instruments } = kernel.config
  for (let slot = 0; slot < ledger.lots.length; slot++) {
    const lots = ledger.lots[slot] as number
    if (lots === 0) continue
    const index = (slot % ledger.placeCount) % instruments.length
    const instrument = instruments[index] as Instrument
    const quantity = stepsToNumber(Math.abs(lots), instrument.lot)
    const money = notional(kernel, instrument, index, quantity, ledger.mark[index] as number)
    sums.addPosition(instrument, money, lots > 0)
  }
}

function notional(kernel: Kernel, instrument: Instrument, index: number, quantity: number, price: number): number {
  const { settlement, contractSize } = instrument
  return contractNotional(settlement, quantity, contractSize, price) * kernel.ledger.quoteRate(index)
}
