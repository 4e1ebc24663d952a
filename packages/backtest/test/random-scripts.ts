import { createRng, type Rng } from '@kestrel/core'
import type { ScriptAction, ScriptBar, ScriptOrder, ScriptRules, ScriptType } from '@kestrel/testkit'

/** A market, what is done in it, and how it fills. */
export interface RandomScript {
  readonly bars: readonly ScriptBar[]
  readonly script: readonly (readonly ScriptAction[])[]
  readonly rules: ScriptRules
}

const START_PRICE = 500

/**
 * A script in which orders of all types and groups meet, on bars so narrow that they often do: prices are whole ticks a few
 * apart, so that opens, limits, triggers and extremes coincide.
 */
export function randomScript(seed: number): RandomScript {
  const pick = new Picker(createRng(seed))
  const hasMark = pick.chance(60)
  const bars = randomBars(pick, pick.between(3, 14), hasMark)
  // Without a mark price an order by mark is turned down; what the matcher is asked about is what happens with one.
  pick.byMark = hasMark ? { triggerBy: 'mark' } : {}
  const rules = randomRules(pick)
  pick.isHedged = rules.isHedged === true
  const made: ScriptOrder[] = []
  const script = bars.map(({ close }, bar) => {
    const actions: ScriptAction[] = []
    for (let left = pick.between(0, 3); left > 0; left--) {
      const action = randomAction(pick, close, bar, made)
      if (action.kind === 'submit') made.push(action.order)
      if (action.kind === 'group') made.push(...(action.entry === undefined ? [] : [action.entry]), ...action.members)
      actions.push(action)
    }
    return actions
  })
  return { bars, script, rules }
}

class Picker {
  /** What makes an order wait for the mark price, in a market that has one. */
  byMark: Pick<ScriptOrder, 'triggerBy'> = {}
  /** Orders name one of two positions. */
  isHedged = false
  readonly #rng: Rng

  constructor(rng: Rng) {
    this.#rng = rng
  }

  /** Whole number, both ends included. */
  between(low: number, high: number): number {
    return low + (this.#rng.nextUint32() % (high - low + 1))
  }

  chance(percent: number): boolean {
    return this.between(1, 100) <= percent
  }

  /** A position for an order to trade, where there are two. */
  leg(): Pick<ScriptOrder, 'leg'> {
    return this.isHedged ? { leg: this.of('long', 'short') } : {}
  }

  of<T>(...choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)] as T
  }
}

function randomBars(pick: Picker, count: number, hasMark: boolean): ScriptBar[] {
  const bars: ScriptBar[] = []
  let price = START_PRICE
  for (let i = 0; i < count; i++) {
    const open = price + (pick.chance(30) ? pick.between(-6, 6) : 0)
    const close = open + pick.between(-6, 6)
    const high = Math.max(open, close) + pick.between(0, 5)
    const low = Math.min(open, close) - pick.between(0, 5)
    const shift = pick.between(-3, 3)
    const mark = { open: open + shift, high: high + shift + pick.between(0, 2), low: low + shift - pick.between(0, 2) }
    const volume = pick.of(0, pick.between(1, 12), pick.between(5, 60), 1_000)
    bars.push({ open, high, low, close, volume, ...(hasMark ? { mark } : {}) })
    price = close
  }
  return bars
}

function randomRules(pick: Picker): ScriptRules {
  return {
    marketFill: pick.of('next-open', 'next-open', 'close'),
    throughTicks: pick.between(0, 2),
    spreadBps: pick.of(0, 0, 30, 80),
    slippageBps: pick.of(0, 20),
    isHedged: pick.chance(30),
    ...(pick.chance(60) ? { volumeShare: pick.of(0.1, 0.5, 1) } : {}),
    latency: pick.of(0, 0, 0, 0.5, 1, 1.5),
    selfTrade: pick.of('cancel-oldest', 'cancel-newest', 'cancel-both', 'allow'),
  }
}

