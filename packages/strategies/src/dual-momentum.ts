import { bucketStart, type Instrument, type TimeMs, timeframeMs } from '@kestrel/core'
import { type BarsView, defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'

const DAY_MS = 86_400_000
/** The oldest close may be this much older than the lookback before the return is not believed. */
const MISSING_RATE = 0.1

/** Number of the calendar period (UTC) that an instant lies in; weeks begin on Monday. */
function periodOf(timeMs: TimeMs, every: 'day' | 'week' | 'month'): number {
  if (every === 'month') {
    const date = new Date(timeMs)
    return date.getUTCFullYear() * 12 + date.getUTCMonth()
  }
  return bucketStart(timeMs, every === 'day' ? DAY_MS : 7 * DAY_MS)
}

/**
 * Holds the strongest of the run's instruments while it beats a hurdle, and a refuge or cash otherwise.
 *
 * At the first instant of each period the return over `lookbackDays` decides twice: relative momentum picks the `top` best,
 * absolute momentum keeps only those that earned more than `hurdleRate` a year. With `refuge=last` the last instrument
 * of the run (a gold token, say) is not ranked but takes the places that are left. An instrument without a bar now keeps its
 * place while it is held.
 *
 * Source: Antonacci, Dual Momentum Investing (2014), and Risk Premia Harvesting through Dual Momentum, Journal of
 * Management and Entrepreneurship 2 (2017), which use twelve months and a bond index.
 */
export const dualMomentum = defineStrategy({
  name: 'dual-momentum',
  about: 'Each month holds the strongest instrument if it has risen more than a hurdle, else a refuge or cash.',
  positionModes: ['one-way'],
  params: z.object({
    lookbackDays: z.number().int().min(2).max(1_500).default(90).describe('days in the return that decides'),
    every: z.enum(['day', 'week', 'month']).default('month').describe('calendar period between two decisions, UTC'),
    top: z.number().int().min(1).max(50).default(1).describe('instruments held at a time'),
    hurdleRate: z
      .number()
      .min(-0.5)
      .max(2)
      .default(0)
      .describe('annual return that an instrument must have beaten, a fraction'),
    refuge: z
      .enum(['cash', 'last'])
      .default('cash')
      .describe('what empty places hold: cash, or the last instrument of the run'),
    exposure: z.number().min(0.05).max(1).default(0.98).describe('part of equity that is invested; a fraction'),
  }),
  start({ params, instruments, timeframe, bars, members, position, target, explain }) {
    const seriesOf = new Map(instruments.map((each) => [each, bars(each)]))
    const refuge = params.refuge === 'last' && instruments.length > 1 ? instruments.at(-1) : undefined
    const lookbackMs = params.lookbackDays * DAY_MS
    const lookbackBars = Math.max(1, Math.round(lookbackMs / timeframeMs(timeframe)))
    const hurdle = (1 + params.hurdleRate) ** (params.lookbackDays / 365) - 1
    let decided = Number.NaN

    /** Return of the lookback; NaN where the history is too short, too thin or has no bar now. */
    const strength = (series: BarsView, timeMs: TimeMs): number => {
      const isOld = timeMs - series.closeTimeMs.at(lookbackBars) > lookbackMs * (1 + MISSING_RATE)
      if (series.closeTimeMs.value !== timeMs || isOld) return Number.NaN
      return series.close.value / series.close.at(lookbackBars) - 1
    }

    return {
      onSlice(timeMs) {
        const period = periodOf(timeMs, params.every)
        if (period === decided) return
        const candidates = members().filter((each) => each !== refuge)
        const ranked = candidates
          .map((instrument) => ({ instrument, strength: strength(seriesOf.get(instrument) as BarsView, timeMs) }))
          .filter((each) => Number.isFinite(each.strength))
          .toSorted((one, other) => other.strength - one.strength)
        if (ranked.length === 0) return
        decided = period
        const isRanked = new Set(ranked.map((each) => each.instrument))
        const kept = candidates.filter((each) => !isRanked.has(each) && position(each).side !== 'flat')
        const picks = ranked
          .filter((each) => each.strength > hurdle)
          .slice(0, Math.max(0, params.top - kept.length))
          .map((each) => each.instrument)
        const emptyPlaces = params.top - kept.length - picks.length
        explain({ ranking: ranked.map((each) => [each.instrument.id, each.strength]), hurdle, emptyPlaces })

        const share = params.exposure / params.top
        const weights = new Map<Instrument, number>(picks.map((each) => [each, share]))
        if (refuge !== undefined && emptyPlaces > 0) weights.set(refuge, share * emptyPlaces)
        for (const each of instruments) {
          if (!weights.has(each) && !kept.includes(each)) target(each, 0, { tag: 'not the strongest' })
        }
        for (const [each, weight] of weights)
          target(each, { weight }, { tag: each === refuge ? 'refuge' : 'strongest' })
      },
    }
  },
})
