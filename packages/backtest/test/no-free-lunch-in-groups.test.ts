// Long because: every bet that once earned, or could have, is told here side by side.
import type { BarColumns } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import {
  buy,
  type CoinMarket,
  FIRST,
  type Gambit,
  limit,
  once,
  SECOND,
  sell,
  SIGNIFICANT,
  significance,
  stop,
  takeProfit,
  TINY,
  trailing,
} from './coin-bets.ts'

/**
 * Bets on what orders that depend on each other do inside one bar: exits that lie on the wrong side of their entry, members
 * of which one ends the other just when that helps, and stops that may or may not have been met.
 */

type Named = readonly [name: string, gambit: Gambit, market?: CoinMarket]

const HEDGED: CoinMarket = { margin: { positionMode: 'hedge' } }
const MARKED: CoinMarket = { isMarked: true }
/** An order of three units fills over several bars. */
const SHARED: CoinMarket = { life: 5, fill: { volumeShare: 1e-6 } }
const LONG_LEG = { positionSide: 'long' } as const
const SHORT_LEG = { positionSide: 'short' } as const

/** Stops and targets on the wrong side of their entry, from the start or after an amendment. */
const WRONG_SIDES: readonly Named[] = [
  [
    'a stop far above a trailing entry',
    ({ bracket }, c, one) => {
      const entry = { ...buy(one, 1), ...trailing(10) }
      bracket({ entry, stop: { triggerPrice: c + 1_000 }, target: { limitPrice: c + 2_000 } })
      return {}
    },
  ],
  [
    'a stop a little below the market, above most trailing entries',
    ({ bracket }, c, one) => {
      const entry = { ...buy(one, 1), ...trailing(4), activationPrice: c - 12 }
      bracket({ entry, stop: { triggerPrice: c - 9 }, target: { limitPrice: c + 2_000 } })
      return {}
    },
  ],
  [
    'a target far below a trailing entry',
    ({ bracket }, c, one) => {
      const entry = { ...sell(one, 1), ...trailing(10) }
      bracket({ entry, stop: { triggerPrice: c + 500 }, target: { triggerPrice: c + 8 } })
      return {}
    },
  ],
  [
    'a stop amended above its entry while it waits',
    ({ bracket, amend }, c, one) => {
      const entry = { ...buy(one, 1), ...limit(c - 8) }
      const { stop: exit } = bracket({ entry, stop: { triggerPrice: c - 500 }, target: { limitPrice: c + 2_000 } })
      amend(exit, { triggerPrice: c + 1_000 })
      return {}
    },
  ],
  [
    'an entry amended below its stop',
    ({ bracket, amend }, c, one) => {
      const entry = { ...buy(one, 1), ...limit(c - 4) }
      const made = bracket({ entry, stop: { triggerPrice: c - 5 }, target: { limitPrice: c + 2_000 } })
      amend(made.entry, { limitPrice: c - 20 })
      return {}
    },
  ],
  [
    'a stop entry amended below its stop',
    ({ bracket, amend }, c, one) => {
      const entry = { ...buy(one, 1), type: 'stop-limit', triggerPrice: c + 400, limitPrice: c + 500 } as const
      const made = bracket({ entry, stop: { triggerPrice: c + 300 }, target: { limitPrice: c + 2_000 } })
      amend(made.entry, { triggerPrice: c + 8, limitPrice: c + 8 })
      return {}
    },
  ],
  [
    'a trailing stop above what is left of its entry',
    ({ bracket }, c, one) => {
      const entry = { ...buy(one, 3), ...limit(c - 6) }
      bracket({ entry, stop: { trailingDistance: 8 }, target: { limitPrice: c + 2_000 } })
      return {}
    },
    SHARED,
  ],
  [
    'an entry filled in part, its stop pulled up above what is left of it',
    ({ bracket, amend }, c, one) => {
      const entry = { ...buy(one, 3), ...limit(c - 6) }
      const made = bracket({ entry, stop: { triggerPrice: c - 40 }, target: { limitPrice: c + 2_000 } })
      return { onFill: (id) => id === made.entry.orderId && amend(made.stop, { triggerPrice: c - 2 }) }
    },
    SHARED,
  ],
]

