import { defineStrategy, isFinal, type OrderView } from '@kestrel/kernel'
import { z } from 'zod'
import { meetsMinimum, quantityFor } from './order-size.ts'
import { safetyLadder } from './safety-orders.ts'

/**
 * Buys, buys more as the price falls, and sells everything a little above the average price.
 *
 * A deal begins with a market purchase (when the RSI is low, with `entry=rsi`). Safety orders rest below it as limits, each
 * further away and larger than the one before, within the cap of `maxExposure`; one limit order sells all that is held
 * `takeProfit` above the average entry and moves with it. With `stopLoss` the deal is closed at the market once a close is
 * that far below the average entry. The next deal waits `pauseBars`.
 *
 * Source: the DCA bot as 3Commas documents it (base order, safety orders, volume and step scale). That it amounts to selling
 * a put against small premiums is worked out in Constantinides, A Note on the Suboptimality of Dollar-Cost Averaging,
 * Journal of Financial and Quantitative Analysis 14 (1979).
 */
export const dca = defineStrategy({
  name: 'dca',
  about: 'Buys in steps as the price falls, sells all a little above the average price, within a cap of money.',
  positionModes: ['one-way'],
  params: z.object({
    entry: z.enum(['always', 'rsi']).default('always').describe('when a deal may begin'),
    rsiBars: z.number().int().min(2).max(200).default(14).describe('bars in the RSI of the entry'),
    rsiBelow: z.number().min(1).max(99).default(35).describe('RSI below which a deal begins, 0 to 100'),
    baseWeight: z.number().min(0.001).max(1).default(0.05).describe('first purchase as a fraction of equity'),
    safetyWeight: z.number().min(0.001).max(1).default(0.05).describe('first safety order as a fraction of equity'),
    safetyOrders: z.number().int().min(0).max(50).default(6).describe('safety orders of a deal at most'),
    activeOrders: z.number().int().min(1).max(50).default(6).describe('safety orders that rest at a time'),
    volumeScale: z.number().min(0.5).max(5).default(1.4).describe('size of each safety order over the one before'),
    deviation: z.number().min(0.001).max(0.5).default(0.02).describe('fall to the first safety order, a fraction'),
    stepScale: z.number().min(0.5).max(5).default(1.2).describe('each further fall over the one before'),
    takeProfit: z.number().min(0.001).max(1).default(0.015).describe('rise over the average entry to sell at'),
    stopLoss: z.number().min(0).max(0.95).default(0).describe('fall below the average entry to give up at; 0 never'),
    pauseBars: z.number().int().min(0).max(10_000).default(1).describe('bars between two deals'),
    maxExposure: z.number().min(0.01).max(1).default(0.95).describe('all purchases of a deal, a fraction of equity'),
  }),
  valid: ({ baseWeight, maxExposure }) => baseWeight <= maxExposure,
  start(context) {
    const { params, instrument, bars, indicator, account, position, submit, cancel, amend, target, explain } = context
    const { close } = bars(instrument)
    const rsi = indicator.rsi(close, params.rsiBars)
    const ladder = safetyLadder(params)
    /** Equity and price that the deal began with; undefined between deals. */
    let deal: { readonly equity: number; firstPrice: number | undefined } | undefined
    let waiting: OrderView[] = []
    let nextSafety = 0
    let sale: OrderView | undefined
    let isLeaving = false
    let pause = 0

    const begin = (): void => {
      const quantity = quantityFor(context, instrument, account.equity * params.baseWeight, close.value)
      if (quantity === 0) return
      deal = { equity: account.equity, firstPrice: undefined }
      nextSafety = 0
      const order = submit({ instrument, side: 'buy', quantity, tag: 'first purchase' })
      if (isFinal(order.state)) deal = undefined
    }
    const restSafetyOrders = (): void => {
      if (deal?.firstPrice === undefined || isLeaving) return
      waiting = waiting.filter(({ state }) => !isFinal(state))
      while (nextSafety < ladder.length && waiting.length < params.activeOrders) {
        const { fall, weight } = ladder[nextSafety] as (typeof ladder)[number]
        const limitPrice = context.roundPrice(instrument, deal.firstPrice * (1 - fall), 'down')
        const quantity = quantityFor(context, instrument, deal.equity * weight, limitPrice)
        if (quantity === 0) return
        const tag = `safety order ${nextSafety + 1}`
        const order = submit({ instrument, side: 'buy', quantity, type: 'limit', limitPrice, tag })
        if (isFinal(order.state)) return
        nextSafety++
        waiting.push(order)
      }
    }
    const restSale = (): void => {
      const { quantity, entryPrice } = position(instrument)
      if (entryPrice === undefined || isLeaving) return
      const limitPrice = context.roundPrice(instrument, entryPrice * (1 + params.takeProfit), 'up')
      if (sale !== undefined && !isFinal(sale.state)) {
        amend(sale, { quantity: sale.filledQuantity + quantity, limitPrice })
      } else if (sale?.state !== 'refused' || meetsMinimum(instrument, quantity, limitPrice)) {
        // What was too small to be sold once is not offered again at every bar.
        sale = submit({
          instrument,
          side: 'sell',
          quantity,
          type: 'limit',
          limitPrice,
          reduceOnly: true,
          tag: 'profit',
        })
      }
    }
    const end = (reason: string): void => {
      for (const order of waiting) if (!isFinal(order.state)) cancel(order, reason)
      if (sale !== undefined && !isFinal(sale.state)) cancel(sale, reason)
      waiting = []
      sale = undefined
    }

    return {
      onBar() {
        const { side, entryPrice } = position(instrument)
        if (side === 'flat') {
          if (deal !== undefined || pause-- > 0 || !(account.equity > 0)) return
          if (params.entry === 'rsi' && !(rsi.value < params.rsiBelow)) return
          explain({ close: close.value, rsi: rsi.value })
          return begin()
        }
        if (isLeaving) return target(instrument, 0, { tag: 'stop' })
        const isLost = params.stopLoss > 0 && close.value <= (entryPrice as number) * (1 - params.stopLoss)
        if (isLost) {
          explain({ close: close.value, entryPrice, safetyOrders: nextSafety })
          end('deal is given up')
          isLeaving = true
          return target(instrument, 0, { tag: 'stop' })
        }
        // Orders that were not taken, for want of money say, are tried again.
        restSafetyOrders()
        if (sale === undefined || isFinal(sale.state)) restSale()
      },
      onFill(fill) {
        if (position(instrument).side === 'flat') {
          end('deal is over')
          deal = undefined
          isLeaving = false
          pause = params.pauseBars
          return
        }
        if (fill.side === 'sell' || deal === undefined) return
        deal.firstPrice ??= fill.price
        restSafetyOrders()
        restSale()
      },
      onOrder(order) {
        // The first purchase came to nothing.
        if (isFinal(order.state) && deal?.firstPrice === undefined && position(instrument).side === 'flat') {
          deal = undefined
        }
      },
    }
  },
})
