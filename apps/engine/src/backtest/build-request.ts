import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { StatedFillModel } from '@kestrel/backtest'
import { UsageError } from '@kestrel/core'
import type { CommandContext } from '../cli/command-context.ts'
import { fileProblem } from '../cli/file-problem.ts'
import { parseNumber } from '../cli/parse-number.ts'
import { parseTime, timeWindow } from '../cli/parse-time.ts'
import type { BacktestFlags } from '../commands/backtest.ts'
import { parseJsonWithComments } from '../config/json-with-comments.ts'
import type { BacktestSettings } from '../config/settings-schema.ts'
import type { BacktestRequest } from './backtest-request.ts'
import { askedFeesOf, costModelsOf } from './cost-flags.ts'
import { parseAmounts } from './parse-amounts.ts'

const DEFAULT_CASH = 10_000
/** Loans of twice the equity, as Binance lends in cross margin. */
const DEFAULT_BORROW_LEVERAGE = 3

/** Flags over settings over defaults. Throws UsageError for what cannot be read. */
export function buildRequest(context: CommandContext, strategy: string, flags: BacktestFlags): BacktestRequest {
  const set: BacktestSettings = context.settings.backtest ?? {}
  const number = (flag: string | undefined, name: string, setting: number | undefined): number | undefined =>
    flag === undefined ? setting : parseNumber(flag, name)
  return {
    strategy,
    cwd: context.cwd,
    params: { ...set.params, ...(flags.params === undefined ? {} : readParams(resolve(context.cwd, flags.params))) },
    paramTexts: parseParamTexts(flags.param ?? []),
    instruments: flags.instrument ?? set.instruments ?? [],
    timeframe: flags.timeframe ?? set.timeframe,
    ...windowOf(flags, set),
    cash: cashOf(flags, set),
    fill: { ...fillOf(flags, set, number), ...costModelsOf(flags, set) },
    fees: askedFeesOf(flags, set),
    margin: marginOf(flags, set),
    marginTiers: flags.marginTiers === undefined ? set.marginTiers : resolve(context.cwd, flags.marginTiers),
    funding: flags.funding ?? set.funding ?? 'auto',
    borrow: borrowOf(flags, set),
    sizeMode: flags.sizeMode ?? set.sizeMode ?? 'equity',
    rebalanceBand: number(flags.rebalanceBand, '--rebalance-band', set.rebalanceBand),
    reportingCurrency: flags.reportingCurrency ?? set.reportingCurrency,
    protections: flags.protect ?? set.protections ?? [],
    decisions: flags.decisions ?? set.decisions ?? 'changed',
    seed: context.seed,
    universe: flags.universe === undefined ? set.universe : resolve(context.cwd, flags.universe),
    allowGaps: flags.allowGaps ?? set.allowGaps ?? false,
    finer: flags.finer && (set.finer ?? true),
    ticks: flags.ticks ?? set.ticks ?? false,
    band: flags.band && (set.band ?? true),
    report: flags.report && (set.report ?? true),
    metricsCompat: flags.metricsCompat ?? set.metricsCompat,
    title: flags.reportTitle,
    commonFlags: [
      ...(context.common.config ?? []).flatMap((path) => ['--config', path]),
      ...(context.common.dataDir === undefined ? [] : ['--data-dir', context.common.dataDir]),
    ],
    dataDir: context.dataDir,
    runsDir: context.runsDir,
    startedAtMs: context.clock.nowMs(),
  }
}

/** Seconds without progress until a strategy is stopped. */
export function strategyTimeoutSeconds(context: CommandContext, flags: BacktestFlags): number {
  const flag =
    flags.strategyTimeout === undefined ? undefined : parseNumber(flags.strategyTimeout, '--strategy-timeout')
  return positive(flag ?? context.settings.backtest?.strategyTimeout ?? 60, '--strategy-timeout')
}

function windowOf(flags: BacktestFlags, set: BacktestSettings): Pick<BacktestRequest, 'fromMs' | 'toMs'> {
  const given = flags.from !== undefined || flags.to !== undefined || flags.timerange !== undefined
  if (given) return timeWindow(flags)
  const setting = (value: string | number | undefined, name: string): number | undefined =>
    value === undefined ? undefined : typeof value === 'number' ? value : parseTime(value, name)
  return { fromMs: setting(set.from, 'backtest.from'), toMs: setting(set.to, 'backtest.to') }
}

function cashOf(flags: BacktestFlags, set: BacktestSettings): BacktestRequest['cash'] {
  const cash = flags.cash === undefined ? (set.cash ?? DEFAULT_CASH) : parseAmounts(flags.cash, '--cash')
  for (const amount of typeof cash === 'number' ? [cash] : Object.values(cash)) positive(amount, '--cash')
  return cash
}

