import { createRng } from '@kestrel/core'
import type { MarketSideOfExchange } from '../../core/exchange-port.ts'
import type { MarketId } from '../../core/market-spec.ts'
import type { ExchangeClock } from '../clock/exchange-clock.ts'
import { joinFlows, type MarketFlow } from '../market-flow.ts'
import { FairValue, type FairValueOptions } from './fair-value.ts'
import { flowContext } from './flow-context.ts'
import { MarketMaker, type MarketMakerOptions } from './market-maker.ts'
import { PatientTrader, type PatientTraderOptions } from './patient-trader.ts'
import { Taker, type TakerOptions } from './taker.ts'

export interface GeneratedFlowOptions extends FairValueOptions {
  readonly seed: number
  /**
   * What participants believe the market is worth. Give spot and perpetual one and the same, or they drift apart. Default: a
   * walk of the market's own.
   */
  readonly fair?: FairValue
  /** Usual size of an order in lots; everything is scaled from it. */
  readonly medianLots: number
  /** Default four, from tight and quick to wide and slow. */
  readonly makers?: readonly MarketMakerOptions[]
  /** Default two. */
  readonly takers?: readonly TakerOptions[]
  /** Default one crowd. */
  readonly patient?: readonly PatientTraderOptions[]
}

/** A market that moves by itself, and what its participants think it is worth. */
export interface GeneratedFlow extends MarketFlow {
  readonly fair: FairValue
}

/**
 * Starts participants on a market: makers around a moving fair value, takers, and patient traders who come and go. One seed
 * gives one history, as long as accounts do the same; each participant draws from a stream of its own.
 */
export function startGeneratedFlow(
  exchange: MarketSideOfExchange,
  clock: ExchangeClock,
  marketId: MarketId,
  options: GeneratedFlowOptions,
): GeneratedFlow {
  const rng = createRng(options.seed).stream(marketId)
  const fair = options.fair ?? new FairValue(rng.stream('fair value'), clock.nowMs(), options)
  const context = flowContext(exchange, clock, marketId, fair)
  const { medianLots } = options
  const makers = options.makers ?? usualMakers(medianLots)
  const takers = options.takers ?? usualTakers(medianLots)
  const patient = options.patient ?? [{ everyMs: 200, patienceMs: 20_000, medianLots, distanceBps: 12, joinShare: 0.5 }]
  const flow = joinFlows([
    ...makers.map((each, index) => new MarketMaker(context, rng.stream(`maker ${index}`), each)),
    ...takers.map((each, index) => new Taker(context, rng.stream(`taker ${index}`), each)),
    ...patient.map((each, index) => new PatientTrader(context, rng.stream(`patient ${index}`), each)),
  ])
  return { fair, stop: () => flow.stop() }
}

function usualMakers(medianLots: number): MarketMakerOptions[] {
  return [
    { halfSpreadBps: 0.5, levelGapBps: 0.5, levels: 8, medianLots, requoteEveryMs: 250 },
    { halfSpreadBps: 0.8, levelGapBps: 0.8, levels: 10, medianLots: 2 * medianLots, requoteEveryMs: 400 },
    { halfSpreadBps: 1.5, levelGapBps: 1.5, levels: 12, medianLots: 4 * medianLots, requoteEveryMs: 900 },
    { halfSpreadBps: 5, levelGapBps: 4, levels: 25, medianLots: 8 * medianLots, requoteEveryMs: 3_000 },
  ]
}

function usualTakers(medianLots: number): TakerOptions[] {
  return [
    { everyMs: 600, medianLots, informedShare: 0.3, persistence: 0.7 },
    { everyMs: 8_000, medianLots: 10 * medianLots, informedShare: 0.5, persistence: 0.6 },
  ]
}
