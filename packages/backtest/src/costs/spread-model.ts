import type { BarColumns, SeriesColumns } from '@kestrel/core'
import { z } from 'zod'
import { crossedQuote, noQuotes } from './quote-errors.ts'
import { abdiRanaldoSquaredSpread, corwinSchultzSpread, logRange } from './spread-estimators.ts'

const bps = z.number().min(0).max(1_000)
const estimated = {
  bars: z.number().int().min(1).max(10_000).default(24).describe('bars that the estimate is averaged over'),
  minBps: bps.default(1).describe('least spread; also that of the first bars'),
  maxBps: bps.default(100).describe('largest spread'),
}

/** Where the spread that a taker crosses comes from. */
export const spreadModelSchema = z.discriminatedUnion('model', [
  z.strictObject({ model: z.literal('fixed'), bps: bps.default(1).describe('full spread') }),
  z.strictObject({
    model: z.literal('quotes'),
    maxAgeMs: z.number().positive().default(60_000).describe('age from which a quote no longer counts'),
    fallbackBps: bps.default(5).describe('full spread while no quote is young enough'),
  }),
  z.strictObject({ model: z.literal('corwin-schultz'), ...estimated }),
  z.strictObject({ model: z.literal('abdi-ranaldo'), ...estimated }),
  z.strictObject({
    model: z.literal('volatility'),
    share: z.number().min(0).max(1).default(0.05).describe("full spread as a share of the bars' range"),
    ...estimated,
  }),
])
export type SpreadModelSpec = z.input<typeof spreadModelSchema>
/** A spread model with its defaults. */
export type SpreadModel = z.output<typeof spreadModelSchema>

/**
 * Full spread that holds after each bar's close, in basis points of the price. Shape `[n]`, finite, 0 or more.
 *
 * Worked out once before a run: a fill decided at the close of bar `i` crosses half of `out[i]`. Causal: `out[i]` reads
 * bars up to `i` and quotes knowable at its close. O(n * bars).
 *
 * @param quotes - For the model `quotes`: a series with the values `bid` and `ask`.
 * @throws DataError `BACKTEST_QUOTES` where the model needs quotes and the series is missing, or ask is below bid.
 */
export function spreadColumn(spec: SpreadModelSpec, bars: BarColumns, quotes?: SeriesColumns): Float64Array {
  const model = spreadModelSchema.parse(spec)
  const { length } = bars.close
  switch (model.model) {
    case 'fixed':
      return new Float64Array(length).fill(model.bps)
    case 'quotes':
      return quotedSpread(bars, quotes, model.maxAgeMs, model.fallbackBps)
    case 'corwin-schultz':
      return clamp(trailingMean(corwinSchultzSpread(bars), model.bars), model, (spread) => spread)
    case 'abdi-ranaldo':
      return clamp(trailingMean(abdiRanaldoSquaredSpread(bars), model.bars), model, (squared) =>
        Math.sqrt(Math.max(0, squared)),
      )
    case 'volatility':
      return clamp(trailingMean(logRange(bars), model.bars), model, (range) => range * model.share)
  }
}

/** Mean of the last `bars` values, NaN until that many are there. Summed anew, so that no rounding is carried on. */
function trailingMean(values: Float64Array, bars: number): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN)
  for (let i = bars - 1; i < values.length; i++) {
    let sum = 0
    for (let k = i - bars + 1; k <= i; k++) sum += values[k] as number
    out[i] = sum / bars
  }
  return out
}

function clamp(
  values: Float64Array,
  limits: { readonly minBps: number; readonly maxBps: number },
  spreadOf: (value: number) => number,
): Float64Array {
  return values.map((value) =>
    Number.isNaN(value) ? limits.minBps : Math.min(limits.maxBps, Math.max(limits.minBps, spreadOf(value) * 10_000)),
  )
}

function quotedSpread(
  bars: BarColumns,
  quotes: SeriesColumns | undefined,
  maxAgeMs: number,
  fallbackBps: number,
): Float64Array {
  const bid = quotes?.values['bid']
  const ask = quotes?.values['ask']
  if (quotes === undefined || bid === undefined || ask === undefined) {
    throw noQuotes()
  }
  const { knowableTimeMs } = quotes
  const out = new Float64Array(bars.close.length)
  let next = 0
  for (let i = 0; i < out.length; i++) {
    const closeTimeMs = bars.closeTimeMs[i] as number
    while (next < knowableTimeMs.length && (knowableTimeMs[next] as number) <= closeTimeMs) next++
    const at = next - 1
    const low = bid[at] as number
    const high = ask[at] as number
    if (at >= 0 && !(low > 0 && high >= low)) {
      throw crossedQuote(quotes.tsEventMs[at] as number, low, high)
    }
    const young = at >= 0 && closeTimeMs - (knowableTimeMs[at] as number) <= maxAgeMs
    out[i] = young ? ((high - low) / ((high + low) / 2)) * 10_000 : fallbackBps
  }
  return out
}
