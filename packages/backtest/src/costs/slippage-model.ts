import { z } from 'zod'

/** How much worse than the quoted price a taker fills, beyond half the spread. */
export const slippageModelSchema = z.discriminatedUnion('model', [
  z.strictObject({ model: z.literal('fixed'), bps: z.number().min(0).max(1_000).default(2) }),
  z.strictObject({
    model: z.literal('sqrt'),
    coefficient: z.number().min(0).max(10).default(1).describe('the Y of the law; 0.5 to 1 is measured'),
    maxBps: z.number().min(0).max(10_000).default(1_000).describe('largest slippage, and that of a day without volume'),
  }),
  z.strictObject({
    model: z.literal('volume-share'),
    limit: z.number().positive().max(1).default(0.025).describe("largest share of a bar's volume that fills"),
    impact: z.number().min(0).max(10).default(0.1).describe('price impact of taking all of a bar'),
  }),
])
export type SlippageModelSpec = z.input<typeof slippageModelSchema>
/** A slippage model with its defaults. */
export type SlippageModel = z.output<typeof slippageModelSchema>

/** The same model with `factor` times the slippage; a volume share's limit is the fill model's to scale. */
export function scaledSlippage(model: SlippageModel, factor: number): SlippageModel {
  switch (model.model) {
    case 'fixed':
      return { ...model, bps: model.bps * factor }
    case 'sqrt':
      return { ...model, coefficient: model.coefficient * factor, maxBps: model.maxBps * factor }
    case 'volume-share':
      return { ...model, impact: model.impact * factor }
  }
}

/** The market that an order meets. Reused from fill to fill, so it is writable. */
export interface MarketActivity {
  /** Volume of the last 24 hours, in the unit of the order's quantity. */
  dayVolume: number
  /** Standard deviation of a day's log return, a fraction. */
  dayVolatility: number
  /** Volume of the bar that the order fills in, same unit. */
  barVolume: number
}

/**
 * Slippage of a taker order, in basis points of the price, 0 or more.
 *
 * - `fixed`: the same for every size.
 * - `sqrt`: `coefficient * dayVolatility * sqrt(quantity / dayVolume)`. Doubling the order costs 41 % more.
 *   Source: Torre, BARRA Market Impact Model Handbook (1997); Almgren, Thum, Hauptmann and Li, Direct Estimation of
 *   Equity Market Impact (2005); Donier and Bonart, A Million Metaorder Analysis of Market Impact on the Bitcoin (2015).
 * - `volume-share`: `impact * share ^ 2` with the share of the bar's volume that is taken, at most `limit`.
 *   Source: zipline, VolumeShareSlippage (its defaults: limit 0.025, impact 0.1).
 *
 * Allocates nothing.
 */
export function slippageBps(model: SlippageModel, quantity: number, market: MarketActivity): number {
  switch (model.model) {
    case 'fixed':
      return model.bps
    case 'sqrt': {
      if (!(market.dayVolume > 0)) return model.maxBps
      const impact = model.coefficient * market.dayVolatility * Math.sqrt(Math.abs(quantity) / market.dayVolume)
      return Math.min(model.maxBps, impact * 10_000)
    }
    case 'volume-share': {
      const taken = market.barVolume > 0 ? Math.abs(quantity) / market.barVolume : model.limit
      const share = Math.min(taken, model.limit)
      return model.impact * share * share * 10_000
    }
  }
}

/** Largest quantity that fills in a bar under the model: the volume share's limit, or no limit of its own. */
export function fillableQuantity(model: SlippageModel, barVolume: number): number {
  return model.model === 'volume-share' ? model.limit * barVolume : Infinity
}
