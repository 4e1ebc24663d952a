import { type Instrument, UsageError } from '@kestrel/core'
import type { LatencyModelSpec } from '../costs/latency-model.ts'
import type { FeeSchedule } from '../costs/fee-schedule.ts'
import { scaledSlippage, type SlippageModel } from '../costs/slippage-model.ts'
import type { SpreadModel } from '../costs/spread-model.ts'
import { checkQueueEstimate, type QueueEstimate } from './queue-ahead.ts'
import { SELF_TRADE_MODES, type SelfTradeMode } from './self-trade.ts'

/** How orders become fills on bars. Every number is a rate, a count of ticks or milliseconds; see docs/simulator.md. */
export interface FillModel {
  /** Where a market order decided at a bar's close fills. */
  readonly marketFill: 'next-open' | 'close'
  /** Ticks that price must trade beyond a limit before it fills; 0 is "when touched". */
  readonly throughTicks: number
  /** Full spread; a taker pays half of it. */
  readonly spreadBps: number
  /** Further loss of every taker fill. */
  readonly slippageBps: number
  /** Models in place of the two numbers, which are then 0. */
  readonly spread?: SpreadModel
  readonly slippage?: SlippageModel
  /** Factor on the modelled spread; 1 unless stated. */
  readonly spreadScale?: number
  /** Fees by volume; the first that applies to an instrument counts, and its own rates where none does. */
  readonly fees?: readonly FeeSchedule[]
  /** Largest part of a bar's volume that all our orders together may take; undefined lifts the cap. */
  readonly volumeShare: number | undefined
  /** From decision to the venue. */
  readonly latencyMs: number
  /** The same as a model; goes before `latencyMs`. */
  readonly latency?: LatencyModelSpec
  /** Estimate of the queue before a resting limit order, in runs on trades; then trades at the limit count. */
  readonly queue?: QueueEstimate | undefined
  /** What happens when an order would trade with another of ours; `cancel-oldest` unless stated. */
  readonly selfTrade?: SelfTradeMode
  /** Override the instrument's rates. */
  readonly makerFeeRate?: number
  readonly takerFeeRate?: number
}

/** The defaults: pessimistic, and never free of cost by accident. */
export const BASE_FILL_MODEL: FillModel = Object.freeze({
  marketFill: 'next-open',
  throughTicks: 1,
  spreadBps: 1,
  slippageBps: 2,
  volumeShare: 0.1,
  latencyMs: 0,
})

/** The harsher end of the realism band: costs doubled, one more tick through or twice the queue, half the volume. */
export function harsher(model: FillModel): FillModel {
  return {
    ...model,
    spreadBps: model.spreadBps * 2,
    slippageBps: model.slippageBps * 2,
    ...(model.spread === undefined ? {} : { spreadScale: (model.spreadScale ?? 1) * 2 }),
    ...(model.slippage === undefined ? {} : { slippage: scaledSlippage(model.slippage, 2) }),
    ...(model.queue === undefined
      ? { throughTicks: model.throughTicks + 1 }
      : { queue: { ...model.queue, scale: model.queue.scale * 2 } }),
    volumeShare: model.volumeShare === undefined ? undefined : model.volumeShare / 2,
  }
}

/** The kinder end: no slippage, limits fill when touched and first in the queue, two and a half times the volume. */
export function kinder(model: FillModel): FillModel {
  return {
    ...model,
    slippageBps: 0,
    ...(model.slippage === undefined ? {} : { slippage: scaledSlippage(model.slippage, 0) }),
    throughTicks: 0,
    ...(model.queue === undefined ? {} : { queue: { ...model.queue, scale: 0 } }),
    volumeShare: model.volumeShare === undefined ? undefined : Math.min(1, model.volumeShare * 2.5),
  }
}

type NumberName =
  | 'throughTicks'
  | 'spreadBps'
  | 'slippageBps'
  | 'spreadScale'
  | 'volumeShare'
  | 'latencyMs'
  | 'makerFeeRate'
  | 'takerFeeRate'

/**
 * Checks a model's numbers.
 *
 * @throws UsageError `BACKTEST_FILL_MODEL` naming the first that is out of range.
 */
export function checkFillModel(model: FillModel): FillModel {
  const within = (name: NumberName, low: number, high: number): void => {
    const value = model[name]
    if (value === undefined) return
    if (typeof value !== 'number' || !(value >= low && value <= high)) {
      throw new UsageError({
        code: 'BACKTEST_FILL_MODEL',
        message: `${name} is ${value}, but must lie between ${low} and ${high}. Nothing was run.`,
        meta: { name, value, low, high },
      })
    }
  }
  within('throughTicks', 0, 1_000)
  within('spreadBps', 0, 1_000)
  within('slippageBps', 0, 1_000)
  within('spreadScale', 0, 100)
  within('volumeShare', 1e-6, 1)
  within('latencyMs', 0, 86_400_000)
  if (model.queue !== undefined) checkQueueEstimate(model.queue)
  within('makerFeeRate', -0.01, 0.1)
  within('takerFeeRate', -0.01, 0.1)
  if (model.selfTrade !== undefined && !SELF_TRADE_MODES.includes(model.selfTrade)) {
    throw new UsageError({
      code: 'BACKTEST_FILL_MODEL',
      message: `selfTrade is ${model.selfTrade}, but must be one of ${SELF_TRADE_MODES.join(', ')}. Nothing was run.`,
      meta: { name: 'selfTrade', value: model.selfTrade },
    })
  }
  return model
}

/**
 * Refuses fees at which whoever trades with himself earns.
 *
 * @throws UsageError `BACKTEST_FILL_MODEL` where a maker gets more back than the taker pays.
 */
export function checkFees({ makerFeeRate, takerFeeRate, fees }: FillModel, instruments: readonly Instrument[]): void {
  if (fees !== undefined) return
  for (const instrument of instruments) {
    const maker = makerFeeRate ?? instrument.makerFeeRate
    const taker = takerFeeRate ?? instrument.takerFeeRate
    if (maker + taker >= 0) continue
    throw new UsageError({
      code: 'BACKTEST_FILL_MODEL',
      message: `A maker of ${instrument.id} gets ${-maker} back, more than the ${taker} that a taker pays: trading with oneself would earn money. Nothing was run.`,
      hint: 'State both rates, --maker-fee and --taker-fee, as the venue has them.',
      meta: { instrument: instrument.id, maker, taker },
    })
  }
}