function randomAction(pick: Picker, close: number, bar: number, made: readonly ScriptOrder[]): ScriptAction {
  const kind = pick.between(1, 100)
  if (made.length > 0 && kind <= 12) return { kind: 'cancel', order: pick.between(0, made.length - 1) }
  if (made.length > 0 && kind <= 27) return amendment(pick, close, made)
  if (kind <= 55) return { kind: 'submit', order: randomOrder(pick, close, bar) }
  return pick.chance(70) ? entryGroup(pick, close) : freeGroup(pick, close, bar)
}

function amendment(pick: Picker, close: number, made: readonly ScriptOrder[]): ScriptAction {
  const order = pick.between(0, made.length - 1)
  const { quantity, limit, trigger } = made[order] as ScriptOrder
  const near = (): number => close + pick.between(-8, 8)
  return {
    kind: 'amend',
    order,
    ...(quantity === undefined || pick.chance(50) ? {} : { quantity: pick.between(1, 12) }),
    ...(limit === undefined || pick.chance(30) ? {} : { limit: near() }),
    ...(trigger === undefined || pick.chance(30) ? {} : { trigger: near() }),
  }
}

const TYPES: readonly ScriptType[] = [
  'market',
  'limit',
  'limit',
  'stop-market',
  'stop-limit',
  'take-profit',
  'take-profit-limit',
  'trailing-stop',
]

function randomOrder(pick: Picker, close: number, bar: number): ScriptOrder {
  const type = pick.of(...TYPES)
  const side = pick.of('buy', 'sell')
  const near = (): number => close + pick.between(-8, 8)
  const hasLimit = type === 'limit' || type === 'stop-limit' || type === 'take-profit-limit'
  const hasTrigger = type !== 'market' && type !== 'limit' && type !== 'trailing-stop'
  const closesAll = !hasLimit && pick.chance(15)
  const quantity = pick.between(1, 12)
  const force =
    hasLimit || type === 'market'
      ? pick.of('GTC', 'GTC', 'GTC', 'IOC', 'FOK', 'GTD')
      : pick.of('GTC', 'GTC', 'IOC', 'GTD')
  return {
    side,
    type,
    ...pick.leg(),
    ...(closesAll ? {} : { quantity }),
    ...(hasLimit ? { limit: near() } : {}),
    ...(hasTrigger ? { trigger: near(), ...(pick.chance(30) ? pick.byMark : {}) } : {}),
    ...(type === 'trailing-stop' ? trail(pick, near) : {}),
    ...(type === 'limit' && pick.chance(25) ? { postOnly: true } : {}),
    ...(hasLimit && force !== 'IOC' && force !== 'FOK' && pick.chance(25)
      ? { display: pick.between(1, quantity) }
      : {}),
    ...(!closesAll && pick.chance(20) ? { reduceOnly: true } : {}),
    timeInForce: force,
    ...(force === 'GTD' ? { expires: bar + 1 + pick.between(0, 8) / 2 } : {}),
  }
}

function trail(pick: Picker, near: () => number): Partial<ScriptOrder> {
  return {
    ...(pick.chance(50) ? { trailBy: pick.between(1, 8) } : { trailRate: pick.of(0.002, 0.005, 0.01) }),
    ...(pick.chance(40) ? { activation: near() } : {}),
  }
}

