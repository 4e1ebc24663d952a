import type { Instrument, InstrumentId, MarginTierTableSpec } from '@kestrel/core'
import { UsageError } from '@kestrel/core'
import {
  LIQUIDATION_RULES,
  LIQUIDATION_VENUES,
  type LiquidationRule,
  type MarginMode,
} from '../margin/liquidation-rule.ts'
import { type MarginTiers, marginTiersOf } from '../margin/margin-tiers.ts'

/** One net position an instrument, or a long and a short one beside each other. */
export type PositionMode = 'one-way' | 'hedge'

/** On what terms the account trades one perpetual. */
export interface ContractTerms {
  /** Notional over initial margin, 1 or more. */
  readonly leverage: number
  readonly tiers: MarginTiers
  readonly rule: LiquidationRule
  /** Rate of closing by force, and of the closing fee where the rule counts it. */
  readonly takerFeeRate: number
  /** Largest size at this leverage, in what the tiers count. */
  readonly largestSize: number
  /** True where the instrument has no margin table and {@link DEFAULT_MARGIN_TABLE} stands in. */
  readonly hasDefaultTiers: boolean
  /** True where the venue's liquidation rule is not known and that of OKX and Gate stands in. */
  readonly hasDefaultRule: boolean
}

/** How an account trades perpetuals. */
export interface MarginSetup {
  readonly mode: MarginMode
  readonly positionMode: PositionMode
  /** By instrument of the run; undefined for spot. */
  readonly contracts: readonly (ContractTerms | undefined)[]
}

/** What a user may say about margin; every default is the careful one. */
export interface MarginOptions {
  /** Default `isolated`. */
  readonly mode?: MarginMode
  /** Default `one-way`. */
  readonly positionMode?: PositionMode
  /** For every perpetual, or by instrument id with 1 for those not named. Default 1. */
  readonly leverage?: number | Readonly<Record<InstrumentId, number>>
  /** Margin tables by the instrument's `marginTiers`. */
  readonly tables?: Readonly<Record<string, MarginTierTableSpec>>
  /** In place of the instruments' own rates. */
  readonly takerFeeRate?: number
}

/** Stands in where nobody knows the venue's table: a maintenance rate that large positions of small coins have. */
export const DEFAULT_MARGIN_TABLE: MarginTierTableSpec = Object.freeze({
  id: 'default',
  tiers: [{ floor: 0, cap: 1e15, maintenanceRate: 0.025, maxLeverage: 20 }],
  source: 'assumed: 2.5 % maintenance margin at any size, leverage up to 20',
})

/**
 * The terms on which an account trades the perpetuals of a run.
 *
 * The liquidation rule is that of the instrument's venue; where it is not known, that of OKX and Gate, which demands most.
 *
 * @throws UsageError `KERNEL_LEVERAGE` for leverage below 1, above the first tier, on spot or on an instrument that is not
 *   of the run; `KERNEL_MARGIN_TIERS` for a table that contradicts itself.
 */
export function marginSetup(instruments: readonly Instrument[], options: MarginOptions = {}): MarginSetup {
  const mode = options.mode ?? 'isolated'
  checkLeverage(instruments, options.leverage)
  const contracts = instruments.map((instrument) =>
    instrument.kind === 'spot' ? undefined : termsOf(instrument, mode, options),
  )
  return Object.freeze({ mode, positionMode: options.positionMode ?? 'one-way', contracts })
}

function termsOf(instrument: Instrument, mode: MarginMode, options: MarginOptions): ContractTerms {
  const { leverage: given = 1 } = options
  const leverage = typeof given === 'number' ? given : (given[instrument.id] ?? 1)
  const table = options.tables?.[instrument.marginTiers ?? instrument.id]
  const tiers = marginTiersOf(table ?? DEFAULT_MARGIN_TABLE)
  const venue = LIQUIDATION_VENUES.find((each) => each === instrument.venue.toLowerCase())
  const allowed = tiers.maxLeverage[0] as number
  if (leverage > allowed) {
    refuse(`Leverage ${leverage} of ${instrument.id} is above the ${allowed} that its first margin tier allows`, {
      instrument: instrument.id,
      leverage,
      allowed,
      table: tiers.id,
      source: tiers.source,
    })
  }
  return Object.freeze({
    leverage,
    tiers,
    rule: LIQUIDATION_RULES[venue ?? 'okx'][mode],
    takerFeeRate: options.takerFeeRate ?? instrument.takerFeeRate,
    largestSize: largestSizeAt(tiers, leverage),
    hasDefaultTiers: table === undefined,
    hasDefaultRule: venue === undefined,
  })
}

/** Largest cap among the tiers that allow the leverage. */
function largestSizeAt(tiers: MarginTiers, leverage: number): number {
  let largest = 0
  for (let tier = 0; tier < tiers.count && (tiers.maxLeverage[tier] as number) >= leverage; tier++) {
    largest = tiers.cap[tier] as number
  }
  return largest
}

function checkLeverage(instruments: readonly Instrument[], leverage: MarginOptions['leverage']): void {
  if (leverage === undefined) return
  if (typeof leverage === 'number') {
    if (!(leverage >= 1) || !Number.isFinite(leverage)) refuse(`Leverage ${leverage} is below 1`, { leverage })
    if (leverage > 1 && instruments.every(({ kind }) => kind === 'spot')) {
      refuse(`Leverage ${leverage} was asked for, but the run has no perpetual`, { leverage })
    }
    return
  }
  for (const [id, value] of Object.entries(leverage)) {
    const instrument = instruments.find((each) => each.id === id)
    if (instrument === undefined) refuse(`Leverage was given for ${id}, which is not of this run`, { instrument: id })
    if (!(value >= 1) || !Number.isFinite(value))
      refuse(`Leverage ${value} of ${id} is below 1`, { instrument: id, value })
    if (instrument?.kind === 'spot' && value > 1) refuse(`${id} is spot and has no leverage`, { instrument: id, value })
  }
}

function refuse(problem: string, meta: Record<string, unknown>): never {
  throw new UsageError({
    code: 'KERNEL_LEVERAGE',
    message: `${problem}. Nothing was run.`,
    hint: 'Leverage is notional over margin, 1 or more, at most what the margin tier of the position allows.',
    meta,
  })
}
