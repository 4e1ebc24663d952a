import type { BarColumns } from '@kestrel/core'
import type { MarketId } from '../../core/market-spec.ts'
import type { ExchangeClock } from '../clock/exchange-clock.ts'
import type { MarketFlow } from '../market-flow.ts'
import { type BarStep, barSteps } from './bar-steps.ts'
import { PricesOfInterest, type WatchedExchange } from './prices-of-interest.ts'
import { type LadderOptions, TouchDriver } from './touch-driver.ts'

export interface CandlePathOptions extends LadderOptions {
  /** First row played. Default 0; earlier rows may be given to the tape as its history. */
  readonly fromRow?: number
  /** Called when the last bar has ended. */
  readonly onEnd?: () => void
}

/**
 * Plays bars so that the exchange's own bars come out equal to them: every price of a bar trades, in {@link barSteps}'s order,
 * and the volumes add up. Inside a bar the price passes every price at which an order waits, so a stop is set off at its own
 * trigger and not at the next extreme; between two bars it jumps.
 *
 * The bars come out equal as long as the tape leaves trades of accounts out (`onlyForeignTrades`).
 *
 * @throws What {@link barSteps} throws, for any row, before anything is played.
 */
export function startCandlePath(
  exchange: WatchedExchange,
  clock: ExchangeClock,
  marketId: MarketId,
  bars: BarColumns,
  options: CandlePathOptions = {},
): MarketFlow {
  const driver = new TouchDriver(exchange, marketId, options)
  const interest = new PricesOfInterest(exchange, marketId)
  const firstRow = options.fromRow ?? 0
  for (let row = firstRow; row < bars.open.length; row++) barSteps(bars, row, driver.market)
  let cancel: () => void = () => undefined

  const planRow = (row: number): void => {
    if (row < bars.open.length) planStep(row, barSteps(bars, row, driver.market), 0)
    else if (options.onEnd !== undefined) cancel = clock.at(bars.closeTimeMs.at(-1) ?? 0, options.onEnd)
  }
  const planStep = (row: number, steps: readonly BarStep[], index: number): void => {
    const step = steps[index]
    if (step === undefined) {
      planRow(row + 1)
      return
    }
    cancel = clock.at(step.tsMs, () => {
      // A bar's open is a jump; what trades on the way to another step is taken off that step's lots.
      const spent = index === 0 ? 0 : travel(step.ticks, step.lots - 1)
      driver.moveTo(step.ticks, step.lots - spent)
      driver.mark()
      planStep(row, steps, index + 1)
    })
  }
  /** Passes what waits on the way; gives the lots printed there. */
  const travel = (toTicks: number, spareLots: number): number => {
    let spent = 0
    const fromTicks = driver.ticks
    if (fromTicks === undefined) return 0
    let passedTicks = fromTicks
    for (;;) {
      // Asked again after each price, since what is set off there may leave orders further on.
      const next = interest.between(passedTicks, toTicks)[0]
      if (next === undefined) return spent
      const lots = next.isTrigger && spent < spareLots ? 1 : 0
      driver.moveTo(next.ticks, lots)
      spent += lots
      passedTicks = next.ticks
    }
  }
  planRow(firstRow)
  return {
    stop() {
      interest.stop()
      cancel()
    },
  }
}
