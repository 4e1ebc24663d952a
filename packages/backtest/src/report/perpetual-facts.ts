import type { Instrument, InstrumentId } from '@kestrel/core'
import type { ContractTerms, FillRecord, FundingRecord, MarginSetup } from '@kestrel/kernel'
import type { FundingMode } from '../run/require-funding.ts'
import { compactNumber, percent } from './format.ts'
import type { Fact } from './report-model.ts'

/** What a run says of its perpetuals. */
export interface PerpetualInput {
  readonly margin: MarginSetup
  readonly fundingMode: FundingMode
  readonly funding: readonly FundingRecord[]
  /** Perpetuals whose recorded marks are fine enough to liquidate by. */
  readonly marked: readonly InstrumentId[]
}

/** Funding of one perpetual over the run. Money in its settle currency. */
export interface FundingSummary {
  readonly instrumentId: InstrumentId
  readonly currency: string
  readonly settlements: number
  readonly received: number
  /** Zero or positive. */
  readonly paid: number
  /** Settlements for which the perpetual's close stood in for the mark. */
  readonly withoutMark: number
}

/** One position that was taken over. */
export interface LiquidationRow {
  readonly instrumentId: InstrumentId
  readonly timeMs: number
  /** Side of the position that is gone. */
  readonly side: 'long' | 'short'
  readonly quantity: number
  readonly price: number
}

/** Funding by instrument, in the order of the run; those without a settlement are left out. */
export function fundingSummaries(
  instruments: readonly Instrument[],
  funding: readonly FundingRecord[],
): readonly FundingSummary[] {
  const own = Map.groupBy(funding, ({ instrumentId }) => instrumentId)
  return instruments.flatMap(({ id, settleCurrency }) => {
    const rows = own.get(id)
    if (rows === undefined) return []
    const sum = (sign: 1 | -1): number => rows.reduce((total, { amount }) => total + Math.max(0, sign * amount), 0)
    return [
      {
        instrumentId: id,
        currency: settleCurrency,
        settlements: rows.length,
        received: sum(1),
        paid: sum(-1),
        withoutMark: rows.filter(({ isMarkMissing }) => isMarkMissing).length,
      },
    ]
  })
}

/** Positions that were taken over, in order of time. */
export function liquidationRows(fills: readonly FillRecord[]): readonly LiquidationRow[] {
  return fills
    .filter(({ liquidity }) => liquidity === 'liquidation')
    .map(({ instrumentId, tsEventMs, side, quantity, price }) => {
      return { instrumentId, timeMs: tsEventMs, side: side === 'sell' ? 'long' : 'short', quantity, price }
    })
}

/** The assumptions behind margin, liquidation and funding, in plain words. */
export function perpetualFacts(
  instruments: readonly Instrument[],
  { margin, fundingMode, funding, marked }: PerpetualInput,
): Fact[] {
  const perpetuals = instruments.flatMap((instrument, index) => {
    const terms = margin.contracts[index]
    return terms === undefined ? [] : [{ instrument, terms }]
  })
  const missing = funding.filter(({ isMarkMissing }) => isMarkMissing).length
  const unmarked = perpetuals.filter(({ instrument }) => !marked.includes(instrument.id))
  return [
    {
      label: 'Margin',
      text: `${margin.mode === 'isolated' ? 'Isolated: each position risks its own margin' : 'Cross: all cash of a currency stands behind its positions'}, ${margin.positionMode} mode. ${each(perpetuals, ({ terms }) => `leverage ${compactNumber(terms.leverage)}`)}.`,
    },
    {
      label: 'Margin tiers',
      text: `${each(perpetuals, ({ terms }) => tiersText(terms))}. Venues change their tiers; these are of one day.`,
    },
    {
      label: 'Liquidation',
      text: `${each(perpetuals, ({ terms }) => ruleText(terms))}. The whole position is taken over at the price at which its margin, less the taker fee, is gone; nothing comes back. A bar's worst price counts, whatever order its prices came in.`,
    },
    {
      label: 'Mark price',
      text:
        unmarked.length === 0
          ? 'Recorded marks liquidate.'
          : `${idsText(unmarked)}: no marks are recorded bar by bar, so the perpetual's own prices liquidate, which reach further than a mark would.`,
    },
    {
      label: 'Funding',
      text:
        fundingMode === 'none'
          ? 'LEFT OUT by --funding none: a real position would have paid or received it.'
          : `Recorded rates, on the position held before each settlement${missing === 0 ? ', at the recorded mark' : `; at ${missing} of ${funding.length} settlements no mark is recorded and the close stands in`}.`,
    },
  ]
}

interface Perpetual {
  readonly instrument: Instrument
  readonly terms: ContractTerms
}

/** One text where all agree, else a text for each group of instruments. */
function each(perpetuals: readonly Perpetual[], textOf: (one: Perpetual) => string): string {
  const groups = [...Map.groupBy(perpetuals, textOf)]
  const [only] = groups
  if (groups.length === 1 && only !== undefined) return `${only[0].charAt(0).toUpperCase()}${only[0].slice(1)}`
  return groups.map(([text, members]) => `${idsText(members)}: ${text}`).join('; ')
}

function idsText(members: readonly Perpetual[]): string {
  return members.map(({ instrument }) => instrument.id).join(', ')
}

function tiersText({ tiers, hasDefaultTiers }: ContractTerms): string {
  const rate = percent(tiers.maintenanceRate[0], 2)
  if (hasDefaultTiers) return `no table is known, so one was ASSUMED (${tiers.source})`
  return `maintenance from ${rate} (${tiers.source})`
}

function ruleText({ rule, hasDefaultRule }: ContractTerms): string {
  const at = rule.maintenanceAt === 'mark' ? 'at the mark' : 'at the entry value'
  const demanded = `maintenance margin ${at}${rule.closingFee ? ' and the closing fee' : ''}`
  return hasDefaultRule
    ? `the venue's rule is not known; ASSUMED: ${demanded}, as OKX and Gate demand`
    : `by the rule of ${rule.venue}: ${demanded}`
}
