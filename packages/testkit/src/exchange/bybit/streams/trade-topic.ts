import { tradeIdText } from '../order-ids.ts'
import type { BybitMarket } from '../bybit-market.ts'
import { type Topic, type TopicListener, TopicListeners } from './topic.ts'

/** Public trades, each as it happens. */
export class TradeTopic implements Topic {
  readonly #listeners: TopicListeners

  constructor(name: string, market: BybitMarket) {
    let lastTicks = market.tape.bars.lastTicks
    let isRising = true
    this.#listeners = new TopicListeners(() =>
      market.tape.listen({
        onTrade: ({ id, tsMs, priceTicks, qtyLots, takerSide }) => {
          const isSame = priceTicks === lastTicks
          if (!isSame) isRising = priceTicks > lastTicks
          lastTicks = priceTicks
          const direction = `${isSame ? 'Zero' : ''}${isRising ? 'Plus' : 'Minus'}Tick`
          const trade = {
            i: tradeIdText(market.category, id),
            T: tsMs,
            p: market.price(priceTicks),
            v: market.qty(qtyLots),
            S: takerSide === 'buy' ? 'Buy' : 'Sell',
            s: market.symbol,
            ...(market.category === 'spot' ? {} : { L: direction }),
            BT: false,
            RPI: false,
            seq: id,
          }
          this.#listeners.send({ topic: name, ts: tsMs, type: 'snapshot', data: [trade] })
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
