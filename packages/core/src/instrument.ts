import { z } from 'zod'
import { UsageError } from './errors.ts'
import { decimalStep, type DecimalStep } from './precision.ts'

/** `BTC-USDT.BINANCE` for spot, `BTC-USDT-PERP.BINANCE` for a perpetual. */
export type InstrumentId = string

export type InstrumentKind = 'spot' | 'perpetual'

/**
 * What a contract pays in. `linear` settles in the quote currency and a contract is worth a number of base units;
 * `inverse` settles in the base currency and a contract is worth a number of quote units (100 USD of bitcoin).
 */
export type Settlement = 'linear' | 'inverse'

export interface InstrumentName {
  readonly id: InstrumentId
  readonly base: string
  readonly quote: string
  readonly venue: string
  readonly kind: InstrumentKind
}

const ID = /^([A-Z0-9]{1,20})-([A-Z0-9]{1,20})(-PERP)?\.([A-Z][A-Z0-9_]{0,30})$/

/**
 * Parts of an instrument id.
 *
 * @throws UsageError `CORE_INSTRUMENT_ID` when the id is not of the form `BASE-QUOTE[-PERP].VENUE` in capitals.
 */
export function parseInstrumentId(id: InstrumentId): InstrumentName {
  const match = ID.exec(id)
  if (match === null) {
    throw new UsageError({
      code: 'CORE_INSTRUMENT_ID',
      message: `"${id}" is not an instrument id.`,
      hint: 'Write BASE-QUOTE.VENUE in capitals: BTC-USDT.BINANCE, or BTC-USDT-PERP.BINANCE for a perpetual.',
      meta: { id },
    })
  }
  const [, base = '', quote = '', perpetual, venue = ''] = match
  return { id, base, quote, venue, kind: perpetual === undefined ? 'spot' : 'perpetual' }
}

/** A positive decimal as text, such as `0.00001`. Text, because a binary float is not the step the venue means. */
const decimalText = z.string().regex(/^\d+(\.\d+)?$/, 'a decimal number as text, such as "0.01"')

/** An instrument as files and the wire hold it: decimals as text, rates as fractions of notional. */
export const instrumentSpecSchema = z.strictObject({
  id: z.string().regex(ID),
  /** Smallest price step, in quote units. */
  tickSize: decimalText,
  /** Smallest quantity step, in base units (contracts for a perpetual that trades in contracts). */
  lotSize: decimalText,
  /** Least price times quantity of an order, in quote units. */
  minNotional: decimalText.default('0'),
  /** Least quantity of an order, in the unit of `lotSize`. */
  minQuantity: decimalText.default('0'),
  makerFeeRate: z.number().min(-0.01).max(0.1),
  takerFeeRate: z.number().min(-0.01).max(0.1),
  /** Worth of one contract: base units where it is linear, quote units where it is inverse; 1 on spot. */
  contractSize: z.number().positive().default(1),
  /** Default `linear`; `inverse` only on a perpetual. */
  settlement: z.enum(['linear', 'inverse']).optional(),
  /** Currency of margin, profit and funding: the quote of a linear contract, the base of an inverse one. */
  settleCurrency: z.string().optional(),
  /** Hours between two funding payments of a perpetual; default 8. */
  fundingIntervalHours: z.number().positive().max(24).optional(),
  /** Name of the margin tier table, where it is not the instrument's own id. */
  marginTiers: z.string().optional(),
  /** Share of the notional that a liquidation costs on top of the loss; default 0. */
  liquidationFeeRate: z.number().min(0).max(0.1).optional(),
  /** Where the numbers come from; `inferred from data` where nobody stated them. */
  source: z.string().default('stated by the user'),
})
export type InstrumentSpec = z.input<typeof instrumentSpecSchema>

/** An instrument ready for use: its name, its exact steps and its fees. */
export interface Instrument extends InstrumentName {
  readonly tick: DecimalStep
  readonly lot: DecimalStep
  readonly minNotional: number
  readonly minQuantity: number
  readonly makerFeeRate: number
  readonly takerFeeRate: number
  /** Base units of one contract where it is linear, quote units where it is inverse. */
  readonly contractSize: number
  readonly settlement: Settlement
  /** Currency of margin, profit and funding. */
  readonly settleCurrency: string
  /** Hours between two funding payments; undefined on spot. */
  readonly fundingIntervalHours: number | undefined
  /** Name of its margin tier table; undefined on spot. */
  readonly marginTiers: string | undefined
  readonly liquidationFeeRate: number
  readonly source: string
}

/** Why the settlement of a specification contradicts its name, or undefined. */
function settlementProblem(spec: z.output<typeof instrumentSpecSchema>, name: InstrumentName): string | undefined {
  const inverse = spec.settlement === 'inverse'
  if (name.kind === 'spot' && inverse) return 'settlement: spot cannot be inverse'
  if (name.kind === 'spot' && spec.fundingIntervalHours !== undefined) return 'fundingIntervalHours: spot has none'
  const expected = inverse ? name.base : name.quote
  if (spec.settleCurrency !== undefined && spec.settleCurrency !== expected) {
    return `settleCurrency: ${inverse ? 'an inverse' : 'a linear'} contract of this name settles in ${expected}, not ${spec.settleCurrency}`
  }
  return undefined
}

/**
 * Builds an instrument from its specification.
 *
 * @throws UsageError `CORE_INSTRUMENT_SPEC` naming the field that cannot be used.
 */
export function instrumentOf(spec: InstrumentSpec): Instrument {
  const parsed = instrumentSpecSchema.safeParse(spec)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new UsageError({
      code: 'CORE_INSTRUMENT_SPEC',
      message: `The specification of ${spec.id} has no usable ${issue?.path.join('.') ?? 'form'}: ${issue?.message ?? ''}.`,
      meta: { id: spec.id, issues: parsed.error.issues },
    })
  }
  const name = parseInstrumentId(spec.id)
  const problem = settlementProblem(parsed.data, name)
  if (problem !== undefined) {
    throw new UsageError({
      code: 'CORE_INSTRUMENT_SPEC',
      message: `The specification of ${spec.id} contradicts itself: ${problem}.`,
      meta: { id: spec.id, problem },
    })
  }
  const { tickSize, lotSize, minNotional, minQuantity, ...rest } = parsed.data
  const settlement = rest.settlement ?? 'linear'
  const perpetual = name.kind === 'perpetual'
  return Object.freeze({
    ...name,
    ...rest,
    settlement,
    settleCurrency: settlement === 'inverse' ? name.base : name.quote,
    fundingIntervalHours: perpetual ? (rest.fundingIntervalHours ?? 8) : undefined,
    marginTiers: perpetual ? (rest.marginTiers ?? spec.id) : undefined,
    liquidationFeeRate: rest.liquidationFeeRate ?? 0,
    tick: decimalStep(tickSize),
    lot: decimalStep(lotSize),
    minNotional: Number(minNotional),
    minQuantity: Number(minQuantity),
  })
}
