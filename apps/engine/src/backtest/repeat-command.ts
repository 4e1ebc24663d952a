import { relative } from 'node:path'
import type { FillModel } from '@kestrel/backtest'
import type { Timeframe } from '@kestrel/core'
import { protectionText, type ProtectionSpec } from '@kestrel/kernel'
import type { BacktestRequest } from './backtest-request.ts'
import { costFlags } from './cost-text.ts'
import { amountFlags, marginFlags } from './margin-text.ts'

/** What a run has settled on where its request left it open. */
export interface RepeatedRun {
  readonly instruments: readonly { readonly id: string }[]
  readonly timeframe: Timeframe
  readonly params: Readonly<Record<string, unknown>>
  readonly fill: FillModel
  readonly protections: readonly ProtectionSpec[]
}

/**
 * The command line that repeats a run from the folder that it was started in: every flag that has a say in the result, what
 * settings files gave included, and those of the report. What is the default is left out, spread and slippage excepted.
 */
export function repeatCommand(request: BacktestRequest, run: RepeatedRun): string {
  const flags: (readonly (string | number)[])[] = [
    ...(request.universe === undefined || request.instruments.length > 0
      ? run.instruments.map(({ id }) => ['--instrument', id])
      : []),
    ['--timeframe', run.timeframe],
    ...given('--from', request.fromMs),
    ...given('--to', request.toMs),
    ...Object.entries(run.params).map(([name, value]) => [
      '--param',
      `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    ]),
    amountFlags('--cash', request.cash),
    ['--seed', request.seed],
    ...fillFlags(request),
    costFlags(run.fill, request),
    marginFlags({ ...request, marginTiers: fromCwd(request, request.marginTiers) }),
    ...(request.sizeMode === 'equity' ? [] : [['--size-mode', request.sizeMode]]),
    ...given('--rebalance-band', request.rebalanceBand),
    ...given('--reporting-currency', request.reportingCurrency),
    ...given('--universe', fromCwd(request, request.universe)),
    ...run.protections.map((each) => ['--protect', protectionText(each)]),
    ...(request.decisions === 'changed' ? [] : [['--decisions', request.decisions]]),
    ...given('--metrics-compat', request.metricsCompat),
    ...given('--report-title', request.title),
    ...(request.allowGaps ? [['--allow-gaps']] : []),
    ...(request.ticks ? [['--ticks']] : []),
    ...(request.finer ? [] : [['--no-finer']]),
    ...(request.band ? [] : [['--no-band']]),
    ...(request.report ? [] : [['--no-report']]),
    request.commonFlags,
  ]
  const words = ['kestrel', 'backtest', request.strategy, ...flags.flat().map(String)]
  return `${words.map(quoted).join(' ')}${hasUnwritable(request) ? ' # and the settings file of the run' : ''}`
}

function given(flag: string, value: string | number | undefined): (readonly (string | number)[])[] {
  return value === undefined ? [] : [[flag, value]]
}

/** Where, when and how fast orders fill; the costs have flags of their own. */
function fillFlags({ fill }: BacktestRequest): (readonly (string | number)[])[] {
  const { marketFill, throughTicks, latencyMs, latency, takerFeeRate, makerFeeRate } = fill
  return [
    ...given('--fill', marketFill),
    ...given('--limit-fill', throughTicks === undefined ? undefined : throughTicks === 0 ? 'touch' : 'through'),
    // Stated as undefined it lifts the cap; left out it is the default.
    ...('volumeShare' in fill ? given('--volume-share', fill.volumeShare ?? 'none') : []),
    ...given('--latency-ms', latency?.model === 'recorded' ? 'recorded' : latencyMs),
    ...given('--taker-fee', takerFeeRate),
    ...given('--maker-fee', makerFeeRate),
  ]
}

/** Some settings have no flag: a latency model with parameters, and a fee schedule that is written out. */
function hasUnwritable({ fill, fees }: BacktestRequest): boolean {
  const hasModel = fill.latency !== undefined && fill.latency.model !== 'recorded'
  return hasModel || fees?.schedules.some((each) => typeof each !== 'string') === true
}

/** A path as it may be typed in the run's folder. */
function fromCwd({ cwd }: BacktestRequest, path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  const short = relative(cwd, path)
  return short.startsWith('..') ? path : short
}

/** One word of a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
