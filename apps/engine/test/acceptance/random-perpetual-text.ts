/** How the account of a random strategy on perpetuals stands. */
export interface PerpetualHabits {
  /** Names the side of every order on a perpetual. */
  readonly isHedged: boolean
}

/**
 * Text of a strategy file that trades perpetuals (and spot beside them) at random on both sides, close to what its margin
 * allows, so that it is liquidated now and then. What it does follows from the run's seed.
 */
export function randomPerpetualText(name: string, { isHedged }: PerpetualHabits): string {
  return `import { defineStrategy, z, type Instrument } from 'kestrel'

const HEDGED = ${isHedged}

export default defineStrategy({
  name: '${name}',
  about: 'Trades perpetuals at random on both sides.',
  params: z.object({ activity: z.number().min(0).max(1).default(0.25) }),
  start(context) {
    const { instruments, bars, rng, params, account, position, openOrders } = context
    const series = new Map(instruments.map((each) => [each, bars(each)]))
    const pick = <T,>(from: readonly T[]): T => from[rng.nextUint32() % from.length] as T

    function act(instrument: Instrument): void {
      const price = series.get(instrument)?.close.value ?? Number.NaN
      if (Number.isNaN(price)) return
      const open = openOrders(instrument)
      if (open.length > 0 && rng.nextFloat() < 0.3) return context.cancel(pick(open))
      const isSpot = instrument.kind === 'spot'
      const leg = HEDGED && !isSpot ? { positionSide: pick(['long', 'short'] as const) } : {}
      const held = position(instrument, leg.positionSide)
      const closes = rng.nextFloat() < 0.3 && held.quantity !== 0
      const side = closes
        ? held.quantity > 0 ? 'sell' : 'buy'
        : HEDGED && !isSpot ? (leg.positionSide === 'long' ? 'buy' : 'sell') : isSpot ? 'buy' : pick(['buy', 'sell'] as const)
      const unit = instrument.settlement === 'inverse' ? instrument.contractSize : price * instrument.contractSize
      const money = Math.max(0, account.freeMargin) * rng.nextFloat() * held.leverage
      const wish = closes ? Math.abs(held.quantity) * (rng.nextFloat() < 0.5 ? 1 : rng.nextFloat()) : (money * 0.9) / unit
      const quantity = context.roundQuantity(instrument, wish)
      if (!(quantity > 0)) return
      const near = () => context.roundPrice(instrument, price * Math.exp(0.01 * rng.nextNormal()), 'nearest')
      const type = pick(['market', 'market', 'limit', 'stop-market', 'take-profit'] as const)
      context.submit({
        instrument, side, quantity, type, ...leg,
        reduceOnly: !isSpot && closes && rng.nextFloat() < 0.3,
        ...(type === 'limit' ? { limitPrice: near() } : {}),
        ...(type === 'stop-market' || type === 'take-profit' ? { triggerPrice: near() } : {}),
      })
    }

    return {
      onBar({ instrument }) {
        if (rng.nextFloat() < params.activity) act(instrument)
        if (rng.nextFloat() < 0.02 && !HEDGED && instrument.kind !== 'spot') {
          context.target(instrument, { weight: (rng.nextFloat() * 2 - 1) * position(instrument).leverage })
        }
      },
      onFill() {
        if (rng.nextFloat() < params.activity / 2) act(pick(instruments))
      },
    }
  },
})
`
}
