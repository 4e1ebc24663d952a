import { roundToSteps } from '@kestrel/core'
import type { LiquidationEvent } from '../../core/exchange-event.ts'
import type { Desk, MarketDesks } from '../market-desk.ts'
import type { SourceContext, StreamSource } from './stream-source.ts'

/** Positions that the exchange closes by force. */
export function liquidationStream({ desks, desk }: SourceContext): StreamSource {
  return (publish) => desk.tape.listen({ onLiquidation: (event) => publish(liquidationFrame(desks, desk, event)) })
}

/** The same of all markets. */
export function allLiquidationsStream(desks: MarketDesks): StreamSource {
  return (publish) => {
    const stops = desks.all.map((desk) => liquidationStream({ desks, desk })(publish))
    return () => {
      for (const stop of stops) stop()
    }
  }
}

function liquidationFrame(desks: MarketDesks, { tape, format }: Desk, event: LiquidationEvent): object {
  const price = format.price(roundToSteps(event.markPrice, tape.market.tick, 'nearest'))
  const qty = format.qty(event.qtyLots)
  return {
    e: 'forceOrder',
    E: desks.clock.nowMs(),
    o: {
      s: tape.market.symbol,
      S: event.side === 'buy' ? 'BUY' : 'SELL',
      o: 'LIMIT',
      f: 'IOC',
      q: qty,
      p: price,
      ap: price,
      X: 'FILLED',
      l: qty,
      z: qty,
      T: event.tsMs,
    },
  }
}
