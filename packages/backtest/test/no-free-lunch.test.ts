// Long because: every bet that once earned, or could have, is told here side by side.
import type { BarColumns } from '@kestrel/core'
import type { OrderView } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { buy, type Gambit, limit, sell, SIGNIFICANT, significance, stop, TINY } from './coin-bets.ts'

/**
 * On a fair coin walk without costs nobody who does not know the future earns. Each gambit here once earned, or could have,
 * through something that the simulator told too early or assumed to be so: an order of the extremes of a bar, a reply or a
 * cancellation that acts inside it, a queue for its volume.
 */

const D = 12

const GAMBITS: Readonly<Record<string, Gambit>> = {
  'a buy stop-limit with its limit below': ({ submit }, c, one) => {
    submit({ ...buy(one, 1), type: 'stop-limit', triggerPrice: c + D, limitPrice: c - D })
    return {}
  },
  'a buy stop-limit with its limit a little below': ({ submit }, c, one) => {
    submit({ ...buy(one, 1), type: 'stop-limit', triggerPrice: c + D, limitPrice: c + D - 4 })
    return {}
  },
  'a sell stop-limit with its limit above': ({ submit }, c, one) => {
    submit({ ...sell(one, 1), type: 'stop-limit', triggerPrice: c - D, limitPrice: c + D })
    return {}
  },
  'an add with a tight stop in reply': ({ submit }, c, one) => {
    submit(buy(one, TINY))
    const add = submit({ ...buy(one, 1), ...stop(c + D) })
    return { onFill: (id) => id === add.orderId && submit({ ...sell(one, 1), ...stop(c + D - 2) }) }
  },
  'an entry with a tight stop in reply': ({ submit }, c, one) => {
    const entry = submit({ ...buy(one, 1), ...stop(c + D) })
    return { onFill: (id) => id === entry.orderId && submit({ ...sell(one, 1), ...stop(c + D - 2) }) }
  },
  'a stop pulled up behind a probe': ({ submit, amend }, c, one) => {
    submit(buy(one, 1))
    const probe = submit({ ...sell(one, TINY), ...limit(c + D) })
    const exit = submit({ ...sell(one, 1), ...stop(c - 1_000) })
    return { onFill: (id) => id === probe.orderId && amend(exit, { triggerPrice: c + D - 2 }) }
  },
  'a market order after probes on both sides': ({ submit }, c, one) => {
    const up = submit({ ...buy(one, TINY), ...stop(c + D) })
    const down = submit({ ...buy(one, TINY), ...limit(c - D) })
    let seen = false
    return {
      onFill(id) {
        if (id === down.orderId && seen) submit(buy(one, 1))
        seen ||= id === up.orderId
      },
    }
  },
  'a sale after probes on both sides': ({ submit }, c, one) => {
    submit(buy(one, 1))
    const down = submit({ ...buy(one, TINY), ...limit(c - D) })
    const up = submit({ ...sell(one, TINY), ...limit(c + D) })
    let seen = false
    return {
      onFill(id) {
        if (id === up.orderId && seen) submit(sell(one, 1))
        seen ||= id === down.orderId
      },
    }
  },
  'a stop taken back by a probe on the other side': ({ submit, cancel }, c, one) => {
    submit(buy(one, TINY))
    const probe = submit({ ...buy(one, TINY), ...limit(c - D) })
    const entry = submit({ ...buy(one, 1), ...stop(c + D) })
    return { onFill: (id) => id === probe.orderId && cancel(entry) }
  },
  'a limit taken back by a probe on the other side': ({ submit, cancel }, c, one) => {
    const probe = submit({ ...buy(one, TINY), ...stop(c + D) })
    const entry = submit({ ...buy(one, 1), ...limit(c - D) })
    return { onFill: (id) => id === probe.orderId && cancel(entry) }
  },
  'a larger order on the twin after a probe': ({ submit, amend }, c, one, other) => {
    const probe = submit({ ...buy(one, TINY), ...stop(c + D) })
    const entry = submit({ ...buy(other, TINY), ...limit(c - D) })
    return { onFill: (id) => id === probe.orderId && amend(entry, { quantity: 1 }) }
  },
  'an order on the twin taken back unless a probe filled': ({ submit, cancel, clock }, c, one, other) => {
    const probe = submit({ ...buy(one, TINY), ...stop(c + D) })
    const entry = submit({ ...buy(other, 1), ...limit(c - D) })
    const expireTimeMs = clock.nowMs + 1_800_000
    const fuse = submit({ ...buy(other, TINY), ...limit(c - 5_000), timeInForce: 'GTD', expireTimeMs })
    let up = false
    return {
      onFill: (id) => (up ||= id === probe.orderId),
      onOrder: (order) => order === fuse && order.state === 'expired' && !up && cancel(entry),
    }
  },
  'a market order on the twin after a probe': ({ submit }, c, one, other) => {
    const probe = submit({ ...buy(one, TINY), ...stop(c + D) })
    return { onFill: (id) => id === probe.orderId && submit(buy(other, 1)) }
  },
  'a target and a stop in reply to an entry': ({ submit, cancel }, c, one) => {
    const entry = submit({ ...buy(one, 1), ...limit(c - D) })
    let legs: OrderView[] = []
    return {
      onFill(id) {
        if (id === entry.orderId) {
          const target = submit({ ...sell(one, 1), ...limit(c), reduceOnly: true })
          legs = [target, submit({ ...sell(one, 1), ...stop(c - 2 * D), reduceOnly: true })]
        } else for (const leg of legs) cancel(leg)
      },
    }
  },
  'a target and a stop that rest before the entry': ({ submit }, c, one) => {
    submit(buy(one, 1))
    submit({ ...sell(one, 1), ...limit(c + D), reduceOnly: true })
    submit({ ...sell(one, 1), ...stop(c - D), reduceOnly: true })
    return {}
  },
  'a bracket around a limit entry': ({ bracket }, c, one) => {
    bracket({
      entry: { ...buy(one, 1), ...limit(c - D) },
      stop: { triggerPrice: c - 2 * D },
      target: { limitPrice: c + D },
    })
    return {}
  },
  'a bracket around a stop entry': ({ bracket }, c, one) => {
    bracket({
      entry: { ...buy(one, 1), ...stop(c + D) },
      stop: { triggerPrice: c - 2 * D },
      target: { limitPrice: c + 3 * D },
    })
    return {}
  },
  'a bracket with a target next to its entry': ({ bracket }, c, one) => {
    bracket({
      entry: { ...buy(one, 1), ...limit(c - D) },
      stop: { triggerPrice: c - 5 * D },
      target: { limitPrice: c - D + 1 },
    })
    return {}
  },
  'a bracket whose exits stand from the next bar': ({ bracket }, c, one) => {
    bracket({
      entry: { ...sell(one, 1), ...limit(c + D) },
      stop: { triggerPrice: c + 2 * D },
      target: { limitPrice: c - D },
      activeFrom: 'next-bar',
    })
    return {}
  },
  'a bracket that trails': ({ bracket }, c, one) => {
    bracket({
      entry: { ...buy(one, 1), ...limit(c - 4) },
      stop: { trailingDistance: D },
      target: { limitPrice: c + 3 * D },
    })
    return {}
  },
  'a breakout on both sides, of which one cancels the other': ({ submitGroup }, c, one) => {
    submitGroup({
      members: [
        { ...buy(one, 1), ...stop(c + D) },
        { ...sell(one, 1), ...stop(c - D) },
      ],
    })
    return {}
  },
  'limits on both sides, of which one cancels the other': ({ submitGroup }, c, one) => {
    submitGroup({
      members: [
        { ...buy(one, 1), ...limit(c - D) },
        { ...sell(one, 1), ...limit(c + D) },
      ],
    })
    return {}
  },
  'a stop and a target around a position, of which one cancels the other': ({ submit, submitGroup }, c, one) => {
    submit(buy(one, 1))
    submitGroup({
      members: [
        { ...sell(one, 1), ...stop(c - D) },
        { ...sell(one, 1), ...limit(c + D) },
      ],
    })
    return {}
  },
  'a trailing stop behind a position': ({ submit }, _c, one) => {
    submit(buy(one, 1))
    submit({ ...sell(one, 1), type: 'trailing-stop', trailingDistance: D })
    return {}
  },
  'a wide trailing stop behind a short position': ({ submit }, _c, one) => {
    submit(sell(one, 1))
    submit({ ...buy(one, 1), type: 'trailing-stop', trailingDistance: 3 * D })
    return {}
  },
  'a trailing stop that opens a position': ({ submit }, _c, one) => {
    submit({ ...buy(one, 1), type: 'trailing-stop', trailingRate: 0.000_2 })
    return {}
  },
  'a trailing stop that wakes up above': ({ submit }, c, one) => {
    submit(buy(one, 1))
    submit({ ...sell(one, 1), type: 'trailing-stop', trailingDistance: 4, activationPrice: c + D })
    return {}
  },
  'an iceberg that shows little of itself': ({ submit }, c, one) => {
    submit({ ...buy(one, 1), ...limit(c - D), displayQuantity: TINY })
    submit({ ...sell(one, 1), ...limit(c + D), displayQuantity: 0.5 })
    return {}
  },
  'a reduce-only exit that counts on the entry of its bar': ({ submit }, c, one, other) => {
    const held = submit(buy(one, 1))
    submit(sell(other, 1))
    return {
      onFill(id) {
        if (id !== held.orderId) return
        submit({ ...sell(one, 1), ...limit(c + 6), reduceOnly: true })
        submit(sell(one, 1 - TINY))
        submit({ ...buy(one, 1), ...limit(c - 6) })
      },
    }
  },
  'a reduce-only stop beside a limit that takes the same position': ({ submit }, c, one) => {
    const held = submit(buy(one, 1))
    return {
      onFill(id) {
        if (id !== held.orderId) return
        submit({ ...sell(one, 1), ...stop(c - 6), reduceOnly: true })
        submit({ ...sell(one, 1), ...limit(c + 6) })
      },
    }
  },
  'a take-profit with a reversal': ({ submit }, c, one) => {
    submit(buy(one, 1))
    const taken = submit({ ...sell(one, 2), type: 'take-profit', triggerPrice: c + D })
    return { onFill: (id) => id === taken.orderId && submit({ ...buy(one, 1), ...limit(c) }) }
  },
}

