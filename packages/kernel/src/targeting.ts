import { type Instrument, roundToSteps, stepsToNumber, UsageError } from '@kestrel/core'
import type { Kernel } from './kernel.ts'
import type { SizeMode } from './kernel-config.ts'
import type { TargetAmount } from './strategy.ts'

/**
 * Trades towards a wanted position by market order.
 *
 * Nothing happens when the difference is below one lot, the minimum quantity or the minimum notional. While a position
 * is held and shall be held on the same side, a weight must also differ by the rebalance band; entries, exits and
 * reversals are always traded. What an earlier target still has working counts as held; when the wanted size differs
 * from it, that order is cancelled first.
 *
 * @throws UsageError `KERNEL_TARGET` for NaN or infinity.
 */
export function tradeTowards(
  kernel: Kernel,
  strategyIndex: number,
  instrumentIndex: number,
  amount: TargetAmount,
  tag: string | undefined,
): void {
  const { config, ledger, desk } = kernel
  const instrument = config.instruments[instrumentIndex] as Instrument
  const slot = strategyIndex * config.instruments.length + instrumentIndex
  const heldLots = (ledger.lots[slot] as number) + (desk.pendingLots[slot] as number)
  if (amount === 0) {
    if (heldLots === 0) return
    tradeLots(kernel, strategyIndex, instrumentIndex, slot, 0, tag)
    return
  }
  const price = ledger.mark[instrumentIndex] as number
  if (Number.isNaN(price)) return
  const wanted: Wanted = typeof amount === 'number' ? amountByMode(config.sizeMode, amount) : amount
  if (wanted.weight !== undefined) {
    // What a weight is a fraction of, in quote units of this instrument.
    const whole = (wanted.ofStart === true ? kernel.startEquity : ledger.equity()) / ledger.quoteRate(instrumentIndex)
    const perLot = price * instrument.contractSize * instrument.lot.size
    const sameSide = heldLots !== 0 && heldLots > 0 === wanted.weight > 0
    if (sameSide && Math.abs(wanted.weight - (heldLots * perLot) / whole) < config.rebalanceBand) return
    const lots = lotsOf((wanted.weight * whole) / (price * instrument.contractSize), instrument, amount)
    if (lots !== heldLots) tradeLots(kernel, strategyIndex, instrumentIndex, slot, lots, tag)
    return
  }
  const quantity = wanted.quantity ?? (wanted.notional as number) / (price * instrument.contractSize)
  const lots = lotsOf(quantity, instrument, amount)
  if (lots !== heldLots) tradeLots(kernel, strategyIndex, instrumentIndex, slot, lots, tag)
}

/** Every form of a target in one shape, so that the code above meets one kind of object. */
interface Wanted {
  readonly quantity?: number
  readonly weight?: number
  readonly notional?: number
  readonly ofStart?: boolean
}

function amountByMode(mode: SizeMode, amount: number): Wanted {
  if (mode === 'units') return { quantity: amount }
  return mode === 'cash' ? { weight: amount, ofStart: true } : { weight: amount }
}

function lotsOf(quantity: number, instrument: Instrument, amount: TargetAmount): number {
  if (!Number.isFinite(quantity)) {
    throw new UsageError({
      code: 'KERNEL_TARGET',
      message: `target(${instrument.id}, ${JSON.stringify(amount)}) is not a number.`,
      hint: 'An indicator that is still warming up is NaN: return early while it is not ready.',
      meta: { instrument: instrument.id, amount },
    })
  }
  // Towards zero, so that a target never holds more than was asked for.
  return Math.sign(quantity) * roundToSteps(Math.abs(quantity), instrument.lot, 'down') + 0
}

function tradeLots(
  kernel: Kernel,
  strategyIndex: number,
  instrumentIndex: number,
  slot: number,
  wantedLots: number,
  tag: string | undefined,
): void {
  const { desk, ledger, config } = kernel
  const instrument = config.instruments[instrumentIndex] as Instrument
  if (desk.pendingLots[slot] !== 0) {
    for (const order of desk.workingTargets(slot)) desk.cancel(order, 'replaced by a new target')
  }
  const difference = wantedLots - (ledger.lots[slot] as number)
  if (difference === 0) return
  const quantity = stepsToNumber(Math.abs(difference), instrument.lot)
  const notional = quantity * (ledger.mark[instrumentIndex] as number) * instrument.contractSize
  if (notional < instrument.minNotional || quantity < instrument.minQuantity) return
  desk.submit(
    strategyIndex,
    instrumentIndex,
    { instrument, side: difference > 0 ? 'buy' : 'sell', quantity, ...(tag === undefined ? {} : { tag }) },
    true,
  )
}
