import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'
import { hedgedQuantities, spotAndPerpetual } from './spot-and-perpetual.ts'

const HOURS_A_YEAR = 8_760

/**
 * Receives funding without a view on the price: holds spot and is short as much of the perpetual.
 *
 * The mean of the last `settlements` funding rates, as an annual rate, decides: both legs are entered above `entryRate` and
 * closed below `exitRate`. While they are held they are brought back to their share of equity once price has changed it by
 * `rebalanceRate`, since the short leg loses margin as the price rises. Only rates that have been settled are read, never
 * the one that is announced for the next settlement.
 *
 * Source: Schmeling, Schrimpf and Todorov, Crypto Carry, BIS Working Paper 1087 (2023); He, Manela, Ross and von Wachter,
 * Fundamentals of Perpetual Futures, arXiv 2212.06888 (2022).
 */
export const fundingCarry = defineStrategy({
  name: 'funding-carry',
  about: 'Long spot and short the perpetual while funding has paid enough of late, flat otherwise.',
  needs: ['spot', 'perpetual'],
  params: z.object({
    settlements: z.number().int().min(1).max(1_000).default(21).describe('funding rates in the mean; 21 are a week'),
    entryRate: z
      .number()
      .min(-0.5)
      .max(5)
      .default(0.1)
      .describe('annual funding rate above which both legs are entered, a fraction'),
    exitRate: z
      .number()
      .min(-1)
      .max(5)
      .default(0)
      .describe('annual funding rate below which both are closed, a fraction'),
    exposure: z
      .number()
      .min(0.05)
      .max(2)
      .default(0.9)
      .describe('both legs together as a fraction of equity; half of it buys spot'),
    rebalanceRate: z
      .number()
      .min(0.02)
      .max(1)
      .default(0.2)
      .describe('change of the value of a leg, against its share of equity, that is traded back'),
  }),
  valid: ({ entryRate, exitRate }) => exitRate <= entryRate,
  start(context) {
    const { params, instruments, bars, account, position, target, explain, plot } = context
    const legs = spotAndPerpetual(instruments)
    const spot = bars(legs.spot)
    const perpetual = bars(legs.perpetual)
    const perYear = HOURS_A_YEAR / (legs.perpetual.fundingIntervalHours ?? 8)
    const rates: number[] = []

    const hold = (tag: string): void => {
      const coins = (account.equity * params.exposure) / 2 / spot.close.value
      const quantities = hedgedQuantities(legs, coins, perpetual.close.value, context.roundQuantity)
      if (quantities.spot === 0 || quantities.perpetual === 0) return
      target(legs.spot, { quantity: quantities.spot }, { tag })
      target(legs.perpetual, { quantity: -quantities.perpetual }, { tag })
    }
    const leave = (tag: string): void => {
      target(legs.perpetual, 0, { tag })
      target(legs.spot, 0, { tag })
    }

    return {
      onFunding({ instrument, rate }) {
        if (instrument !== legs.perpetual) return
        rates.push(rate)
        if (rates.length > params.settlements) rates.shift()
      },
      onSlice(timeMs) {
        if (spot.closeTimeMs.value !== timeMs || perpetual.closeTimeMs.value !== timeMs) return
        const hasSpot = position(legs.spot).side !== 'flat'
        const hasPerpetual = position(legs.perpetual).side !== 'flat'
        if (rates.length < params.settlements || !(account.equity > 0)) return
        const annualRate = (rates.reduce((sum, each) => sum + each, 0) / rates.length) * perYear
        plot('funding, annual rate', annualRate)
        explain({ annualRate, basis: perpetual.close.value / spot.close.value - 1 })
        if (!hasSpot && !hasPerpetual) {
          if (annualRate > params.entryRate) hold('funding pays')
          return
        }
        if (hasSpot !== hasPerpetual) return leave('one leg is missing')
        if (annualRate < params.exitRate) return leave('funding no longer pays')
        const wanted = (account.equity * params.exposure) / 2
        const held = position(legs.spot).quantity * spot.close.value
        if (Math.abs(held / wanted - 1) > params.rebalanceRate) hold('back to its share')
      },
    }
  },
})
