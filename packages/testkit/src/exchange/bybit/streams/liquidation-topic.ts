import type { BybitMarket } from '../bybit-market.ts'
import { type Topic, type TopicListener, TopicListeners } from './topic.ts'

/** Positions that the venue closes by force. `S` is the side of the position. */
export class LiquidationTopic implements Topic {
  readonly #listeners: TopicListeners

  constructor(name: string, market: BybitMarket) {
    this.#listeners = new TopicListeners(() =>
      market.tape.listen({
        onLiquidation: ({ tsMs, side, qtyLots, markPrice }) => {
          const row = {
            T: tsMs,
            s: market.symbol,
            S: side === 'buy' ? 'Sell' : 'Buy',
            v: market.qty(qtyLots),
            p: String(markPrice),
          }
          this.#listeners.send({ topic: name, type: 'snapshot', ts: tsMs, data: [row] })
        },
      }),
    )
  }

  add(listener: TopicListener): void {
    this.#listeners.add(listener)
  }

  remove(listener: TopicListener): void {
    this.#listeners.remove(listener)
  }
}