/** Members of which one ends another. */
const KILLERS: readonly Named[] = [
  ...([16, 20, 30] as const).map((d): Named => [
    `a limit taken back by a reduce-only trailing stop on a crumb, ${d} behind`,
    ({ submit, submitGroup }, c, one) =>
      once(submit(buy(one, TINY)), () =>
        submitGroup({
          members: [
            { ...sell(one, 1), ...trailing(d), reduceOnly: true },
            { ...sell(one, 1), ...limit(c + 8) },
          ],
        }),
      ),
  ]),
  [
    'a limit taken back by a reduce-only trailing stop whose crumb is gone',
    ({ submit, submitGroup }, c, one) =>
      once(submit(buy(one, TINY)), () => {
        submitGroup({
          members: [
            { ...sell(one, 1), ...trailing(16), reduceOnly: true },
            { ...sell(one, 1), ...limit(c + 8) },
          ],
        })
        submit(sell(one, TINY))
      }),
  ],
  [
    'a limit taken back by a reduce-only stop on a crumb of the other side',
    ({ submit, submitGroup }, c, one) =>
      once(submit(sell(one, TINY)), () =>
        submitGroup({
          members: [
            { ...buy(one, 1), ...stop(c + 12), reduceOnly: true },
            { ...sell(one, 1), ...limit(c + 8) },
          ],
        }),
      ),
  ],
  [
    'a limit of one leg taken back by a trailing stop on a crumb of the other',
    ({ submit, submitGroup }, c, one) =>
      once(submit({ ...buy(one, TINY), ...LONG_LEG }), () =>
        submitGroup({
          members: [
            { ...sell(one, 1), ...LONG_LEG, ...trailing(16), reduceOnly: true },
            { ...sell(one, 1), ...SHORT_LEG, ...limit(c + 8) },
          ],
        }),
      ),
    HEDGED,
  ],
  [
    'the same without reduce-only',
    ({ submit, submitGroup }, c, one) =>
      once(submit({ ...buy(one, TINY), ...LONG_LEG }), () =>
        submitGroup({
          members: [
            { ...sell(one, 1), ...LONG_LEG, ...trailing(16) },
            { ...sell(one, 1), ...SHORT_LEG, ...limit(c + 8) },
          ],
        }),
      ),
    HEDGED,
  ],
  ...([9, 16, 24] as const).map((a): Named => [
    `a limit taken back by a take-profit by mark, ${a} away`,
    ({ submitGroup }, c, one) => {
      submitGroup({
        members: [
          { ...sell(one, 1), ...takeProfit(c + a), triggerBy: 'mark' },
          { ...sell(one, 1), ...limit(c + 8) },
        ],
      })
      return {}
    },
    MARKED,
  ]),
  [
    'a limit taken back by a stop by mark of the other side',
    ({ submitGroup }, c, one) => {
      submitGroup({
        members: [
          { ...buy(one, 1), ...stop(c + 12), triggerBy: 'mark' },
          { ...sell(one, 1), ...limit(c + 8) },
        ],
      })
      return {}
    },
    MARKED,
  ],
  [
    'a target and a stop by mark around a position',
    ({ submit, submitGroup }, c, one) => {
      submit(buy(one, 1))
      submitGroup({
        members: [
          { ...sell(one, 1), ...stop(c - 8), triggerBy: 'mark' },
          { ...sell(one, 1), ...limit(c + 8) },
        ],
      })
      return {}
    },
    MARKED,
  ],
  [
    'a reduce-only target beside a stop by mark that takes the same position',
    ({ submit }, c, one) =>
      once(submit(buy(one, 1)), () => {
        submit({ ...sell(one, 1), ...stop(c - 8), triggerBy: 'mark' })
        submit({ ...sell(one, 1), ...limit(c + 8), reduceOnly: true })
      }),
    MARKED,
  ],
]