/** An entry with members that close it: a bracket, or exits that stand each for itself. */
function entryGroup(pick: Picker, close: number): ScriptAction {
  const side = pick.of('buy', 'sell')
  const type = pick.of('market', 'limit', 'limit', 'stop-market', 'stop-limit', 'take-profit', 'trailing-stop')
  const near = (): number => close + pick.between(-6, 6)
  const limit = type === 'limit' || type === 'stop-limit' ? near() : undefined
  const trigger = type === 'stop-market' || type === 'stop-limit' || type === 'take-profit' ? near() : undefined
  const prices = [limit, trigger].filter((each) => each !== undefined)
  const low = prices.length === 0 ? close : Math.min(...prices)
  const high = prices.length === 0 ? close : Math.max(...prices)
  const quantity = pick.between(1, 12)
  const link = pick.chance(75) ? 'one-cancels-other' : 'independent'
  const size = pick.between(1, quantity)
  const isLong = side === 'buy'
  const exit = isLong ? 'sell' : 'buy'
  // Now and then on the wrong side, and refused; of an entry that trails nobody knows where it will fill.
  const trails = type === 'trailing-stop'
  const least = trails ? -8 : pick.chance(4) ? -3 : 1
  const losing = (): number => (isLong ? low - pick.between(least, 8) : high + pick.between(least, 8))
  const nearest = trails ? 9 : 1
  const winning = (): number => (isLong ? high : low) + (isLong ? 1 : -1) * pick.between(nearest, nearest + 7)
  const leg = pick.leg()
  const stop = exitOf(pick, exit, size, pick.of('stop-market', 'stop-limit', 'trailing-stop'), losing, winning)
  const rest = link === 'independent' ? quantity - size : size
  const target = exitOf(pick, exit, rest, pick.of('limit', 'take-profit', 'take-profit-limit'), winning, winning)
  const members = rest === 0 ? [stop] : pick.chance(50) ? [stop, target] : [target, stop]
  return {
    kind: 'group',
    entry: {
      side,
      type,
      ...leg,
      quantity,
      ...(limit === undefined ? {} : { limit }),
      ...(trigger === undefined ? {} : { trigger }),
      ...(type === 'trailing-stop' ? trail(pick, near) : {}),
      ...(type === 'limit' && pick.chance(20) ? { postOnly: true } : {}),
      ...pick.of<Partial<ScriptOrder>>(
        {},
        {},
        {},
        { timeInForce: 'IOC' },
        type === 'limit' ? { display: pick.between(1, quantity) } : {},
      ),
    },
    members: members.map((each) => ({ ...each, ...leg })),
    link,
    activeFrom: pick.of('fill', 'fill', 'next-bar'),
  }
}

function exitOf(
  pick: Picker,
  side: 'buy' | 'sell',
  quantity: number,
  type: ScriptType,
  price: () => number,
  winning: () => number,
): ScriptOrder {
  const common = { side, quantity, type, ...(pick.chance(25) ? { reduceOnly: true } : {}) }
  if (type === 'trailing-stop') return { ...common, ...trail(pick, winning) }
  if (type === 'limit') return { ...common, limit: price() }
  const trigger = price()
  return {
    ...common,
    trigger,
    ...(pick.chance(25) ? pick.byMark : {}),
    ...(type === 'stop-limit' || type === 'take-profit-limit' ? { limit: trigger + pick.between(-4, 4) } : {}),
  }
}

/** Orders of which one cancels the others, without an entry: around a position, or a breakout on both sides. */
function freeGroup(pick: Picker, close: number, bar: number): ScriptAction {
  const quantity = pick.between(1, 12)
  const above = (): number => close + pick.between(1, 8)
  const below = (): number => close - pick.between(1, 8)
  const side = pick.of('buy', 'sell')
  const members: ScriptOrder[] = pick.of(
    [
      exitOf(pick, side, quantity, pick.of('stop-market', 'stop-limit'), side === 'sell' ? below : above, above),
      exitOf(pick, side, quantity, pick.of('limit', 'take-profit'), side === 'sell' ? above : below, above),
    ],
    [
      {
        side,
        type: 'trailing-stop',
        quantity,
        ...trail(pick, above),
        ...(pick.chance(50) ? { reduceOnly: true } : {}),
      },
      exitOf(
        pick,
        pick.of(side, side, 'buy', 'sell'),
        quantity,
        pick.of('limit', 'take-profit'),
        pick.of(above, below),
        above,
      ),
    ],
    [
      { side: 'buy', type: 'stop-market', quantity, trigger: above() },
      { side: 'sell', type: 'stop-market', quantity, trigger: below() },
    ],
    [
      { side: 'buy', type: 'limit', quantity, limit: below(), ...(pick.chance(30) ? { postOnly: true } : {}) },
      { side: 'sell', type: 'limit', quantity, limit: above() },
      { side: 'buy', type: 'limit', quantity, limit: below() },
    ],
  )
  const expires = pick.chance(20) ? { timeInForce: 'GTD' as const, expires: bar + 1 + pick.between(0, 6) / 2 } : {}
  return {
    kind: 'group',
    members: members.map((each) => ({ ...each, ...expires, ...pick.leg() })),
    link: 'one-cancels-other',
    activeFrom: 'fill',
  }
}
