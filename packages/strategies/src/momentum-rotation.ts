import { type Instrument, timeframeMs } from '@kestrel/core'
import { type BarsView, defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'
import { inverseVolatilityShares } from './inverse-volatility.ts'

/** An instrument may lack this part of the bars of its lookback before its return is not believed. */
const MISSING_RATE = 0.1

/**
 * Holds the strongest instruments of a point-in-time universe.
 *
 * Every `every` bars the members of the universe are ranked by their return over `lookback` bars, the newest `skip`
 * left out; the best `top` are held, each with an equal part or in inverse proportion to its volatility. With `absolute`
 * only rising ones are bought, and empty places stay in cash. Members that lack a bar at this instant, or too many bars of
 * the lookback, are not ranked; when held they keep their place untouched. What has left the universe is sold.
 *
 * Source: Jegadeesh and Titman, Returns to Buying Winners and Selling Losers, Journal of Finance 48 (1993), for ranking and
 * the skipped bars; Antonacci, Dual Momentum Investing (2014), for the absolute filter; Liu, Tsyvinski and Wu, Common
 * Risk Factors in Cryptocurrency, Journal of Finance 77 (2022), for coins.
 */
export const momentumRotation = defineStrategy({
  name: 'momentum-rotation',
  about: 'Holds the instruments with the best recent return, re-ranked every few bars; cash where none rises.',
  positionModes: ['one-way'],
  params: z.object({
    top: z.number().int().min(1).max(100).default(3).describe('instruments held at a time'),
    lookback: z.number().int().min(2).max(10_000).default(90).describe('bars in the return that ranks'),
    skip: z.number().int().min(0).max(1_000).default(1).describe('newest bars left out of the return'),
    every: z.number().int().min(1).max(10_000).default(7).describe('bars between two rankings'),
    weighting: z.enum(['equal', 'inverse-volatility']).default('equal').describe('how the money is split'),
    volatilityBars: z.number().int().min(3).max(5_000).default(30).describe('bars in the volatility of the split'),
    absolute: z.boolean().default(true).describe('buy only what has risen'),
    exposure: z.number().min(0.05).max(1).default(0.98).describe('part of equity that is invested; a fraction'),
  }),
  start({ params, instruments, timeframe, bars, members, position, target, explain }) {
    const seriesOf = new Map(instruments.map((each) => [each, bars(each)]))
    const historyMs = (params.lookback + params.skip) * timeframeMs(timeframe) * (1 + MISSING_RATE)
    let sinceRanking = Infinity

    const fresh = (series: BarsView, timeMs: number): boolean => series.closeTimeMs.value === timeMs
    /** Return of the lookback; NaN where the history is too short, too thin or has no bar now. */
    const strength = (series: BarsView, timeMs: number): number => {
      const start = params.lookback + params.skip
      if (!fresh(series, timeMs) || timeMs - series.closeTimeMs.at(start) > historyMs) return Number.NaN
      return series.close.at(params.skip) / series.close.at(start) - 1
    }

    return {
      onSlice(timeMs) {
        sinceRanking++
        if (sinceRanking < params.every) return
        const universe = members()
        const ranked = universe
          .map((instrument) => ({ instrument, strength: strength(seriesOf.get(instrument) as BarsView, timeMs) }))
          .filter((each) => Number.isFinite(each.strength))
          .toSorted((a, b) => b.strength - a.strength)
        if (ranked.length === 0) return
        sinceRanking = 0
        const isRanked = new Set(ranked.map((each) => each.instrument))
        const kept = universe.filter((each) => !isRanked.has(each) && position(each).side !== 'flat')
        const picks = ranked
          .filter((each) => !params.absolute || each.strength > 0)
          .slice(0, Math.max(0, params.top - kept.length))
          .map((each) => each.instrument)
        explain({
          ranking: ranked.map((each) => [each.instrument.id, each.strength]),
          picks: picks.map((each) => each.id),
        })

        const stays = new Set<Instrument>([...picks, ...kept])
        for (const each of instruments) if (!stays.has(each)) target(each, 0, { tag: 'out of the ranking' })
        const shares =
          params.weighting === 'equal'
            ? picks.map(() => 1 / picks.length)
            : inverseVolatilityShares(picks.map((each) => seriesOf.get(each)?.close.window(params.volatilityBars + 1)))
        // Places that nothing fills stay in cash, so that a single riser does not get all the money.
        const invested = (params.exposure * picks.length) / params.top
        picks.forEach((each, i) => target(each, { weight: invested * (shares[i] as number) }, { tag: 'ranked' }))
      },
    }
  },
})
