import { TIMER_RANK } from '../../flow/clock/exchange-clock.ts'
import type { AggregateTrade } from '../../flow/tape/public-trade.ts'
import type { SourceContext, StreamSource } from './stream-source.ts'

/** Every match, at once. */
export function tradeStream({ desks, desk: { tape, format } }: SourceContext): StreamSource {
  return (publish) =>
    tape.listen({
      onTrade({ id, tsMs, priceTicks, qtyLots, takerSide }) {
        const isSpot = format.kind === 'spot'
        publish({
          e: 'trade',
          E: desks.clock.nowMs(),
          ...(isSpot ? {} : { T: tsMs }),
          s: tape.market.symbol,
          t: id,
          p: format.price(priceTicks),
          q: format.qty(qtyLots),
          ...(isSpot ? { T: tsMs } : { X: 'MARKET' }),
          m: takerSide === 'sell',
          ...(isSpot ? { M: true } : {}),
        })
      },
    })
}

/** Aggregate trades: each is sent when its instant is over, since it may grow until then. */
export function aggregateTradeStream({ desks, desk: { tape, format } }: SourceContext): StreamSource {
  return (publish) => {
    let nextId: number | undefined
    let cancelFlush: () => void = () => undefined
    const flush = (): void => {
      if (nextId === undefined) return
      for (const trade of tape.trades.aggregatesFrom(nextId, Number.MAX_SAFE_INTEGER)) send(trade)
      nextId = undefined
    }
    const send = ({ id, priceTicks, qtyLots, firstId, lastId, tsMs, takerSide }: AggregateTrade): void => {
      const price = format.price(priceTicks)
      const frame = { e: 'aggTrade', E: desks.clock.nowMs() }
      const symbol = { s: tape.market.symbol }
      const numbers = { p: price, q: format.qty(qtyLots), f: firstId, l: lastId, T: tsMs, m: takerSide === 'sell' }
      // The two protocols differ in the order of their fields too.
      if (format.kind === 'spot') publish({ ...frame, ...symbol, a: id, ...numbers, M: true })
      else publish({ ...frame, a: id, ...symbol, ...numbers })
    }
    const stopListening = tape.listen({
      onTrade({ tsMs }, isNewAggregate) {
        if (!isNewAggregate) return
        if (nextId !== undefined) return
        nextId = tape.trades.latestAggregates(1)[0]?.id
        cancelFlush = desks.clock.at(tsMs, flush, TIMER_RANK.publish)
      },
    })
    return () => {
      stopListening()
      cancelFlush()
    }
  }
}
