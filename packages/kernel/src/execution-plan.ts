import { type Instrument, roundToSteps, stepsToNumber, UsageError } from '@kestrel/core'
import type { OrderView } from './order.ts'
import type { Side } from './records.ts'
import type { StrategyContext } from './strategy.ts'

type Context = Pick<StrategyContext<never>, 'submit' | 'cancel' | 'timer' | 'clock'>

/** A quantity to be traded in parts. */
interface WorkedQuantity {
  readonly instrument: Instrument
  readonly side: Side
  /** Base units in all. */
  readonly quantity: number
  readonly reduceOnly?: boolean
  readonly tag?: string
}

export interface TwapRequest extends WorkedQuantity {
  /** Parts, integer >= 1. */
  readonly slices: number
  /** Milliseconds between two parts, positive. */
  readonly everyMs: number
}

export interface VolumeSlicesRequest extends WorkedQuantity {
  /** Largest part of a bar's volume that one order takes, above 0 and up to 1. */
  readonly volumeShare: number
}

/** A large order that is worked in parts. */
export interface WorkedOrder {
  /** Orders sent so far, oldest first. */
  readonly orders: readonly OrderView[]
  /** Base units. */
  readonly filledQuantity: number
  /** True once all parts are sent and none of them is open, or after {@link stop}. */
  readonly isDone: boolean
  /** Sends no more parts and cancels what is open. */
  stop(): void
}

/** {@link WorkedOrder} whose parts go out by timer: pass it what `onTimer` is told. */
export interface TwapOrder extends WorkedOrder {
  /** True when the timer was its own. */
  onTimer(name: string): boolean
}

/** {@link WorkedOrder} whose parts go out bar by bar: call it in `onBar`. */
export interface VolumeSlicedOrder extends WorkedOrder {
  /** @param volume - Base units traded in the bar that has closed. */
  onBar(volume: number): void
}

/** A plan's orders and its lots that have not been sent. */
class Work implements WorkedOrder {
  readonly orders: OrderView[] = []
  remainingLots: number
  #isStopped = false
  readonly #context: Context
  readonly #request: WorkedQuantity

  constructor(context: Context, request: WorkedQuantity) {
    const { instrument, quantity } = request
    if (!(quantity > 0 && quantity < Infinity)) fail(request, `the quantity ${quantity}`)
    this.#context = context
    this.#request = request
    this.remainingLots = roundToSteps(quantity, instrument.lot, 'down')
  }

  get filledQuantity(): number {
    return this.orders.reduce((sum, { filledQuantity }) => sum + filledQuantity, 0)
  }

  get isDone(): boolean {
    return (this.#isStopped || this.remainingLots === 0) && this.orders.every(isOver)
  }

  /** Sends up to `lots` as a market order. */
  send(lots: number): void {
    const size = Math.min(lots, this.remainingLots)
    if (size <= 0 || this.#isStopped) return
    const { instrument, side, reduceOnly = false, tag = '' } = this.#request
    this.remainingLots -= size
    const quantity = stepsToNumber(size, instrument.lot)
    this.orders.push(this.#context.submit({ instrument, side, quantity, reduceOnly, tag }))
  }

  stop(): void {
    this.#isStopped = true
    for (const order of this.orders) if (!isOver(order)) this.#context.cancel(order, 'the plan was stopped')
  }
}

function isOver({ state }: OrderView): boolean {
  return (
    state === 'filled' || state === 'cancelled' || state === 'refused' || state === 'rejected' || state === 'expired'
  )
}

function fail({ instrument }: WorkedQuantity, what: string): never {
  throw new UsageError({
    code: 'KERNEL_EXECUTION_PLAN',
    message: `A plan for ${instrument.id} has ${what}. Nothing was sent.`,
    meta: { instrument: instrument.id },
  })
}

/** Plans by timer so far, by the clock of their run: names of timers must not depend on other runs of the process. */
const plansOf = new WeakMap<object, number>()

/**
 * Trades a quantity in equal parts at equal times, the first at once (time-weighted average price).
 *
 * Lots that do not divide go to the first parts, one each. Each part is a market order.
 *
 * @throws UsageError `KERNEL_EXECUTION_PLAN` for fewer lots than parts, no parts, or no time between them.
 */
export function twap(context: Context, request: TwapRequest): TwapOrder {
  const { slices, everyMs, instrument } = request
  if (!(Number.isInteger(slices) && slices >= 1)) fail(request, `${slices} parts`)
  if (!(everyMs > 0 && everyMs < Infinity)) fail(request, `${everyMs} ms between its parts`)
  const work = new Work(context, request)
  const lots = work.remainingLots
  if (lots < slices) fail(request, `${slices} parts, but only ${lots} lots of ${instrument.lot.text}`)
  const plan = (plansOf.get(context.clock) ?? 0) + 1
  plansOf.set(context.clock, plan)
  const timer = `twap ${plan} of ${instrument.id}`
  const startMs = context.clock.nowMs
  let sent = 0
  const next = (): void => {
    work.send(Math.floor(lots / slices) + (sent < lots % slices ? 1 : 0))
    sent++
    if (sent < slices) context.timer(startMs + sent * everyMs, timer)
  }
  next()
  return Object.assign(work, {
    onTimer(name: string): boolean {
      if (name !== timer) return false
      next()
      return true
    },
  })
}

/**
 * Trades a quantity bar by bar, each time at most a share of the volume of the bar that has closed.
 *
 * @throws UsageError `KERNEL_EXECUTION_PLAN` for a share outside (0, 1].
 */
export function volumeSlices(context: Context, request: VolumeSlicesRequest): VolumeSlicedOrder {
  const { volumeShare, instrument } = request
  if (!(volumeShare > 0 && volumeShare <= 1)) fail(request, `the volume share ${volumeShare}`)
  const work = new Work(context, request)
  return Object.assign(work, {
    onBar(volume: number): void {
      work.send(roundToSteps(volume * volumeShare, instrument.lot, 'down'))
    },
  })
}
