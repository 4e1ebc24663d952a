import { createSma, createZscore } from '@kestrel/indicators'
import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'
import { hedgedQuantities, spotAndPerpetual } from './spot-and-perpetual.ts'

/**
 * Sells a perpetual that is dear against spot and buys the spot, until the distance has come back.
 *
 * The basis is `ln(perpetual / spot)`. Where it lies `entry` deviations above its mean of `period` bars and at least
 * `minEdge` above it, the perpetual is sold short and as much of the coin bought on spot; both are closed when the basis is
 * within `exit` deviations, when it has gone on by `stopRate`, or when time is up. A perpetual that is cheap is left
 * alone: the other leg would be a short sale of spot. Funding is paid or received on the way and not looked at.
 *
 * Source: the limits to this arbitrage in Schmeling, Schrimpf and Todorov, Crypto Carry, BIS Working Paper 1087 (2023);
 * entries by deviations as in Gatev, Goetzmann and Rouwenhorst, Pairs Trading, Review of Financial Studies 19 (2006).
 */
export const basisReversion = defineStrategy({
  name: 'basis-reversion',
  about: 'Long spot and short the perpetual while it is unusually dear against spot, flat once it is back.',
  needs: ['spot', 'perpetual'],
  positionModes: ['one-way'],
  params: z.object({
    period: z.number().int().min(10).max(5_000).default(168).describe('bars in mean and deviation of the basis'),
    entry: z.number().min(0.5).max(6).default(2).describe('deviations above the mean to enter at'),
    exit: z.number().min(-3).max(3).default(0).describe('deviations above the mean to leave at'),
    minEdge: z
      .number()
      .min(0)
      .max(0.2)
      .default(0.003)
      .describe('least distance from the mean at the entry, a fraction; four fees have to be earned'),
    stopRate: z.number().min(0.001).max(1).default(0.03).describe('widening since the entry at which it gives up'),
    maxBars: z.number().int().min(1).max(10_000).default(240).describe('longest holding time, in bars'),
    exposure: z
      .number()
      .min(0.05)
      .max(2)
      .default(0.9)
      .describe('both legs together as a fraction of equity; half of it buys spot'),
  }),
  valid: ({ entry, exit }) => exit < entry,
  start(context) {
    const { params, instruments, bars, account, position, target, explain, plot } = context
    const legs = spotAndPerpetual(instruments)
    const spot = bars(legs.spot)
    const perpetual = bars(legs.perpetual)
    const scores = createZscore(params.period)
    const means = createSma(params.period)
    let heldBars = 0
    let entryBasis = Number.NaN
    let armed = true

    const leave = (tag: string): void => {
      target(legs.perpetual, 0, { tag })
      target(legs.spot, 0, { tag })
    }
    const enter = (basis: number): void => {
      const coins = (account.equity * params.exposure) / 2 / spot.close.value
      const quantities = hedgedQuantities(legs, coins, perpetual.close.value, context.roundQuantity)
      if (quantities.spot === 0 || quantities.perpetual === 0) return
      entryBasis = basis
      heldBars = 0
      target(legs.spot, { quantity: quantities.spot }, { tag: 'perpetual is dear' })
      target(legs.perpetual, { quantity: -quantities.perpetual }, { tag: 'perpetual is dear' })
    }

    return {
      onSlice(timeMs) {
        // A price that is a bar old is no basis.
        if (spot.closeTimeMs.value !== timeMs || perpetual.closeTimeMs.value !== timeMs) return
        const basis = Math.log(perpetual.close.value / spot.close.value)
        const score = scores.update(basis)
        const edge = basis - means.update(basis)
        if (Number.isNaN(score)) return
        plot('basis, deviations', score)
        explain({ basis, score, edge, heldBars })
        const hasSpot = position(legs.spot).side !== 'flat'
        const hasPerpetual = position(legs.perpetual).side !== 'flat'
        if (!hasSpot && !hasPerpetual) {
          if (score <= params.exit) armed = true
          if (armed && score >= params.entry && edge >= params.minEdge) enter(basis)
          return
        }
        heldBars++
        if (hasSpot !== hasPerpetual) leave('one leg is missing')
        else if (score <= params.exit) leave('back at the mean')
        else if (basis - entryBasis >= params.stopRate) {
          armed = false
          leave('stop')
        } else if (heldBars >= params.maxBars) {
          armed = false
          leave('time is up')
        }
      },
    }
  },
})
