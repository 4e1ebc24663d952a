import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'
import { BreakoutEntries, type BreakoutEntry } from './breakout-entries.ts'
import { directionParam, maySellShort } from './direction.ts'
import { ProtectiveStop } from './protective-stop.ts'
import { quantityAtRisk } from './risk-size.ts'
import { MINUTES_OF_DAY, requireWholeBars, sessionStart } from './trading-session.ts'

const MINUTE_MS = 60_000

/**
 * Trades the break of the range that the first minutes of a session leave.
 *
 * High and low of the first `rangeMinutes` from `startMinute` (UTC) are the range. Once it is complete, a stop order rests
 * one tick beyond it (on both sides with `direction=both` on a perpetual); the position is stopped out where the range is
 * crossed by `stopRate` of its height, and closed when `holdMinutes` of the session are over. One entry a session. A
 * range above `maxRangeRate` of the price is left out, and so is one with a hole in its bars. Bars that do not fill the
 * range exactly are refused at the start.
 *
 * Source: Crabel, Day Trading with Short Term Price Patterns and Opening Range Breakout (1990); the range as stop and
 * the close at the session's end as in Zarattini and Aziz, Can Day Trading Really Be Profitable?, SSRN 4416622 (2023).
 */
export const openingRangeBreakout = defineStrategy({
  name: 'opening-range-breakout',
  about: 'Buys the break of the first minutes of a UTC session, stopped beyond the range, out at the session end.',
  positionModes: ['one-way'],
  params: z.object({
    startMinute: z
      .number()
      .int()
      .min(0)
      .max(MINUTES_OF_DAY - 1)
      .default(0)
      .describe('start of the session, minutes after 00:00 UTC; 810 is 13:30'),
    rangeMinutes: z.number().int().min(1).max(1_380).default(60).describe('minutes that the opening range takes'),
    holdMinutes: z
      .number()
      .int()
      .min(2)
      .max(MINUTES_OF_DAY)
      .default(MINUTES_OF_DAY)
      .describe('minutes after the start at which the position is closed and the entries are withdrawn'),
    stopRate: z
      .number()
      .min(0.1)
      .max(3)
      .default(1)
      .describe('stop, as a part of the height of the range: 1 is its other side, 0.5 its middle'),
    maxRangeRate: z.number().min(0.0005).max(1).default(0.1).describe('largest range traded, a fraction of the price'),
    riskRate: z.number().min(0.0005).max(0.1).default(0.01).describe('part of equity lost when the stop is hit'),
    maxWeight: z
      .number()
      .min(0.05)
      .max(5)
      .default(0.95)
      .describe('largest position as a fraction of equity; orders on both sides share it'),
    direction: directionParam,
  }),
  valid: ({ rangeMinutes, holdMinutes }) => rangeMinutes < holdMinutes,
  start(context) {
    const { params, instrument, bars, position, target, explain } = context
    bars(instrument)
    requireWholeBars(context.timeframe, params.startMinute, params.rangeMinutes)
    const tick = instrument.tick.size
    const directions = maySellShort(instrument, params.direction) ? ([1, -1] as const) : ([1] as const)
    const entries = new BreakoutEntries(context, instrument)
    const stop = new ProtectiveStop(context, instrument)
    let startMs = Number.NaN
    /** End of the bar before: the range is complete only when its bars leave no hole. */
    let reachedMs = Number.NaN
    let high = Number.NaN
    let low = Number.NaN
    /** From the order to close until flat: what is left is no position to protect any more. */
    let isLeaving = false

    const begin = (sessionMs: number): void => {
      startMs = sessionMs
      reachedMs = sessionMs
      high = -Infinity
      low = Infinity
    }
    const stopPrice = (direction: 1 | -1): number =>
      direction === 1 ? high - params.stopRate * (high - low) : low + params.stopRate * (high - low)
    const entry = (direction: 1 | -1): BreakoutEntry => {
      const triggerPrice = context.roundPrice(instrument, direction === 1 ? high + tick : low - tick, 'nearest')
      const { riskRate } = params
      // Both orders set margin aside, though only one of them is meant to fill.
      const maxWeight = params.maxWeight / directions.length
      const quantity = quantityAtRisk(context, instrument, triggerPrice, stopPrice(direction), riskRate, maxWeight)
      return { direction, triggerPrice, quantity }
    }
    const close = (): void => {
      entries.withdraw('session is over')
      if (position(instrument).side === 'flat') return
      stop.withdraw('session is over')
      isLeaving = true
      target(instrument, 0, { tag: 'session is over' })
    }

    return {
      onBar(bar) {
        const sessionMs = sessionStart(bar.openTimeMs, params.startMinute)
        if (sessionMs !== startMs) {
          close()
          begin(sessionMs)
        }
        const rangeEndMs = startMs + params.rangeMinutes * MINUTE_MS
        if (bar.closeTimeMs >= startMs + params.holdMinutes * MINUTE_MS) return close()
        if (bar.closeTimeMs > rangeEndMs || bar.openTimeMs !== reachedMs) return
        reachedMs = bar.closeTimeMs
        high = Math.max(high, bar.high)
        low = Math.min(low, bar.low)
        if (reachedMs < rangeEndMs || !(high > low)) return
        explain({ high, low, height: (high - low) / bar.close })
        if (position(instrument).side !== 'flat' || high - low > params.maxRangeRate * bar.close) return
        entries.rest(directions.map(entry))
      },
      onFill(fill) {
        stop.changed()
        entries.filled(fill)
        const { side } = position(instrument)
        if (side === 'flat') {
          isLeaving = false
          stop.withdraw('position is closed')
        } else if (!isLeaving) stop.protect(stopPrice(side === 'long' ? 1 : -1))
      },
      onOrder(order) {
        stop.changed()
        entries.changed(order)
      },
    }
  },
})