/** Stops that trail from a price inside the bar. */
const WAKING: readonly Named[] = (
  [
    [1, 12],
    [1, 24],
    [4, 16],
    [12, 8],
  ] as const
).flatMap(([a, d]): Named[] => [
  [
    `a trailing stop that opens a position, ${d} behind, and wakes up ${a} above`,
    ({ submit }, c, one) => (submit({ ...sell(one, 1), ...trailing(d), activationPrice: c + a }), {}),
  ],
  [
    `a trailing stop behind a short position, ${d} behind, that wakes up ${a} below`,
    ({ submit }, c, one) => {
      submit(sell(one, 1))
      submit({ ...buy(one, 1), ...trailing(d), activationPrice: c - a })
      return {}
    },
  ],
  [
    `a trailing stop of a bracket, ${d} behind, that wakes up ${a} above`,
    ({ bracket }, c, one) => {
      bracket({
        entry: buy(one, 1),
        stop: { trailingDistance: d, activationPrice: c + a },
        target: { limitPrice: c + 500 },
      })
      return {}
    },
  ],
  [
    `a trailing stop of a limit entry, ${d} behind, that wakes up ${a} above`,
    ({ bracket }, c, one) => {
      bracket({
        entry: { ...buy(one, 1), ...limit(c - 8) },
        stop: { trailingDistance: d, activationPrice: c - 8 + a },
        target: { limitPrice: c + 500 },
      })
      return {}
    },
  ],
])

/** Orders of either position of hedge mode. */
const LEGS: readonly Named[] = [
  [
    'a close of one leg that counts on what the bar adds to it',
    ({ submit }, c, one) =>
      once(submit({ ...buy(one, 1), ...LONG_LEG }), () => {
        submit({ ...sell(one, 1), ...LONG_LEG, ...limit(c + 6) })
        submit({ ...sell(one, 1), ...LONG_LEG, ...stop(c - 6) })
        submit({ ...buy(one, 1), ...LONG_LEG, ...limit(c - 5) })
      }),
    HEDGED,
  ],
  [
    'two closes of one leg',
    ({ submit }, c, one) =>
      once(submit({ ...sell(one, 1), ...SHORT_LEG }), () => {
        submit({ ...buy(one, 1), ...SHORT_LEG, ...limit(c - 6) })
        submit({ ...buy(one, 1), ...SHORT_LEG, ...stop(c + 6) })
      }),
    HEDGED,
  ],
  [
    'orders that close the position, and one that adds to it',
    ({ submit }, c, one) =>
      once(submit({ ...buy(one, 1), ...LONG_LEG }), () => {
        const close = { instrument: one, side: 'sell', closePosition: true, ...LONG_LEG } as const
        submit({ ...close, ...stop(c - 6) })
        submit({ ...close, ...takeProfit(c + 6) })
        submit({ ...buy(one, 3), ...LONG_LEG, ...limit(c - 4) })
      }),
    HEDGED,
  ],
]

/** A bracket's entry and stop around the close, its target out of reach. */
const bracketed =
  (entry: number, exit: number, beside: Gambit): Gambit =>
  (context, c, one, other) => {
    const request = { ...buy(one, 1), ...(entry < 0 ? limit(c + entry) : stop(c + entry)) }
    context.bracket({ entry: request, stop: { triggerPrice: c + exit }, target: { limitPrice: c + 300 } })
    return beside(context, c, one, other)
  }

