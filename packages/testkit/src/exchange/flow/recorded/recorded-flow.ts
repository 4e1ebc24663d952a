import { DataError, type TimeMs } from '@kestrel/core'
import type { ForeignLevel, MarketSideOfExchange } from '../../core/exchange-port.ts'
import type { MarketId } from '../../core/market-spec.ts'
import type { Side } from '../../core/order-types.ts'
import type { ExchangeClock } from '../clock/exchange-clock.ts'
import type { MarketFlow } from '../market-flow.ts'
import { type RawFrame, readFrame, type RecordedEvent } from './recorded-frame.ts'

export interface RecordedFlowOptions {
  /** Exchange time of the recording's first change. Default: as recorded. */
  readonly startMs?: TimeMs
  readonly onEnd?: () => void
}

type TimedEvent = Exclude<RecordedEvent, { kind: 'snapshot' }>

/**
 * Replays a recorded market: the snapshot at once, then every later change of the book and every trade at its own time. A
 * recorded trade at the touch takes from the front of the queue there, so orders of accounts are filled when their turn comes;
 * a trade elsewhere (recordings of book and trades are never quite in step) is printed only. Anonymous levels always have their
 * recorded totals: what a trade took and the recorded book has not lost yet, or lost before, is made good at the back.
 *
 * @throws DataError `TESTKIT_RECORDING` where there is no snapshot.
 */
export function startRecordedFlow(
  exchange: MarketSideOfExchange,
  clock: ExchangeClock,
  marketId: MarketId,
  frames: Iterable<RawFrame>,
  options: RecordedFlowOptions = {},
): MarketFlow {
  const market = exchange.markets.get(marketId)
  if (market === undefined) throw new RangeError(`The exchange has no market ${marketId}.`)
  const events: TimedEvent[] = []
  let snapshot: Extract<RecordedEvent, { kind: 'snapshot' }> | undefined
  for (const frame of frames) {
    const event = readFrame(frame, market)
    if (event?.kind === 'snapshot') snapshot ??= event
    else if (event !== undefined) events.push(event)
  }
  if (snapshot === undefined) {
    throw new DataError({
      code: 'TESTKIT_RECORDING',
      message: 'The recording has no snapshot of the book.',
      hint: 'Record one answer of GET depth beside the streams.',
    })
  }
  const { updateId, levels } = snapshot
  // Changes that arrived before the snapshot's answer and are not in it do apply.
  const due = events.filter((event) => event.kind === 'trade' || event.updateId > updateId)
  // Streams arrive out of step by milliseconds; a stable sort keeps each stream's own order.
  due.sort((a, b) => a.tsMs - b.tsMs)
  const shiftMs = options.startMs === undefined ? 0 : options.startMs - (due[0]?.tsMs ?? 0)
  const totals = new RecordedTotals()
  totals.note(levels)
  exchange.setForeignLevels(marketId, levels)

  let cancel: () => void = () => undefined
  const plan = (index: number): void => {
    const event = due[index]
    if (event === undefined) options.onEnd?.()
    else {
      cancel = clock.at(event.tsMs + shiftMs, () => {
        if (event.kind === 'depth') {
          totals.note(event.levels)
          exchange.setForeignLevels(marketId, event.levels)
        } else trade(exchange, marketId, event, totals)
        plan(index + 1)
      })
    }
  }
  plan(0)
  return { stop: () => cancel() }
}

/** Totals of the recorded book. */
class RecordedTotals {
  readonly #lots: Readonly<Record<Side, Map<number, number>>> = { buy: new Map(), sell: new Map() }

  note(levels: readonly ForeignLevel[]): void {
    for (const { side, priceTicks, qtyLots } of levels) {
      if (qtyLots === 0) this.#lots[side].delete(priceTicks)
      else this.#lots[side].set(priceTicks, qtyLots)
    }
  }

  at(side: Side, priceTicks: number): ForeignLevel {
    return { side, priceTicks, qtyLots: this.#lots[side].get(priceTicks) ?? 0 }
  }
}

function trade(
  exchange: MarketSideOfExchange,
  marketId: MarketId,
  { takerSide, priceTicks, qtyLots }: Extract<RecordedEvent, { kind: 'trade' }>,
  totals: RecordedTotals,
): void {
  const { bidTicks, askTicks } = exchange.prices(marketId)
  const makerSide = takerSide === 'buy' ? 'sell' : 'buy'
  let printedLots = 0
  if ((takerSide === 'buy' ? askTicks : bidTicks) === priceTicks) {
    const stop = exchange.on((event) => {
      if (event.type === 'trade' && event.marketId === marketId) printedLots += event.qtyLots
    })
    exchange.placeForeign(marketId, { side: takerSide, priceTicks, qtyLots, timeInForce: 'IOC' })
    stop()
    exchange.setForeignLevels(marketId, [totals.at(makerSide, priceTicks)])
  }
  if (printedLots < qtyLots) exchange.print(marketId, takerSide, priceTicks, qtyLots - printedLots)
}
