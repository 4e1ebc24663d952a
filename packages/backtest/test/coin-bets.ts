import { type BarColumns, type Instrument, type InstrumentId, instrumentOf, type SeriesColumns } from '@kestrel/core'
import { configureStrategy, defineStrategy, type OrderView, type StrategyContext } from '@kestrel/kernel'
import { z } from 'zod'
import { type BacktestConfig, resolveConfig } from '../src/run/backtest-config.ts'
import { prepareData, simulate } from '../src/run/simulate.ts'
import type { FillModel } from '../src/venue/fill-model.ts'
import { coinWalk } from './coin-walk.ts'

/** More seeds and longer walks where the whole proof is asked for. */
const LONG = process.env['KESTREL_VERIFY'] === '1'
const SEEDS = LONG ? [1, 2, 3, 4] : [1]
const BARS = LONG ? 20_000 : 4_000
/** Ticks a bar: its deviation is 20. */
const STEPS = 400
/** Gambits that found a hole made 7 to 190; three and a half deviations happen once in 4,000 fair tests, and the seeds are fixed. */
export const SIGNIFICANT = 3.5

type Context = StrategyContext<Record<string, unknown>>

/** What a gambit does in reply to what it is told within its bar. */
export interface Bet {
  onFill?(orderId: number): void
  onOrder?(order: OrderView): void
}

/** Places its orders around the close `c` and says what it does in reply. */
export type Gambit = (context: Context, c: number, one: Instrument, other: Instrument) => Bet

/** The market that a gambit bets in. */
export interface CoinMarket {
  readonly fill?: Partial<FillModel>
  /** Changes the bars of both instruments. */
  readonly shape?: (bars: BarColumns) => BarColumns
  /** Changes the bars of the second instrument alone. */
  readonly twin?: (bars: BarColumns) => BarColumns
  /** Both instruments have mark prices, which are those of trades. */
  readonly isMarked?: boolean
  readonly margin?: BacktestConfig['margin']
  /** Bars that a bet stands before it is taken back; 1 unless stated. */
  readonly life?: number
  /** Price at which the walk begins; 100,000 unless stated. */
  readonly start?: number
}

const [ONE, OTHER] = ['ONE-USD-PERP.TEST', 'TWO-USD-PERP.TEST'].map((id) =>
  instrumentOf({ id, tickSize: '1', lotSize: '0.0001', makerFeeRate: 0, takerFeeRate: 0 }),
) as [Instrument, Instrument]

/** The first of the two instruments, which gambits that need its name may use. */
export const FIRST: Instrument = ONE
export const SECOND: Instrument = OTHER
/** Least quantity: what a probe or a crumb is made of. */
export const TINY = 0.0001

/** Bets, takes everything back when the bet has stood for its bars and is flat from the next open. */
function gambler(gambit: Gambit, isHedged: boolean, life: number) {
  return defineStrategy({
    name: 'gambler',
    about: 'Bets every second bar.',
    params: z.object({}),
    start(context) {
      const { instruments, openOrders, cancel, position, submit } = context
      const series = instruments.map((each) => context.bars(each))
      const sides = isHedged ? (['long', 'short'] as const) : [undefined]
      let bet: Bet | undefined
      let left = 0
      return {
        onSlice() {
          if (--left > 0) return
          for (const order of openOrders()) cancel(order)
          bet = undefined
          let flat = true
          for (const instrument of instruments) {
            for (const positionSide of sides) {
              const { quantity } = position(instrument, positionSide)
              if (quantity === 0) continue
              flat = false
              const side = quantity > 0 ? 'sell' : 'buy'
              const leg = positionSide === undefined ? {} : { positionSide }
              submit({ instrument, side, quantity: Math.abs(quantity), ...leg })
            }
          }
          const close = series[0]?.close.value
          if (!flat || close === undefined) return
          bet = gambit(context, close, ONE, OTHER)
          left = life
        },
        onFill: ({ orderId }) => bet?.onFill?.(orderId),
        onOrder: (order) => bet?.onOrder?.(order),
      }
    },
  })
}

/** Mean over its standard error of the money made a bar, over all seeds. */
export function significance(gambit: Gambit, market: CoinMarket = {}): number {
  const { fill = {}, shape = same, twin = same, isMarked = false, margin, life = 1, start = 100_000 } = market
  const changes: number[] = []
  for (const seed of SEEDS) {
    const bars = shape(coinWalk(seed, BARS, STEPS, 1_000_000, start))
    const twinBars = twin(bars)
    const data = {
      bars: (id: InstrumentId) => (id === ONE.id ? bars : twinBars),
      ...(isMarked ? { mark: () => marksOf(bars) } : {}),
    }
    for (const instruments of [
      [ONE, OTHER],
      [OTHER, ONE],
    ]) {
      const config = resolveConfig({
        instruments,
        timeframe: '1h',
        cash: 1e9,
        strategies: [configureStrategy(gambler(gambit, margin?.positionMode === 'hedge', life))],
        sizeMode: 'units',
        fill: { spreadBps: 0, slippageBps: 0, throughTicks: 0, volumeShare: undefined, ...fill },
        ...(margin === undefined ? {} : { margin }),
      })
      const { equity } = simulate(config, prepareData(config, data), config.fill).equity
      for (let i = 1; i < equity.length; i++) changes.push((equity[i] as number) - (equity[i - 1] as number))
    }
  }
  const mean = changes.reduce((sum, each) => sum + each, 0) / changes.length
  const variance = changes.reduce((sum, each) => sum + (each - mean) ** 2, 0) / changes.length
  return variance === 0 ? 0 : mean / Math.sqrt(variance / changes.length)
}

function same(bars: BarColumns): BarColumns {
  return bars
}

function marksOf({ openTimeMs, open, high, low, close }: BarColumns): SeriesColumns {
  return { tsEventMs: openTimeMs, knowableTimeMs: openTimeMs, values: { open, high, low, close } }
}

export const buy = (instrument: Instrument, quantity: number) => ({ instrument, side: 'buy', quantity }) as const
export const sell = (instrument: Instrument, quantity: number) => ({ instrument, side: 'sell', quantity }) as const
export const limit = (limitPrice: number) => ({ type: 'limit', limitPrice }) as const
export const stop = (triggerPrice: number) => ({ type: 'stop-market', triggerPrice }) as const
export const takeProfit = (triggerPrice: number) => ({ type: 'take-profit', triggerPrice }) as const
export const trailing = (trailingDistance: number) => ({ type: 'trailing-stop', trailingDistance }) as const

/** Does something once the first order has filled, at the open at which it does. */
export const once = (first: OrderView, then: () => unknown): Bet => ({
  onFill: (id) => id === first.orderId && then(),
})