/** Exits that come to the market within a bar, beside other orders of that bar that may take what their entry made. */
const BESIDE: readonly Named[] = [
  ...(
    [
      [-1, -3, -2],
      [-2, -8, -5],
      [-2, -5, -8],
    ] as const
  ).map(([entry, exit, rival]): Named => [
    `a bracket of ${entry} and ${exit} beside a plain stop of ${rival}`,
    bracketed(entry, exit, ({ submit }, c, one) => (submit({ ...sell(one, 1), ...stop(c + rival) }), {})),
  ]),
  [
    'a bracket with a stop entry beside a plain limit',
    bracketed(2, -1, ({ submit }, c, one) => (submit({ ...sell(one, 1), ...limit(c + 4) }), {})),
  ],
  [
    'a bracket that sells beside a plain stop that buys',
    ({ bracket, submit }, c, one) => {
      const entry = { ...sell(one, 1), ...limit(c + 2) }
      bracket({ entry, stop: { triggerPrice: c + 8 }, target: { limitPrice: c - 300 } })
      submit({ ...buy(one, 1), ...stop(c + 5) })
      return {}
    },
  ],
  [
    'a bracket with a stop-limit entry beside a plain limit',
    ({ bracket, submit }, c, one) => {
      const entry = { ...sell(one, 1), type: 'stop-limit', triggerPrice: c - 4, limitPrice: c - 4 } as const
      bracket({ entry, stop: { triggerPrice: c + 4 }, target: { limitPrice: c - 300 } })
      submit({ ...buy(one, 1), ...limit(c - 9) })
      return {}
    },
  ],
  [
    'a bracket beside a plain trailing stop',
    bracketed(-2, -8, ({ submit }, _c, one) => (submit({ ...sell(one, 1), ...trailing(10) }), {})),
  ],
  [
    'two brackets on opposite sides',
    bracketed(-2, -8, ({ bracket }, c, one) => {
      const entry = { ...sell(one, 1), ...stop(c - 5) }
      bracket({ entry, stop: { triggerPrice: c + 100 }, target: { limitPrice: c - 200 } })
      return {}
    }),
  ],
  [
    'two brackets on one side',
    bracketed(-2, -8, (context, c, one, other) => bracketed(-5, -9, () => ({}))(context, c, one, other)),
  ],
  [
    'two brackets on one side beside a plain stop',
    bracketed(
      -2,
      -8,
      bracketed(-4, -12, ({ submit }, c, one) => (submit({ ...sell(one, 1), ...stop(c - 5) }), {})),
    ),
  ],
  ...([1, 2, 3] as const).map((quantity): Named => [
    `a trailing exit beside a plain stop of ${quantity}`,
    ({ submit, submitGroup }, c, one) => {
      const entry = { ...buy(one, 1), ...limit(c - 2) }
      submitGroup({ entry, members: [{ ...sell(one, 1), ...trailing(6), reduceOnly: true }] })
      submit({ ...sell(one, quantity), ...stop(c - 5) })
      return {}
    },
  ]),
  [
    'independent exits beside a plain stop',
    ({ submit, submitGroup }, c, one) => {
      const entry = { ...buy(one, 2), ...limit(c - 2) }
      const members = [-8, -12].map((at) => ({ ...sell(one, 1), ...stop(c + at), reduceOnly: true }))
      submitGroup({ entry, link: 'independent', members })
      submit({ ...sell(one, 1), ...stop(c - 5) })
      return {}
    },
  ],
  ...([1, 2] as const).map((held): Named => [
    `a bracket beside a position of ${held} and a plain limit that turns it`,
    (context, c, one, other) =>
      once(context.submit(buy(one, held)), () =>
        bracketed(-4, -9, ({ submit }) => (submit({ ...sell(one, held + 1), ...limit(c + 6) }), {}))(
          context,
          c,
          one,
          other,
        ),
      ),
  ]),
  ...(
    [
      [-8, -5],
      [-5, -8],
    ] as const
  ).map(([exit, rival]): Named => [
    `a bracket with a stop at ${exit} beside a position and a larger reduce-only stop at ${rival}`,
    (context, c, one, other) =>
      once(context.submit(buy(one, 1)), () =>
        bracketed(-2, exit, ({ submit }) => (submit({ ...sell(one, 2), ...stop(c + rival), reduceOnly: true }), {}))(
          context,
          c,
          one,
          other,
        ),
      ),
  ]),
  [
    'a bracket that turns a short position',
    (context, c, one, other) =>
      once(context.submit(sell(one, 1)), () =>
        bracketed(
          -2,
          -8,
          bracketed(-10, -30, () => ({})),
        )(context, c, one, other),
      ),
  ],
  [
    'a bracket of a leg beside a close of it',
    ({ submit, bracket }, c, one) =>
      once(submit({ ...buy(one, 1), ...LONG_LEG }), () => {
        submit({ ...sell(one, 2), ...LONG_LEG, ...stop(c - 5) })
        const entry = { ...buy(one, 1), ...LONG_LEG, ...limit(c - 2) }
        bracket({ entry, stop: { triggerPrice: c - 8 }, target: { limitPrice: c + 200 } })
      }),
    HEDGED,
  ],
]

const TIERS = [{ floor: 0, cap: 1e15, maintenanceRate: 1e-6, maxLeverage: 1_000 }]
const TABLE = { id: 'thin', source: 'test', tiers: TIERS }
const THIN = { [FIRST.id]: TABLE, [SECOND.id]: TABLE }
/** A position is gone about twelve ticks against it. */
const ON_THE_EDGE: CoinMarket = {
  start: 12_000,
  margin: { positionMode: 'hedge', leverage: 1_000, tables: THIN },
}

