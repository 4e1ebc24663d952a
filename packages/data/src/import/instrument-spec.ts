import { type InstrumentId, instrumentOf, type InstrumentSpec, parseInstrumentId } from '@kestrel/core'
import { findShippedInstrument } from '../instruments/shipped-instruments.ts'
import type { ImportOptions } from './import-options.ts'
import { decimalsOf, stepText } from './infer-steps.ts'

/** Standard fees where neither the user nor a shipped specification states any, as fractions. */
const DEFAULT_FEES = { spot: { maker: 0.001, taker: 0.001 }, perpetual: { maker: 0.0002, taker: 0.0005 } } as const

/** Values whose step is to be found, and a number of decimals that they are known not to exceed. */
export interface StepEvidence {
  readonly columns: readonly Float64Array[]
  readonly mostDecimals: number | undefined
}

/**
 * Grid and fees of an imported instrument: what the user stated, else what is shipped, else steps inferred from the
 * decimals of the data and the default fees.
 *
 * @throws UsageError `CORE_INSTRUMENT_SPEC`, `CORE_STEP` for stated values that cannot be used.
 */
export function instrumentSpecOf(
  id: InstrumentId,
  options: ImportOptions,
  prices: StepEvidence,
  quantities: StepEvidence,
): InstrumentSpec {
  const shipped = findShippedInstrument(id)
  const fees = DEFAULT_FEES[parseInstrumentId(id).kind]
  const isInferred = shipped === undefined && (options.tick === undefined || options.lot === undefined)
  const spec: InstrumentSpec = {
    ...shipped,
    id,
    tickSize: options.tick ?? shipped?.tickSize ?? inferredStep(prices),
    lotSize: options.lot ?? shipped?.lotSize ?? inferredStep(quantities),
    makerFeeRate: options.makerFee ?? shipped?.makerFeeRate ?? fees.maker,
    takerFeeRate: options.takerFee ?? shipped?.takerFeeRate ?? fees.taker,
    contractSize: options.contractSize ?? shipped?.contractSize ?? 1,
    source: isInferred ? 'inferred from data' : sourceOf(options, shipped),
  }
  instrumentOf(spec)
  return spec
}

function sourceOf(options: ImportOptions, shipped: InstrumentSpec | undefined): string {
  const stated = (['tick', 'lot', 'takerFee', 'makerFee', 'contractSize'] as const).filter(
    (name) => options[name] !== undefined,
  )
  if (shipped === undefined) return 'stated by the user'
  return stated.length === 0
    ? (shipped.source ?? 'shipped')
    : `${shipped.source ?? 'shipped'}; ${stated.join(', ')} stated by the user`
}

function inferredStep({ columns, mostDecimals }: StepEvidence): string {
  return stepText(decimalsOf(columns, mostDecimals))
}