/** Orders larger than what a bar offers, so that its volume says how much of them trades. */
const OVERSIZED: Record<string, Gambit> = {
  'a stop': ({ submit }, c, one) => (submit({ ...buy(one, 10), ...stop(c + 8) }), {}),
  'stops on both sides': ({ submit }, c, one) => {
    submit({ ...buy(one, 10), ...stop(c + D) })
    submit({ ...sell(one, 10), ...stop(c - D) })
    return {}
  },
  'a limit': ({ submit }, c, one) => (submit({ ...buy(one, 10), ...limit(c - D) }), {}),
  'a limit to sell': ({ submit }, c, one) => (submit({ ...sell(one, 10), ...limit(c + D) }), {}),
  'a limit beside a stop': ({ submit }, c, one) => {
    submit({ ...buy(one, 10), ...limit(c - D) })
    submit({ ...sell(one, 10), ...stop(c - 2 * D) })
    return {}
  },
  'a limit with a stop of its own': ({ bracket }, c, one) => {
    bracket({
      entry: { ...buy(one, 10), ...limit(c - 4) },
      stop: { triggerPrice: c - D },
      target: { limitPrice: c + 4 * D },
    })
    return {}
  },
  'a stop with a stop of its own': ({ bracket }, c, one) => {
    bracket({
      entry: { ...buy(one, 10), ...stop(c + 4) },
      stop: { triggerPrice: c - 4 },
      target: { limitPrice: c + 4 * D },
    })
    return {}
  },
}

