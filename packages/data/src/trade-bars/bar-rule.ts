import { type TradeColumns, UsageError } from '@kestrel/core'
import { ImbalanceRule } from './imbalance-rule.ts'
import { RunRule } from './run-rule.ts'
import { CountRule, SizeRule } from './size-rule.ts'

/** What a trade counts for: 1, its quantity, or its quantity times its price. */
export type TradeWeight = 'tick' | 'volume' | 'dollar'

/** How bars learn what to expect. */
export interface ExpectedBarOptions {
  /** Trades of the first bar, from which expectations begin. */
  readonly expectedTrades: number
  /** Span, in bars, of the mean of trades a bar; default 20. */
  readonly barsSpan?: number
  /** Span, in trades, of the mean of what a trade counts for; default 10 times `expectedTrades`. */
  readonly tradesSpan?: number
  /** No bar has fewer trades; default a tenth of `expectedTrades`. Without it a balanced market makes bars of one trade. */
  readonly minTrades?: number
  /** No bar has more; default 10 times `expectedTrades`. Without it bars can grow without end. */
  readonly maxTrades?: number
}

/**
 * When a bar is complete. No trade is ever split between bars.
 *
 * - `tick`: after so many trades.
 * - `volume`, `dollar`: with the trade that brings the total since the first trade to the next multiple of `size`, in base or
 *   in quote units; a bar's number is floor(total before the trade / size), so a large trade skips numbers.
 * - `imbalance`: when signed ticks, volume or quote volume since the bar began are as far from 0 as expected.
 * - `run`: when those of one direction alone are as many as expected.
 */
export type BarSpec =
  | { readonly kind: 'tick'; readonly trades: number }
  | { readonly kind: 'volume' | 'dollar'; readonly size: number }
  | ({ readonly kind: 'imbalance' | 'run'; readonly of: TradeWeight } & ExpectedBarOptions)

/** A {@link BarSpec} at work: its state after the trades it has read. */
export interface BarRule {
  /**
   * Read a chunk of trades. Writes into `barOf`, which is longer than the chunk by one, how many bars of the chunk are
   * complete before each trade, and in the end how many are complete after all.
   *
   * A count for each trade rather than a list of ends lets the bars be summed without a branch that depends on the data.
   */
  countBars(trades: TradeColumns, barOf: Uint32Array): void
}

/** A fresh rule. @throws UsageError `DATA_BAR_SPEC` for numbers that cannot be. */
export function openBarRule(spec: BarSpec): BarRule {
  switch (spec.kind) {
    case 'tick':
      return new CountRule(whole(spec.kind, 'trades', spec.trades, 1))
    case 'volume':
    case 'dollar':
      return new SizeRule(positive(spec.kind, 'size', spec.size), spec.kind === 'dollar')
    case 'imbalance':
      return new ImbalanceRule(spec.of, checkedOptions(spec.kind, spec))
    case 'run':
      return new RunRule(spec.of, checkedOptions(spec.kind, spec))
  }
}

function checkedOptions(kind: string, options: ExpectedBarOptions): Required<ExpectedBarOptions> {
  const expectedTrades = whole(kind, 'expectedTrades', options.expectedTrades, 1)
  const minTrades = whole(kind, 'minTrades', options.minTrades ?? Math.max(1, Math.floor(expectedTrades / 10)), 1)
  return {
    expectedTrades,
    barsSpan: whole(kind, 'barsSpan', options.barsSpan ?? 20, 1),
    tradesSpan: whole(kind, 'tradesSpan', options.tradesSpan ?? 10 * expectedTrades, 1),
    minTrades,
    maxTrades: whole(kind, 'maxTrades', options.maxTrades ?? 10 * expectedTrades, minTrades),
  }
}

function whole(kind: string, name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value
  throw badNumber(kind, name, value, `a whole number of at least ${least}`)
}

function positive(kind: string, name: string, value: number): number {
  if (value > 0 && value < Infinity) return value
  throw badNumber(kind, name, value, 'a positive number')
}

function badNumber(kind: string, name: string, value: number, expected: string): UsageError {
  return new UsageError({
    code: 'DATA_BAR_SPEC',
    message: `${name} of ${kind} bars is ${value}, expected ${expected}.`,
    meta: { kind, [name]: value },
  })
}
