import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'
import { hedgedQuantities, spotAndPerpetual } from './spot-and-perpetual.ts'

const HOURS_A_YEAR = 8_760
/** Least rise of the price over the short leg's entry for a roll to bring it anything. */
const MIN_ROLL_RATIO = 1.05

/**
 * Receives funding without a view on the price: holds spot and is short as much of the perpetual.
 *
 * The mean of the last `settlements` funding rates, as an annual rate, decides: both legs are entered above `entryRate` and
 * closed below `exitRate`. While they are held they are brought back to their share of equity once price has changed it by
 * `rebalanceRate`. Only rates that have been settled are read, never the one that is announced for the next settlement.
 *
 * As the price rises the short leg uses up its margin, and a smaller position of isolated margin is liquidated at the same
 * price as a larger one. So once that price is within `headroom`, the short leg is rolled: closed and opened anew at the
 * market, with margin of its own from what both legs have made. In cross margin the sale of spot in rebalancing does that.
 *
 * Source: Schmeling, Schrimpf and Todorov, Crypto Carry, BIS Working Paper 1087 (2023); He, Manela, Ross and von Wachter,
 * Fundamentals of Perpetual Futures, arXiv 2212.06888 (2022).
 */
export const fundingCarry = defineStrategy({
  name: 'funding-carry',
  about: 'Long spot and short the perpetual while funding has paid enough of late, flat otherwise.',
  needs: ['spot', 'perpetual'],
  positionModes: ['one-way'],
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
    headroom: z
      .number()
      .min(0.02)
      .max(0.9)
      .default(0.3)
      .describe('distance to the liquidation price of the short leg, a fraction, below which it is rolled'),
  }),
  valid: ({ entryRate, exitRate }) => exitRate <= entryRate,
  start(context) {
    const { params, instruments, bars, account, position, target, explain, plot } = context
    const legs = spotAndPerpetual(instruments)
    const spot = bars(legs.spot)
    const perpetual = bars(legs.perpetual)
    const perYear = HOURS_A_YEAR / (legs.perpetual.fundingIntervalHours ?? 8)
    const rates: number[] = []
    /** From the order that closes the short leg until it is open again. */
    let isRolling = false

    const hold = (tag: string): void => {
      const coins = (account.equity * params.exposure) / 2 / spot.close.value
      const quantities = hedgedQuantities(legs, coins, perpetual.close.value, context.roundQuantity)
      if (quantities.spot === 0 || quantities.perpetual === 0) return
      target(legs.spot, { quantity: quantities.spot }, { tag })
      target(legs.perpetual, { quantity: -quantities.perpetual }, { tag })
    }
    const isNearLiquidation = (): boolean => {
      const { liquidationPrice, entryPrice, leverage } = position(legs.perpetual)
      const price = perpetual.close.value
      if (liquidationPrice === undefined || entryPrice === undefined || price < entryPrice * MIN_ROLL_RATIO)
        return false
      // A new position is about 1 / leverage away: one that is rolled at once wins nothing.
      return liquidationPrice / price - 1 < Math.min(params.headroom, 0.5 / leverage)
    }
    const leave = (tag: string): void => {
      isRolling = false
      target(legs.perpetual, 0, { tag })
      target(legs.spot, 0, { tag })
    }

    return {
      onFill({ instrumentId, liquidity }) {
        if (!isRolling || instrumentId !== legs.perpetual.id || position(legs.perpetual).side !== 'flat') return
        isRolling = false
        if (liquidity !== 'liquidation') hold('rolled')
      },
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
        if (isRolling) return target(legs.perpetual, 0, { tag: 'roll' })
        if (hasSpot !== hasPerpetual) return leave('one leg is missing')
        if (annualRate < params.exitRate) return leave('funding no longer pays')
        if (isNearLiquidation()) {
          isRolling = true
          return target(legs.perpetual, 0, { tag: 'roll' })
        }
        const wanted = (account.equity * params.exposure) / 2
        const held = position(legs.spot).quantity * spot.close.value
        if (Math.abs(held / wanted - 1) > params.rebalanceRate) hold('back to its share')
      },
    }
  },
})
