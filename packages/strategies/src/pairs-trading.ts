import type { Instrument } from '@kestrel/core'
import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'
import { type Side, sideOf } from './direction.ts'
import { estimatePair, type PairRelation, spreadScore } from './pair-relation.ts'

/**
 * Trades the spread of two perpetuals that move together.
 *
 * Every `every` bars the relation of the log prices is estimated on the newest `window` bars: hedge ratio, deviation of the
 * spread, p-value of the Engle-Granger test, half-life. Where the p-value and the half-life are small enough and the
 * ratio is positive, the pair may be entered: beyond `entry` deviations the dear one is sold and the cheap one bought,
 * with money in the ratio 1 : hedge ratio. It is closed within `exit` deviations, beyond `stop`, or when time is up; an
 * open trade is judged by the relation that it was entered on. After a stop or a time exit the spread must be back within
 * the entry before the next one. Nothing of the estimate reads a bar after the one it is used on.
 *
 * Source: Engle and Granger, Econometrica 55 (1987); Gatev, Goetzmann and Rouwenhorst, Pairs Trading, Review of
 * Financial Studies 19 (2006); Vidyamurthy, Pairs Trading (2004), for hedge ratios on log prices; Fil and Kristoufek,
 * Pairs Trading in Cryptocurrency Markets, IEEE Access 8 (2020).
 */
export const pairsTrading = defineStrategy({
  name: 'pairs-trading',
  about: 'Sells the dear and buys the cheap of two cointegrated perpetuals, until their spread has come back.',
  needs: ['perpetual', 'perpetual'],
  positionModes: ['one-way'],
  params: z.object({
    window: z.number().int().min(30).max(5_000).default(500).describe('bars that the relation is estimated on'),
    every: z.number().int().min(1).max(5_000).default(24).describe('bars between two estimates'),
    maxPValue: z.number().min(0.001).max(1).default(0.05).describe('largest p-value of the cointegration test'),
    maxHalfLife: z.number().min(1).max(5_000).default(100).describe('longest half-life of the spread, in bars'),
    entry: z.number().min(0.5).max(6).default(2).describe('deviations of the spread to enter at'),
    exit: z.number().min(-2).max(3).default(0.5).describe('deviations of the spread to leave at'),
    stop: z.number().min(1).max(20).default(4).describe('deviations of the spread at which the loss is taken'),
    maxBars: z.number().int().min(1).max(10_000).default(200).describe('longest holding time, in bars'),
    exposure: z.number().min(0.05).max(5).default(0.9).describe('both legs together as a fraction of equity'),
  }),
  valid: ({ exit, entry, stop }) => exit < entry && entry < stop,
  start({ params, instruments, bars, position, target, explain, plot }) {
    const [a, b] = instruments.filter(({ kind }) => kind === 'perpetual') as [Instrument, Instrument]
    const [seriesA, seriesB] = [bars(a), bars(b)]
    let relation: PairRelation | undefined
    /** The relation that the open trade was entered on. */
    let traded: PairRelation | undefined
    let sinceEstimate = Infinity
    let heldBars = 0
    let armed = true

    const isTradable = ({ hedgeRatio, pValue, halfLifeBars }: PairRelation): boolean =>
      hedgeRatio > 0 && pValue <= params.maxPValue && halfLifeBars <= params.maxHalfLife
    const estimate = (): void => {
      if (++sinceEstimate < params.every || seriesA.length < params.window) return
      sinceEstimate = 0
      relation = estimatePair(seriesA, seriesB, params.window)
    }
    /** 1 buys the spread (the first cheap), -1 sells it. */
    const enter = (side: 1 | -1, on: PairRelation): void => {
      const unit = params.exposure / (1 + on.hedgeRatio)
      const tag = side === 1 ? 'spread is low' : 'spread is high'
      traded = on
      heldBars = 0
      target(a, { weight: side * unit }, { tag })
      target(b, { weight: -side * unit * on.hedgeRatio }, { tag })
    }
    const leave = (tag: string, mayReenter: boolean): void => {
      if (!mayReenter) armed = false
      target(a, 0, { tag })
      target(b, 0, { tag })
    }

    return {
      onSlice(timeMs) {
        if (seriesA.closeTimeMs.value !== timeMs || seriesB.closeTimeMs.value !== timeMs) return
        estimate()
        const side: Side = sideOf(position(a))
        const other: Side = sideOf(position(b))
        if (side === 0 && other === 0) traded = undefined
        const judged = traded ?? relation
        if (judged === undefined) return
        const score = spreadScore(judged, seriesA.close.value, seriesB.close.value)
        plot('spread, deviations', score)
        const { hedgeRatio, pValue, halfLifeBars } = judged
        explain({ score, hedgeRatio, pValue, halfLifeBars, heldBars })
        if (traded === undefined) {
          const size = Math.abs(score)
          if (size < params.entry) armed = true
          else if (armed && size < params.stop && isTradable(judged)) enter(score < 0 ? 1 : -1, judged)
          return
        }
        heldBars++
        // Positive while the spread is on the side that it was entered at.
        const away = -side * score
        if (side !== -other) leave('one leg is missing', true)
        else if (away <= params.exit) leave('spread is back', true)
        else if (away >= params.stop) leave('stop', false)
        else if (heldBars >= params.maxBars) leave('time is up', false)
      },
    }
  },
})
