import { TIMER_RANK } from '../../flow/clock/exchange-clock.ts'
import { markOf } from '../mark-answers.ts'
import type { Desk, MarketDesks } from '../market-desk.ts'
import type { SourceContext, StreamSource } from './stream-source.ts'

/** Mark price, index price and funding of a perpetual, on the venue's grid whether they changed or not. */
export function markPriceStream({ desks, desk }: SourceContext, everyMs: number): StreamSource {
  return (publish) => desks.clock.every(everyMs, () => publish(markFrame(desks, desk)), TIMER_RANK.publish)
}

/** The same of all perpetuals, in one list. */
export function allMarkPricesStream(desks: MarketDesks, everyMs: number): StreamSource {
  return (publish) =>
    desks.clock.every(everyMs, () => publish(desks.all.map((desk) => markFrame(desks, desk))), TIMER_RANK.publish)
}

function markFrame(desks: MarketDesks, desk: Desk): object {
  const { markPrice, indexPrice, fundingRate, nextFundingMs } = markOf(desk)
  const { format, tape } = desk
  return {
    e: 'markPriceUpdate',
    E: desks.clock.nowMs(),
    s: tape.market.symbol,
    p: format.number(markPrice),
    P: format.number(indexPrice),
    i: format.number(indexPrice),
    r: fundingRate.toFixed(8),
    T: nextFundingMs,
  }
}
