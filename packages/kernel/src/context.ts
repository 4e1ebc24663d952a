import { type Instrument, type Rng, roundToSteps, stepsToNumber, UsageError } from '@kestrel/core'
import { accountReader, positionViews } from './account/account-views.ts'
import type { Kernel } from './kernel.ts'
import { firstOf, groupOfBracket } from './group-request.ts'
import { Order, type OrderView } from './order.ts'
import type { StrategyContext } from './strategy.ts'
import { TargetTrader } from './targeting.ts'

/** The context of one strategy: closures over the kernel that expose no part of it. */
export function buildContext(
  kernel: Kernel,
  strategyIndex: number,
  params: Readonly<Record<string, unknown>>,
  rng: Rng,
): StrategyContext<Record<string, unknown>> {
  const { instruments, timeframe } = kernel.config
  const index = instrumentIndex(instruments)
  const trader = new TargetTrader(kernel, strategyIndex)
  const position = positionViews(kernel, strategyIndex)
  const own = (view: OrderView): Order => {
    if (view instanceof Order && view.strategyIndex === strategyIndex) return view
    throw new UsageError({ code: 'KERNEL_ORDER_UNKNOWN', message: 'That is not an order of this strategy.' })
  }
  return Object.freeze({
    params,
    instruments,
    instrument: instruments[0] as Instrument,
    timeframe,
    clock: Object.freeze({
      get nowMs() {
        return kernel.nowMs
      },
    }),
    account: accountReader(kernel),
    rng,
    indicator: kernel.board.indicators,
    bars(instrument: Instrument, wanted = timeframe) {
      const feed = kernel.feed(index(instrument), wanted)
      if (!feed.subscribers.includes(strategyIndex)) feed.subscribers.push(strategyIndex)
      return feed.view
    },
    series: (name, instrument) =>
      kernel.sideData.series(strategyIndex, name, typeof instrument === 'string' ? instrument : instrument?.id),
    members: () => kernel.members(),
    target(instrument, amount, options) {
      trader.trade(index(instrument), amount, options?.tag ?? '', options?.positionSide)
    },
    submit: (request) => kernel.desk.submit(strategyIndex, index(request.instrument), request),
    bracket(request) {
      const wanted = groupOfBracket(request)
      const group = kernel.desk.submitGroup(strategyIndex, index(request.entry.instrument), wanted)
      const [stop, target] = group.members as readonly [Order, Order]
      return { groupId: group.groupId, entry: group.entry as Order, stop, target }
    },
    submitGroup(request) {
      const { instrument } = firstOf(request)
      const { groupId, entry, members } = kernel.desk.submitGroup(strategyIndex, index(instrument), request)
      return { groupId, entry, members: [...members] }
    },
    cancel: (order, reason = 'cancelled by the strategy') => kernel.desk.cancel(own(order), reason),
    amend: (order, changes) => kernel.desk.amend(own(order), changes),
    openOrders: (instrument) =>
      kernel.desk.openOrders(strategyIndex, instrument === undefined ? undefined : index(instrument)),
    position: (instrument, side) => position(index(instrument), side),
    roundPrice: (instrument, price, mode) => stepsToNumber(roundToSteps(price, instrument.tick, mode), instrument.tick),
    roundQuantity: (instrument, quantity) =>
      stepsToNumber(roundToSteps(quantity, instrument.lot, 'down'), instrument.lot),
    unitValue(instrument, price) {
      const { ledger } = kernel
      const i = index(instrument)
      return ledger.unitValue(i, price) * ledger.quoteRate(i)
    },
    timer(atMs, name) {
      if (!Number.isFinite(atMs)) {
        throw new UsageError({
          code: 'KERNEL_TIMER',
          message: `Timer "${name}" was set for ${atMs}, which is no time.`,
        })
      }
      kernel.timers.add({ atMs, name, strategyIndex })
    },
    plot(name, value) {
      kernel.plots.add(name, kernel.nowMs, value)
    },
    explain(values) {
      kernel.decisions.explain(values)
    },
  } satisfies StrategyContext<Record<string, unknown>>)
}

/** Looks instruments up by identity; the last one asked for is remembered, since most runs have one. */
function instrumentIndex(instruments: readonly Instrument[]): (instrument: Instrument) => number {
  const indexes = new Map(instruments.map((each, i) => [each, i]))
  let last = instruments[0]
  let lastIndex = 0
  return (instrument) => {
    if (instrument === last) return lastIndex
    const found = indexes.get(instrument)
    if (found === undefined) {
      throw new UsageError({
        code: 'KERNEL_INSTRUMENT_UNKNOWN',
        message: `${describe(instrument)} is not an instrument of this run.`,
        hint: `Its instruments are ${instruments.map((each) => each.id).join(', ')}.`,
      })
    }
    last = instrument
    lastIndex = found
    return found
  }
}

/** Whatever a strategy may have passed for an instrument. */
function describe(given: Instrument | undefined): string {
  return given?.id ?? `What was given (${typeof given})`
}
