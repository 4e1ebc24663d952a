/** What a random strategy does. */
export interface Habits {
  /** Types of order to submit. */
  readonly types: readonly OrderTypeName[]
  /** Chance that an action is a target instead of an order, 0 to 1. */
  readonly targets: number
  /** Amends resting orders now and then. */
  readonly amends: boolean
}

/** Order types that a random strategy may use. */
export type OrderTypeName = 'market' | 'limit' | 'stop-market' | 'stop-limit' | 'take-profit'

/**
 * Text of a strategy file that submits, amends, cancels and targets at random, as an author would write it. What it does
 * follows from the run's seed.
 */
export function randomStrategyText(name: string, { types, targets, amends }: Habits): string {
  return `import { defineStrategy, z, type Instrument, type OrderRequest } from 'kestrel'

const TYPES = ${JSON.stringify(types)} as const

export default defineStrategy({
  name: '${name}',
  about: 'Submits, amends, cancels and targets at random.',
  params: z.object({ activity: z.number().min(0).max(1).default(0.4).describe('chance of an action at each bar') }),
  start(context) {
    const { instruments, bars, rng, params, account, position, clock, openOrders } = context
    const series = new Map(instruments.map((each) => [each, bars(each)]))
    const pick = <T,>(from: readonly T[]): T => from[rng.nextUint32() % from.length] as T

    function request(instrument: Instrument, price: number): OrderRequest {
      const type = pick(TYPES)
      const side = rng.nextFloat() < 0.5 ? 'buy' : 'sell'
      const near = () => context.roundPrice(instrument, price * Math.exp(0.008 * rng.nextNormal()), 'nearest')
      const held = position(instrument).quantity
      const wish = side === 'sell' && rng.nextFloat() < 0.85 ? held * rng.nextFloat() : (account.equity * 0.7 * rng.nextFloat()) / price
      const quantity = Math.max(instrument.lot.size, context.roundQuantity(instrument, wish))
      const resting = type === 'limit' || type === 'stop-limit'
      const force = pick(resting ? (['GTC', 'GTC', 'IOC', 'FOK', 'GTD'] as const) : (['GTC', 'IOC', 'GTD'] as const))
      return {
        instrument, side, quantity, type, timeInForce: force,
        postOnly: type === 'limit' && rng.nextFloat() < 0.3,
        reduceOnly: rng.nextFloat() < 0.1,
        ...(resting ? { limitPrice: near() } : {}),
        ...(type === 'market' || type === 'limit' ? {} : { triggerPrice: near() }),
        ...(force === 'GTD' ? { expireTimeMs: clock.nowMs + (1 + (rng.nextUint32() % 10)) * 1_800_000 } : {}),
      }
    }

    function act(instrument: Instrument): void {
      const price = series.get(instrument)?.close.value ?? Number.NaN
      if (Number.isNaN(price)) return
      const open = openOrders(instrument)
      const choice = rng.nextFloat()
      if (open.length > 0 && choice < 0.15) return context.cancel(pick(open))
      if (${amends} && open.length > 0 && choice < 0.3) {
        const order = pick(open)
        const quantity = context.roundQuantity(instrument, order.quantity * (0.5 + rng.nextFloat()))
        const limitPrice = context.roundPrice(instrument, price * Math.exp(0.008 * rng.nextNormal()), 'nearest')
        return context.amend(order, { ...(quantity > 0 ? { quantity } : {}), ...(order.type === 'limit' ? { limitPrice } : {}) })
      }
      if (rng.nextFloat() < ${targets}) {
        const weight = rng.nextFloat() / instruments.length
        return context.target(instrument, pick([0, weight, { weight }, { quantity: (account.equity * weight) / price }, { notional: account.equity * weight }]))
      }
      context.submit(request(instrument, price))
    }

    return {
      onBar({ instrument }) {
        while (rng.nextFloat() < params.activity) act(instrument)
      },
      onFill({ instrumentId }) {
        const instrument = instruments.find(({ id }) => id === instrumentId)
        if (instrument !== undefined && rng.nextFloat() < params.activity / 2) act(instrument)
      },
      onOrder(order) {
        if (rng.nextFloat() < params.activity / 4) act(order.instrument)
      },
    }
  },
})
`
}
