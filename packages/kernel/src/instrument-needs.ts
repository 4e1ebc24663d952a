import { type Instrument, type InstrumentKind, UsageError } from '@kestrel/core'
import type { PositionMode } from './account/contract-terms.ts'
import type { StrategyDefinition } from './strategy.ts'

const NAMES: Readonly<Record<InstrumentKind, readonly [one: string, many: string]>> = {
  spot: ['spot instrument', 'spot instruments'],
  perpetual: ['perpetual', 'perpetuals'],
}

/**
 * Checks that a strategy knows the position mode of a run with perpetuals.
 *
 * @param mode - Undefined in a run of spot alone.
 * @throws UsageError `KERNEL_POSITION_MODE`.
 */
export function requirePositionMode(definition: StrategyDefinition, mode: PositionMode | undefined): void {
  const { name, positionModes } = definition
  if (mode === undefined || positionModes === undefined || positionModes.includes(mode)) return
  throw new UsageError({
    code: 'KERNEL_POSITION_MODE',
    message: `Strategy ${name} trades perpetuals in ${positionModes.join(' or ')} mode, but the run is in ${mode} mode. Nothing was run.`,
    hint: `Leave --position-mode out, or run a strategy that names the side of each position.`,
    meta: { strategy: name, mode, positionModes },
  })
}

/**
 * Checks that a run has the instruments that a strategy cannot do without.
 *
 * @throws UsageError `KERNEL_NEEDS` naming the kind of which there are too few.
 */
export function requireInstruments(definition: StrategyDefinition, instruments: readonly Instrument[]): void {
  const { name, needs = [] } = definition
  for (const kind of new Set(needs)) {
    const wanted = needs.filter((each) => each === kind).length
    const found = instruments.filter((each) => each.kind === kind).map((each) => each.id)
    if (found.length >= wanted) continue
    const [one, many] = NAMES[kind]
    throw new UsageError({
      code: 'KERNEL_NEEDS',
      message:
        `Strategy ${name} needs ${wanted} ${wanted === 1 ? one : many}, ` +
        `but the run has ${found.length === 0 ? 'none' : found.join(', ')}. Nothing was run.`,
      hint: 'Name its instruments one by one; BTC-USDT.BINANCE is spot, BTC-USDT-PERP.BINANCE a perpetual.',
      meta: { strategy: name, kind, wanted, found },
    })
  }
}
