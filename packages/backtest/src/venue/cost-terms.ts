import { UsageError } from '@kestrel/core'
import { feeScheduleOf, type FeeScheduleSpec } from '../costs/fee-schedule.ts'
import { slippageModelSchema, type SlippageModelSpec } from '../costs/slippage-model.ts'
import { spreadModelSchema, type SpreadModelSpec } from '../costs/spread-model.ts'
import type { FillModel } from './fill-model.ts'

/** What a user says of a fill model: any part of it, cost models without their defaults. */
export interface StatedFillModel extends Partial<Omit<FillModel, 'spread' | 'slippage' | 'fees'>> {
  readonly spread?: SpreadModelSpec
  readonly slippage?: SlippageModelSpec
  readonly fees?: readonly FeeScheduleSpec[]
}

/**
 * Brings the cost models of a fill model into the form that it is simulated in: defaults filled in, a fixed model as its
 * number, and the limit of a volume share as a cap on what fills.
 *
 * @param stated - What the user said; it goes before `base`.
 * @throws UsageError `BACKTEST_COSTS` for a model out of range or one beside a number for the same cost,
 *   `BACKTEST_FEE_SCHEDULE` as {@link feeScheduleOf}.
 */
export function withCostTerms(base: FillModel, stated: StatedFillModel = {}): FillModel {
  const { spread, slippage, fees, ...rest } = stated
  let terms: FillModel = { ...base, ...rest }
  if (spread !== undefined) terms = withSpread(terms, spread, stated.spreadBps)
  if (slippage !== undefined) terms = withSlippage(terms, slippage, stated.slippageBps)
  if (fees !== undefined) {
    if (stated.makerFeeRate !== undefined || stated.takerFeeRate !== undefined) {
      refuse('Fees were stated both as rates and as a schedule')
    }
    terms = { ...terms, fees: fees.map(feeScheduleOf) }
  }
  return terms
}

function withSpread(terms: FillModel, spec: SpreadModelSpec, statedBps: number | undefined): FillModel {
  const parsed = spreadModelSchema.safeParse(spec)
  if (!parsed.success) return refuse(`The spread model cannot be used: ${issueOf(parsed.error)}`)
  const { data: spread } = parsed
  if (spread.model === 'fixed') return { ...terms, spreadBps: agreed('spread', spread.bps, statedBps) }
  agreed('spread', 0, statedBps)
  return { ...terms, spread, spreadBps: 0 }
}

function withSlippage(terms: FillModel, spec: SlippageModelSpec, statedBps: number | undefined): FillModel {
  const parsed = slippageModelSchema.safeParse(spec)
  if (!parsed.success) return refuse(`The slippage model cannot be used: ${issueOf(parsed.error)}`)
  const { data: slippage } = parsed
  if (slippage.model === 'fixed') return { ...terms, slippageBps: agreed('slippage', slippage.bps, statedBps) }
  agreed('slippage', 0, statedBps)
  const { volumeShare = 1 } = terms
  const cap = slippage.model === 'volume-share' ? { volumeShare: Math.min(volumeShare, slippage.limit) } : {}
  return { ...terms, ...cap, slippage, slippageBps: 0 }
}

/** The number of the model, where no other was stated. */
function agreed(cost: string, modelBps: number, statedBps: number | undefined): number {
  if (statedBps === undefined || statedBps === modelBps) return modelBps
  return refuse(`A fixed ${cost} of ${statedBps} bp was stated beside a ${cost} model`)
}

function issueOf(error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]
}) {
  const [issue] = error.issues
  const path = issue?.path.join('.') ?? ''
  return path === '' ? (issue?.message ?? '') : `${path}: ${issue?.message ?? ''}`
}

function refuse(problem: string): never {
  throw new UsageError({ code: 'BACKTEST_COSTS', message: `${problem}. Nothing was run.`, meta: { problem } })
}