function marginOf(flags: BacktestFlags, set: BacktestSettings): BacktestRequest['margin'] {
  const leverage = flags.leverage === undefined ? set.leverage : parseAmounts(flags.leverage, '--leverage')
  const mode = flags.margin ?? set.margin
  const positionMode = flags.positionMode ?? set.positionMode
  return {
    ...(leverage === undefined ? {} : { leverage }),
    ...(mode === undefined ? {} : { mode }),
    ...(positionMode === undefined ? {} : { positionMode }),
  }
}

function borrowOf(flags: BacktestFlags, set: BacktestSettings): BacktestRequest['borrow'] {
  const dailyRate = flags.borrowRate === undefined ? set.borrowRate : parseAmounts(flags.borrowRate, '--borrow-rate')
  if (dailyRate === undefined) return undefined
  for (const each of typeof dailyRate === 'number' ? [dailyRate] : Object.values(dailyRate)) rate(each, '--borrow-rate')
  const leverage =
    flags.borrowLeverage === undefined ? set.borrowLeverage : parseNumber(flags.borrowLeverage, '--borrow-leverage')
  return { dailyRate, leverage: leverage ?? DEFAULT_BORROW_LEVERAGE }
}

function fillOf(
  flags: BacktestFlags,
  set: BacktestSettings,
  number: (flag: string | undefined, name: string, setting: number | undefined) => number | undefined,
): StatedFillModel {
  const share = flags.volumeShare ?? set.volumeShare
  const limitFill = flags.limitFill ?? set.limitFill
  const isRecorded = flags.latencyMs === 'recorded'
  if (limitFill === 'queue' && !(flags.ticks ?? set.ticks ?? false)) {
    throw new UsageError({
      code: 'CLI_QUEUE',
      message: '--limit-fill queue needs trades: bars do not say what stood before an order. Nothing was run.',
      hint: 'Add --ticks, or leave --limit-fill out.',
    })
  }
  // A model that was asked for goes before numbers of the settings.
  const own = <T>(model: unknown, value: T): T | undefined => (model === undefined ? value : undefined)
  const fields = {
    marketFill: flags.fill ?? set.fill,
    throughTicks: limitFill === 'touch' ? 0 : limitFill === 'through' ? 1 : undefined,
    spreadBps: number(flags.spreadBps, '--spread-bps', own(flags.spreadModel, set.spreadBps)),
    slippageBps: number(flags.slippageBps, '--slippage-bps', own(flags.slippageModel, set.slippageBps)),
    latencyMs: isRecorded ? undefined : number(flags.latencyMs, '--latency-ms', set.latencyMs),
    latency: isRecorded ? { model: 'recorded' } : flags.latencyMs === undefined ? set.latency : undefined,
    takerFeeRate: rate(number(flags.takerFee, '--taker-fee', own(flags.feeSchedule, set.takerFee)), '--taker-fee'),
    makerFeeRate: rate(number(flags.makerFee, '--maker-fee', own(flags.feeSchedule, set.makerFee)), '--maker-fee'),
  }
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  if (share === undefined) return given
  // `undefined` is the model's word for "no cap", and differs from a share that nobody stated.
  if (share === 'none') return { ...given, volumeShare: undefined }
  return { ...given, volumeShare: typeof share === 'number' ? share : parseNumber(share, '--volume-share') }
}

function rate(value: number | undefined, flag: string): number | undefined {
  if (value === undefined || (value >= -0.01 && value <= 0.1)) return value
  throw new UsageError({
    code: 'CLI_RATE',
    message: `${flag} ${value} is ${value * 100} %, which no venue charges. Nothing was run.`,
    hint: 'Rates are fractions: 0.001 is 0.1 %.',
    meta: { flag, value },
  })
}

function positive(value: number, flag: string): number {
  if (value > 0) return value
  throw new UsageError({ code: 'CLI_NUMBER', message: `${flag} ${value} must be above zero.`, meta: { flag, value } })
}

/** `fast=20` pairs as name and text. Throws UsageError `CLI_PARAM`. */
export function parseParamTexts(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at > 0) return [pair.slice(0, at).trim(), pair.slice(at + 1)]
      throw new UsageError({
        code: 'CLI_PARAM',
        message: `--param ${pair} has no "=". Nothing was run.`,
        hint: 'Write --param fast=20.',
        meta: { pair },
      })
    }),
  )
}

function readParams(path: string): Record<string, unknown> {
  let value: unknown
  try {
    value = parseJsonWithComments(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new UsageError({
      code: 'CLI_PARAMS_FILE',
      message: `The parameters in ${path} cannot be read: ${fileProblem(cause)}. Nothing was run.`,
      meta: { path },
      cause,
    })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new UsageError({
    code: 'CLI_PARAMS_FILE',
    message: `${path} holds no object of parameters. Nothing was run.`,
    hint: 'Write { "fast": 20, "slow": 50 }.',
    meta: { path },
  })
}