const at = (column: Float64Array, i: number): number => column[i] as number

describe('nobody earns on a fair coin walk', () => {
  test.each(Object.entries(GAMBITS))('%s', (_, gambit) => {
    for (const fill of [{}, { marketFill: 'close' }, { latencyMs: 60_000 }] as const) {
      expect(significance(gambit, { fill }), JSON.stringify(fill)).toBeLessThan(SIGNIFICANT)
    }
  })

  test('limit and stop that share the volume of a bar', () => {
    const both: Gambit = ({ submit }, c, one) => {
      submit({ ...buy(one, 1), ...limit(c - D) })
      submit({ ...buy(one, 1), ...stop(c + D) })
      return {}
    }
    expect(significance(both, { fill: { volumeShare: 1e-6 } })).toBeLessThan(SIGNIFICANT)
  })

  test.each<[string, Gambit]>([
    ['fill-or-kill', ({ submit }, _c, one) => (submit({ ...buy(one, 2), timeInForce: 'FOK' }), {})],
    [
      'a probe that trades at once, then the twin',
      ({ submit }, _c, one, other) => {
        const probe = submit({ ...buy(one, 2), timeInForce: 'IOC' })
        return {
          onOrder: (order) => order === probe && order.filledQuantity > 0 && submit(buy(other, 1)),
          onFill: (id) => id === probe.orderId && probe.filledQuantity === 2 && submit(buy(other, 1)),
        }
      },
    ],
  ])('volume that leans with the direction tells nothing at an open: %s', (_, gambit) => {
    const leaning = (bars: BarColumns): BarColumns => ({
      ...bars,
      volume: bars.close.map((close, i) => (close > (bars.open[i] as number) ? 30 : 10)),
    })
    expect(significance(gambit, { fill: { volumeShare: 0.1 }, shape: leaning })).toBeLessThan(SIGNIFICANT)
  })

  test.each<[string, (bars: BarColumns, i: number) => number]>([
    ['how far it closed from its open', ({ open, close }, i) => at(close, i) - at(open, i)],
    ['how far it closed below its open', ({ open, close }, i) => Math.max(0, at(open, i) - at(close, i))],
    ['how far it closed above its open', ({ open, close }, i) => Math.max(0, at(close, i) - at(open, i))],
    ['how far it closed from its extremes', ({ high, low, close }, i) => 2 * at(close, i) - at(high, i) - at(low, i)],
    ['its range', ({ high, low }, i) => at(high, i) - at(low, i)],
    ['how narrow its range is', ({ high, low }, i) => 4_000 / (at(high, i) - at(low, i))],
  ])('the volume of a bar tells nothing inside it, whatever leads it: %s', (_, leads) => {
    const shape = (bars: BarColumns): BarColumns => ({
      ...bars,
      volume: bars.close.map((_each, i) => 10 * (1 + Math.abs(leads(bars, i)) / 8)),
    })
    for (const [name, gambit] of Object.entries(OVERSIZED)) {
      expect(significance(gambit, { fill: { volumeShare: 0.1 }, shape }), name).toBeLessThan(SIGNIFICANT)
    }
  })

  test('plain orders are fair in both directions', () => {
    const plain: readonly Gambit[] = [
      ({ submit }, _c, one) => (submit(buy(one, 1)), {}),
      ({ submit }, c, one) => (submit({ ...buy(one, 1), ...limit(c - D) }), {}),
      ({ submit }, c, one) => (submit({ ...sell(one, 1), ...stop(c - D) }), {}),
      ({ submit }, c, one) => (submit({ ...sell(one, 1), type: 'take-profit', triggerPrice: c + D }), {}),
    ]
    for (const gambit of plain) expect(Math.abs(significance(gambit))).toBeLessThan(SIGNIFICANT)
  })

  test('who knows the future is found out', () => {
    let known: BarColumns | undefined
    const oracle: Gambit = ({ submit, clock }, c, one) => {
      const next = known?.close[known.openTimeMs.indexOf(clock.nowMs)]
      // Knows one bar in twenty.
      if (next !== undefined && (c % 20 === 0 ? next > c : c % 2 === 0)) submit(buy(one, 1))
      return {}
    }
    expect(significance(oracle, { shape: (bars) => (known = bars) })).toBeGreaterThan(SIGNIFICANT)
  })
})
