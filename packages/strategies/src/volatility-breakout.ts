import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'
import { BreakoutEntries, type BreakoutEntry } from './breakout-entries.ts'
import { directionParam, maySellShort } from './direction.ts'
import { ProtectiveStop } from './protective-stop.ts'
import { quantityAtRisk } from './risk-size.ts'
import { MINUTES_OF_DAY, requireWholeBars, sessionStart } from './trading-session.ts'

const DAY_MS = 86_400_000

/**
 * Buys a session that moves away from its open by a part of the range of the session before, and sells at its end.
 *
 * A stop order rests at the open plus `factor` times yesterday's range (below it too with `direction=both` on a
 * perpetual). The open is not known when the order is sent, so the close before it stands in; on a market that never
 * closes they differ by a tick or two. The position is stopped `stopFactor` ranges from the entry and closed at the next
 * session's open. With `trendBars` it buys only above the average of that many bars and sells short only below.
 *
 * Source: Williams, Long-Term Secrets to Short-Term Trading (1999), chapter on volatility breakouts.
 */
export const volatilityBreakout = defineStrategy({
  name: 'volatility-breakout',
  about: "Buys a rise of a part of yesterday's range above today's open and sells at the end of the day.",
  positionModes: ['one-way'],
  params: z.object({
    factor: z.number().min(0.05).max(3).default(0.5).describe("part of the last session's range that is a breakout"),
    stopFactor: z.number().min(0.05).max(5).default(0.5).describe('ranges from the entry to the stop'),
    startMinute: z
      .number()
      .int()
      .min(0)
      .max(MINUTES_OF_DAY - 1)
      .default(0)
      .describe('start of a session, minutes after 00:00 UTC'),
    trendBars: z.number().int().min(0).max(5_000).default(0).describe('bars in the average that filters; 0 is none'),
    riskRate: z.number().min(0.0005).max(0.1).default(0.02).describe('part of equity lost when the stop is hit'),
    maxWeight: z
      .number()
      .min(0.05)
      .max(5)
      .default(0.95)
      .describe('largest position as a fraction of equity; orders on both sides share it'),
    direction: directionParam,
  }),
  start(context) {
    const { params, instrument, bars, indicator, position, target, explain } = context
    const series = bars(instrument)
    requireWholeBars(context.timeframe, params.startMinute, MINUTES_OF_DAY)
    const trend = params.trendBars === 0 ? undefined : indicator.sma(series.close, params.trendBars)
    const canShort = maySellShort(instrument, params.direction)
    const entries = new BreakoutEntries(context, instrument)
    const stop = new ProtectiveStop(context, instrument)
    let startMs = Number.NaN
    let isWhole = false
    let hasEnded = true
    let high = Number.NaN
    let low = Number.NaN
    /** Range and close of the last session, while entries on it may still be sent. */
    let wanted: { readonly range: number; readonly close: number } | undefined
    let stopDistance = Number.NaN
    /** From the order to close until flat: what is left is no position to protect any more. */
    let isLeaving = false

    const leave = (): void => {
      entries.withdraw('session is over')
      if (position(instrument).side === 'flat') return
      stop.withdraw('session is over')
      isLeaving = true
      target(instrument, 0, { tag: 'session is over' })
    }
    const directions = (close: number): (1 | -1)[] =>
      [1 as const, ...(canShort ? [-1 as const] : [])].filter(
        (each) => trend === undefined || each * (close - trend.value) > 0,
      )
    const enter = (): void => {
      if (wanted === undefined || position(instrument).side !== 'flat') return
      const { range, close } = wanted
      wanted = undefined
      stopDistance = params.stopFactor * range
      entries.rest(
        directions(close).map((direction): BreakoutEntry => {
          const price = context.roundPrice(instrument, close + direction * params.factor * range, 'nearest')
          const { riskRate } = params
          // Both orders set margin aside, though only one of them is meant to fill.
          const maxWeight = params.maxWeight / (canShort ? 2 : 1)
          const stopPrice = price - direction * stopDistance
          return {
            direction,
            triggerPrice: price,
            quantity: quantityAtRisk(context, instrument, price, stopPrice, riskRate, maxWeight),
          }
        }),
      )
    }

    return {
      onBar(bar) {
        const sessionMs = sessionStart(bar.openTimeMs, params.startMinute)
        if (sessionMs !== startMs) {
          // Where the end of the last session is missing, it ends now. Else what is held was entered in this very bar.
          if (!hasEnded) leave()
          hasEnded = false
          wanted = undefined
          // A session that the data begin or break in the middle of has no range to speak of.
          isWhole = bar.openTimeMs === sessionMs
          startMs = sessionMs
          high = -Infinity
          low = Infinity
        }
        high = Math.max(high, bar.high)
        low = Math.min(low, bar.low)
        if (bar.closeTimeMs < startMs + DAY_MS) return
        explain({ range: high - low, close: bar.close, trend: trend?.value })
        hasEnded = true
        leave()
        wanted = isWhole && high > low ? { range: high - low, close: bar.close } : undefined
        if (position(instrument).side === 'flat') enter()
      },
      onFill(fill) {
        stop.changed()
        const isEntry = entries.filled(fill)
        const { side } = position(instrument)
        if (side === 'flat') {
          isLeaving = false
          stop.withdraw('position is closed')
          // The sale at the session's open has paid for the entries of the session that begins.
          enter()
        } else if (!isLeaving && (isEntry || Number.isNaN(stop.price))) {
          stop.protect(fill.price - (side === 'long' ? stopDistance : -stopDistance))
        }
      },
      onOrder(order) {
        stop.changed()
        entries.changed(order)
      },
    }
  },
})
