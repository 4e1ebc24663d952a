import { TIMER_RANK } from '../../flow/clock/exchange-clock.ts'
import { barEnd, type BarLength, barStart, type ExactBar } from '../../flow/tape/exact-bar.ts'
import type { SourceContext, StreamSource } from './stream-source.ts'

/** How often a growing bar is sent, exchange time. */
const UPDATE_EVERY_MS = { spot: 2_000, usdm: 250 } as const

/** Bars of one length: the growing one where it traded, and each once more when it is closed (`x`), flat ones included. */
export function klineStream(
  { desks, desk: { tape, format } }: SourceContext,
  interval: string,
  length: BarLength,
): StreamSource {
  return (publish) => {
    let sentTrades = -1
    let cancelClose: () => void = () => undefined
    const send = (bar: ExactBar, isClosed: boolean): void =>
      publish({
        e: 'kline',
        E: desks.clock.nowMs(),
        s: tape.market.symbol,
        k: {
          t: bar.openTimeMs,
          T: barEnd(bar.openTimeMs, length) - 1,
          s: tape.market.symbol,
          i: interval,
          f: bar.firstId,
          L: bar.lastId,
          o: format.price(bar.openTicks),
          c: format.price(bar.closeTicks),
          h: format.price(bar.highTicks),
          l: format.price(bar.lowTicks),
          v: format.qty(bar.lots),
          n: bar.trades,
          x: isClosed,
          q: format.quote(bar.quote),
          V: format.qty(bar.takerBuyLots),
          Q: format.quote(bar.takerBuyQuote),
          B: '0',
        },
      })
    const planClose = (): void => {
      const endMs = barEnd(barStart(desks.clock.nowMs(), length), length)
      cancelClose = desks.clock.at(
        endMs,
        () => {
          send(tape.bars.barAt(endMs - 1, length), true)
          sentTrades = 0
          planClose()
        },
        TIMER_RANK.close,
      )
    }
    planClose()
    const cancelUpdates = desks.clock.every(
      UPDATE_EVERY_MS[desks.kind],
      () => {
        const bar = tape.bars.barAt(desks.clock.nowMs(), length)
        if (bar.trades === sentTrades) return
        sentTrades = bar.trades
        send(bar, false)
      },
      TIMER_RANK.publish,
    )
    return () => {
      cancelClose()
      cancelUpdates()
    }
  }
}
