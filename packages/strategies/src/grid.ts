import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'
import { GridLines } from './grid-lines.ts'

/**
 * Buys each step down and sells it a step higher, again and again.
 *
 * Lines lie `stepRate` apart around the price at the start. Between two lines a cell buys at the lower and sells at the
 * upper one. On spot all cells lie below the price; with `mode=neutral` on a perpetual as many lie above and sell first. The
 * grid is given up, and everything closed at the market, once a close is `stopSteps` steps beyond its outermost line; a
 * new one is laid around the price `pauseBars` later. A grid that price has left upwards with nothing held moves along.
 *
 * Source: the grid bot as exchanges offer it (Binance, Spot Grid Trading; Bybit, Futures Grid Bot); Taranto and Khan,
 * Application of Bi-directional Grid Constrained Stochastic Processes to Algorithmic Trading, Journal of Mathematics and
 * Statistics 17 (2021), for what becomes of it without a stop.
 */
export const grid = defineStrategy({
  name: 'grid',
  about: 'Rests a ladder of limit orders that buy each step down and sell one step higher; gives up beyond its edge.',
  positionModes: ['one-way'],
  params: z.object({
    cells: z.number().int().min(1).max(100).default(8).describe('steps of the grid, on each side where it is neutral'),
    stepRate: z.number().min(0.0005).max(0.2).default(0.01).describe('distance between two lines, a fraction'),
    exposure: z
      .number()
      .min(0.05)
      .max(5)
      .default(0.9)
      .describe('what all cells trade together, as a fraction of equity; half on each side where it is neutral'),
    stopSteps: z
      .number()
      .min(0)
      .max(100)
      .default(3)
      .describe('steps beyond the outermost line at which everything is closed; 0 never'),
    pauseBars: z.number().int().min(0).max(10_000).default(24).describe('bars between giving up and the next grid'),
    mode: z
      .enum(['long', 'neutral'])
      .default('long')
      .describe('`neutral` sells above the price too; on spot, which cannot be sold short, it is the same as `long`'),
  }),
  start(context) {
    const { params, instrument, bars, account, position, target, explain, plot } = context
    bars(instrument)
    const isNeutral = params.mode === 'neutral' && instrument.kind === 'perpetual'
    let lines: GridLines | undefined
    let pause = 0

    const lay = (centre: number): void => {
      const money = (account.equity * params.exposure) / (params.cells * (isNeutral ? 2 : 1))
      lines = new GridLines(context, instrument, { centre, isNeutral, money, ...params })
      lines.rest()
    }
    const giveUp = (reason: string): void => {
      lines?.withdraw(reason)
      lines = undefined
      pause = params.pauseBars
      target(instrument, 0, { tag: reason })
    }

    return {
      onBar({ close }) {
        if (lines === undefined) {
          // What a giving up could not close at once is asked for again.
          if (position(instrument).side !== 'flat') return target(instrument, 0, { tag: 'beyond the grid' })
          if (pause-- > 0 || !(account.equity > 0)) return
          explain({ centre: close })
          return lay(close)
        }
        plot('lowest line', lines.lowest)
        const room = (1 + params.stepRate) ** params.stopSteps
        const isBelow = params.stopSteps > 0 && close < lines.lowest / room
        const isAbove = close > lines.highest * (isNeutral ? room : 1 + params.stepRate)
        explain({ close, lowest: lines.lowest, highest: lines.highest })
        if (isBelow || (isAbove && isNeutral && params.stopSteps > 0)) return giveUp('beyond the grid')
        if (isAbove && !isNeutral && lines.isHome && position(instrument).side === 'flat') {
          lines.withdraw('price has left upwards')
          return lay(close)
        }
        lines.rest()
      },
      onFill(fill) {
        const order = lines?.find(fill.orderId)
        if (order !== undefined) lines?.changed(order)
      },
      onOrder(order) {
        lines?.changed(order)
      },
    }
  },
})
