import { decimalStep, roundToSteps, UsageError } from '@kestrel/core'
import { atomsOf } from './atoms.ts'
import { type MarginStep, type Market, marketIdOf, type MarketSpec } from './market-spec.ts'

const DEFAULT_STEPS: readonly MarginStep[] = [
  { floor: 0, cap: 1e12, maintenanceRate: 0.004, maintenanceAmount: 0, maxLeverage: 125 },
]

/** What a quantity may be where the specification sets no limit. */
const MOST_LOTS = 1_000_000_000

/**
 * Builds a market from its specification.
 *
 * @throws UsageError `TESTKIT_MARKET` where a lot is finer than 10^-8, which the exchange's money cannot hold.
 */
export function marketOf(spec: MarketSpec): Market {
  const tick = decimalStep(spec.tickSize)
  const lot = decimalStep(spec.lotSize)
  if (lot.decimals > 8) {
    throw new UsageError({
      code: 'TESTKIT_MARKET',
      message: `The lot ${spec.lotSize} of ${spec.symbol} is finer than 0.00000001.`,
      meta: { symbol: spec.symbol, lotSize: spec.lotSize },
    })
  }
  const lots = (text: string | undefined, fallback: number) =>
    text === undefined ? fallback : roundToSteps(Number(text), lot, 'down')
  const maxLots = lots(spec.maxQuantity, MOST_LOTS)
  return Object.freeze({
    id: marketIdOf(spec.kind, spec.symbol),
    kind: spec.kind,
    symbol: spec.symbol,
    base: spec.base,
    quote: spec.quote,
    tick,
    lot,
    minLots: Math.max(1, lots(spec.minQuantity, 1)),
    maxLots,
    maxMarketLots: lots(spec.maxMarketQuantity, maxLots),
    minNotional: atomsOf(spec.minNotional ?? '0'),
    priceBand: spec.priceBand ?? { up: 5, down: 0.2 },
    maxOpenOrders: spec.maxOpenOrders ?? 200,
    maxConditionalOrders: spec.maxConditionalOrders ?? (spec.kind === 'spot' ? 5 : 10),
    makerFeeRate: spec.makerFeeRate,
    takerFeeRate: spec.takerFeeRate,
    marginSteps: spec.marginSteps ?? DEFAULT_STEPS,
    fundingIntervalMs: (spec.fundingIntervalHours ?? 8) * 3_600_000,
    liquidationFeeRate: spec.liquidationFeeRate ?? 0,
    mode: spec.mode ?? 'book',
    fillRule: spec.fillRule ?? 'touch',
  })
}
