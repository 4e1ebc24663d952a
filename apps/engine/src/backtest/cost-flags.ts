import type { SlippageModelSpec, SpreadModelSpec, StatedFillModel } from '@kestrel/backtest'
import { UsageError } from '@kestrel/core'
import type { BacktestFlags } from '../commands/backtest.ts'
import type { BacktestSettings } from '../config/settings-schema.ts'

/** Fee schedules as they were asked for, to be read where the run is. */
export interface AskedFees {
  /** Names of shipped schedules, paths of files, or schedules themselves. */
  readonly schedules: readonly (string | Values)[]
  /** Fields to change in all of them. */
  readonly changes: Values
}

type Costs = Pick<StatedFillModel, 'spread' | 'slippage'>
type Values = Readonly<Record<string, unknown>>

/** `--cost` values by cost: `{ spread: { bars: 48 } }`. */
type Changes = Readonly<Record<'spread' | 'slippage' | 'fees', Values>>

/**
 * Cost models from flags over settings. A flag for a fixed number goes before a model of the settings, and a flag for a
 * model before a number of the settings; both as flags contradict each other, which the fill model refuses.
 *
 * @throws UsageError `CLI_COST` for a `--cost` that names no cost in use.
 */
export function costModelsOf(flags: BacktestFlags, set: BacktestSettings): Costs {
  const changes = parseChanges(flags.cost ?? [])
  const { costs = {} } = set
  const spread = chosen('spread', flags.spreadModel, flags.spreadBps, costs.spread, changes)
  const slippage = chosen('slippage', flags.slippageModel, flags.slippageBps, costs.slippage, changes)
  return {
    ...(spread === undefined ? {} : { spread: spread as SpreadModelSpec }),
    ...(slippage === undefined ? {} : { slippage: slippage as SlippageModelSpec }),
  }
}

function chosen(
  cost: 'spread' | 'slippage',
  model: string | undefined,
  bps: string | undefined,
  set: Values | undefined,
  changes: Changes,
): Values | undefined {
  const own = changes[cost]
  const isChanged = Object.keys(own).length > 0
  const settings = bps === undefined ? set : undefined
  const base = model === undefined ? settings : model === settings?.['model'] ? settings : { model }
  if (base === undefined) {
    if (isChanged) refuse(`--cost ${cost}.${Object.keys(own)[0] ?? ''} belongs to no model`, `Add --${cost}-model.`)
    return undefined
  }
  // A fixed model without a number of its own is what there is without any model.
  if (base['model'] === 'fixed' && base['bps'] === undefined && !isChanged) return undefined
  return { ...base, ...own }
}

/**
 * Fee schedules from flags over settings; undefined where fees are rates.
 *
 * @throws UsageError `CLI_COST` for a `--cost fees` without a schedule.
 */
export function askedFeesOf(flags: BacktestFlags, set: BacktestSettings): AskedFees | undefined {
  const { fees: changes } = parseChanges(flags.cost ?? [])
  const isFlat = flags.takerFee !== undefined || flags.makerFee !== undefined
  const settings = isFlat ? undefined : set.costs?.fees
  const schedules = flags.feeSchedule ?? (typeof settings === 'string' ? [settings] : settings)
  if (schedules !== undefined) return { schedules, changes }
  const [name] = Object.keys(changes)
  if (name !== undefined) refuse(`--cost fees.${name} belongs to no schedule`, 'Add --fee-schedule.')
  return undefined
}

function parseChanges(texts: readonly string[]): Changes {
  const changes: Record<string, Record<string, unknown>> = { spread: {}, slippage: {}, fees: {} }
  for (const text of texts) {
    const [, cost = '', name = '', value = ''] = /^(\w+)\.(\w+)=(.+)$/.exec(text) ?? []
    const own = changes[cost]
    if (own === undefined) {
      return refuse(`--cost ${text} is not spread, slippage or fees, a point, a name and a value`, undefined)
    }
    const number = Number(value)
    own[name] = value.trim() !== '' && Number.isFinite(number) ? number : value
  }
  return changes as Changes
}

function refuse(problem: string, next: string | undefined): never {
  throw new UsageError({
    code: 'CLI_COST',
    message: `${problem}. Nothing was run.`,
    hint: next ?? 'Write --cost slippage.coefficient=0.7; docs/costs.md lists the names.',
    meta: { problem },
  })
}
