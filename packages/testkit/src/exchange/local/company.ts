import { createRng, roundToSteps, stepsToNumber } from '@kestrel/core'
import type { AccountSpec } from '../core/account-types.ts'
import { ExchangeCore } from '../core/exchange-core.ts'
import type { Market, MarketId, MarketSpec } from '../core/market-spec.ts'
import type { ExchangeClock } from '../flow/clock/exchange-clock.ts'
import { makeHistory } from '../flow/history/made-history.ts'
import { keepTime } from '../flow/keep-time.ts'
import { startMarkDrive } from '../flow/mark-drive.ts'
import { joinFlows, type MarketFlow } from '../flow/market-flow.ts'
import { FairValue } from '../flow/participants/fair-value.ts'
import { startGeneratedFlow } from '../flow/participants/generated-flow.ts'
import { MarketTape, type MarketTapeOptions } from '../flow/tape/market-tape.ts'

/** A market and where its price stands when the exchange opens. */
export interface MarketSetup {
  readonly spec: MarketSpec
  /** Quote units. */
  readonly startPrice: number
  /** How the public sees it, such as bars from before the exchange opened. */
  readonly tape?: Partial<MarketTapeOptions>
}

/** Moves a market by itself. */
export type FlowMaker = (exchange: ExchangeCore, clock: ExchangeClock, market: Market, setup: MarketSetup) => MarketFlow

export interface CompanyOptions {
  readonly clock: ExchangeClock
  readonly seed: number
  readonly markets: readonly MarketSetup[]
  readonly accounts: readonly AccountSpec[]
  /** One wallet for everything. */
  readonly unified: boolean
  readonly flow: 'generated' | 'none' | FlowMaker
  readonly historyMinutes: number
}

/** The engine of one venue with its markets, accounts and the others who trade there. */
export interface Company {
  readonly exchange: ExchangeCore
  readonly tapes: ReadonlyMap<MarketId, MarketTape>
  stop(): void
}

/** Usual size of an order, quote units. */
const USUAL_NOTIONAL = 500

/** Opens a venue without its doors. */
export function openCompany(options: CompanyOptions): Company {
  const { clock, seed } = options
  const exchange = new ExchangeCore({ markets: options.markets.map(({ spec }) => spec), clock, seed })
  const tapes = new Map<MarketId, MarketTape>()
  const flows: MarketFlow[] = [keepTime(exchange, clock)]
  const fairs = new Map<string, FairValue>()
  for (const [index, market] of [...exchange.markets.values()].entries()) {
    const setup = options.markets[index]
    if (setup === undefined) continue
    tapes.set(market.id, new MarketTape(exchange, market.id, tapeOptions(options, market, setup)))
    flows.push(flowOf(options, exchange, market, setup, fairs))
  }
  for (const account of options.accounts) exchange.openAccount({ ...account, unified: options.unified })
  return { exchange, tapes, stop: () => joinFlows(flows).stop() }
}

function tapeOptions(
  { clock, seed, historyMinutes }: CompanyOptions,
  market: Market,
  setup: MarketSetup,
): MarketTapeOptions {
  const openingTicks = roundToSteps(setup.startPrice, market.tick, 'nearest')
  const history =
    historyMinutes === 0
      ? []
      : makeHistory(market, {
          seed,
          endPrice: setup.startPrice,
          endMs: clock.nowMs(),
          minutes: historyMinutes,
          medianLots: usualLots(market, setup.startPrice),
        })
  return { openingTicks, history, ...setup.tape }
}

function flowOf(
  options: CompanyOptions,
  exchange: ExchangeCore,
  market: Market,
  setup: MarketSetup,
  fairs: Map<string, FairValue>,
): MarketFlow {
  const { clock, seed, flow } = options
  if (flow === 'none') return joinFlows([])
  if (flow !== 'generated') return flow(exchange, clock, market, setup)
  // Spot and perpetual of one symbol are worth the same.
  const shared = `${market.symbol} at ${setup.startPrice}`
  const fair = fairs.get(shared) ?? new FairValue(createRng(seed).stream(shared), clock.nowMs(), setup)
  fairs.set(shared, fair)
  const generated = startGeneratedFlow(exchange, clock, market.id, {
    seed,
    fair,
    startPrice: setup.startPrice,
    medianLots: usualLots(market, setup.startPrice),
  })
  if (market.kind === 'spot') return generated
  // The perpetual's index is what its participants believe in.
  const marks = startMarkDrive(exchange, clock, market.id, { indexPrice: () => generated.fair.price })
  return joinFlows([generated, marks])
}

function usualLots(market: Market, price: number): number {
  return Math.max(1, Math.round(USUAL_NOTIONAL / (price * stepsToNumber(1, market.lot))))
}