const LIQUIDATED: readonly Named[] = [
  [
    'a limit of one leg taken back by the liquidation of a crumb of the other',
    ({ submit, submitGroup }, c, one) => {
      submit({ ...sell(one, 1), ...SHORT_LEG })
      return once(submit({ ...buy(one, TINY), ...LONG_LEG }), () =>
        submitGroup({
          members: [
            { ...buy(one, 1), ...LONG_LEG, ...limit(1) },
            { ...buy(one, 1), ...SHORT_LEG, ...limit(c - 6) },
          ],
        }),
      )
    },
    ON_THE_EDGE,
  ],
]

const CROSS: CoinMarket = { start: 12_000, margin: { mode: 'cross', leverage: 1_000, tables: THIN } }

const MARGIN: readonly Named[] = [
  [
    'a limit that a loss elsewhere in the bar takes the margin of',
    ({ submit, account }, c, one, other) =>
      once(submit(buy(one, 1)), () => {
        submit({ ...sell(one, 1), ...stop(c - 26), reduceOnly: true })
        const margin = c / 1_000
        const quantity = Math.floor((0.9 * (26 - margin) * 1e4) / margin) / 1e4
        submit({ ...buy(other, quantity), ...limit(c - 3) })
        // What is free beside is put where it never trades, all but a trace.
        const rest = Math.floor(((account.freeMargin - 0.5) / 1_000) * 1e4) / 1e4
        submit({ ...sell(other, rest), ...limit(1e6) })
      }),
    CROSS,
  ],
]

describe.each<readonly [string, readonly Named[]]>([
  ['exits on the wrong side', WRONG_SIDES],
  ['members that end each other', KILLERS],
  ['stops that wake up inside a bar', WAKING],
  ['legs of hedge mode', LEGS],
  ['exits beside other orders', BESIDE],
  ['a liquidation', LIQUIDATED],
  ['margin that two instruments share', MARGIN],
])('nobody earns on a fair coin walk by %s', (_, gambits) => {
  test.each(gambits.map(([name, gambit, market = {}]) => ({ name, gambit, market })))('$name', ({ gambit, market }) => {
    expect(significance(gambit, market)).toBeLessThan(SIGNIFICANT)
  })
})

describe('nobody earns by what an open tells of the volume to come', () => {
  const leaning = (bars: BarColumns): BarColumns => ({
    ...bars,
    volume: bars.close.map((close, i) => (close > (bars.open[i] as number) ? 30 : 10)),
  })
  const market: CoinMarket = { shape: leaning, fill: { volumeShare: 0.1 } }
  test.each<readonly [string, Gambit]>([
    [
      'a market order that is cut, then a reversal',
      ({ submit }, _c, one) => {
        const probe = submit(buy(one, 3))
        return {
          onFill: (id) =>
            id === probe.orderId && probe.filledQuantity < 2 && submit({ ...sell(one, 2), timeInForce: 'IOC' }),
        }
      },
    ],
    [
      'a market order that is cut, then the twin',
      ({ submit }, _c, one, other) => {
        const probe = submit(buy(one, 3))
        return {
          onFill: (id) =>
            id === probe.orderId &&
            submit({ ...(probe.filledQuantity > 2 ? buy(other, 1) : sell(other, 1)), timeInForce: 'IOC' }),
        }
      },
    ],
    [
      'a limit that takes at an open, then the twin',
      ({ submit }, c, one, other) => {
        const probe = submit({ ...buy(one, 3), ...limit(c + 1_000) })
        return {
          onFill: (id) =>
            id === probe.orderId && probe.filledQuantity < 2 && submit({ ...sell(other, 2), timeInForce: 'IOC' }),
        }
      },
    ],
    [
      'an order left over for the next open, then the twin',
      ({ submit }, _c, one, other) => {
        const probe = submit(buy(one, 6))
        let before = 0
        return {
          onFill(id) {
            if (id !== probe.orderId) return
            const more = probe.filledQuantity - before
            before = probe.filledQuantity
            submit({ ...(more > 2 ? buy(other, 1) : sell(other, 1)), timeInForce: 'IOC' })
          },
        }
      },
    ],
  ])('%s', (_, gambit) => {
    expect(significance(gambit, market)).toBeLessThan(SIGNIFICANT)
  })
})
