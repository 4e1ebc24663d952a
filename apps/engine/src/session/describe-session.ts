import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type InstrumentSpec, parseInstrumentId, UsageError } from '@kestrel/core'
import { configureStrategy } from '@kestrel/kernel'
import { parseAmounts } from '../backtest/parse-amounts.ts'
import { parseParamTexts } from '../backtest/build-request.ts'
import type { CommandContext } from '../cli/command-context.ts'
import { parseNumber, parseCount } from '../cli/parse-number.ts'
import type { SessionFlags } from '../commands/session-flags.ts'
import { parseJsonWithComments } from '../config/json-with-comments.ts'
import { coerceParams } from '../strategy-loading/coerce-params.ts'
import { loadStrategy } from '../strategy-loading/load-strategy.ts'
import { limitsOf } from './limits-of-session.ts'
import type { SessionDescriptor } from './session-descriptor.ts'

const DEFAULT_CASH = 10_000
const WARMUP_BARS = 500
/** Well before a venue's dead-man timer cancels everything. */
const STRATEGY_TIMEOUT_SECONDS = 30

/** Where a session trades, from its instruments. */
export interface SessionVenue {
  /** As ccxt names it. */
  readonly venue: string
  readonly product: 'spot' | 'linear' | 'inverse'
}

/**
 * Venue and product of the instruments of a session.
 *
 * @throws UsageError `SESSION_INSTRUMENTS` for none, or for instruments that one account does not hold together.
 */
export function venueOf(instruments: readonly string[]): SessionVenue {
  const names = instruments.map(parseInstrumentId)
  const [first] = names
  const productOf = (name: (typeof names)[number]): SessionVenue['product'] =>
    name.kind === 'spot' ? 'spot' : name.quote === 'USD' ? 'inverse' : 'linear'
  if (first === undefined) {
    throw new UsageError({
      code: 'SESSION_INSTRUMENTS',
      message: 'A session needs an instrument. Nothing was started.',
      hint: 'Name one: --instrument BTC-USDT.BINANCE',
    })
  }
  const other = names.find((name) => name.venue !== first.venue || productOf(name) !== productOf(first))
  if (other !== undefined) {
    throw new UsageError({
      code: 'SESSION_INSTRUMENTS',
      message: `${first.id} and ${other.id} lie in different accounts. Nothing was started.`,
      hint: 'Start a session for each account: they run beside each other.',
      meta: { instruments },
    })
  }
  return { venue: first.venue.toLowerCase(), product: productOf(first) }
}

/**
 * Brings flags and settings into the form that a session is kept in.
 *
 * @throws UsageError for a parameter, a limit or a number that cannot be used; nothing was started.
 */
export async function describeSession(
  context: CommandContext,
  mode: 'paper' | 'live',
  strategy: string,
  flags: SessionFlags,
  specOf: (instrument: string) => InstrumentSpec,
): Promise<SessionDescriptor> {
  const { settings, cwd } = context
  const loaded = await loadStrategy(strategy, cwd)
  const given = {
    ...settings.backtest?.params,
    ...(flags.params === undefined ? {} : readParams(resolve(cwd, flags.params))),
    ...coerceParams(loaded.definition, parseParamTexts(flags.param ?? [])),
  }
  const params = configureStrategy(loaded.definition, given).params
  const instruments = instrumentsOf(context, flags)
  const cash = flags.cash === undefined ? (settings.backtest?.cash ?? DEFAULT_CASH) : parseAmounts(flags.cash, '--cash')
  const leverage = flags.leverage === undefined ? undefined : parseNumber(flags.leverage, '--leverage')
  return {
    id: flags.id ?? idOf(loaded.definition.name, instruments, mode),
    mode,
    strategy,
    cwd,
    codeHash: loaded.codeHash,
    params,
    instruments: instruments.map(specOf),
    timeframe: flags.timeframe ?? settings.backtest?.timeframe ?? '1h',
    cash,
    sizeMode: flags.sizeMode ?? settings.backtest?.sizeMode ?? 'equity',
    leverage,
    margin: flags.margin ?? settings.backtest?.margin,
    seed: context.seed,
    ...venueOf(instruments),
    key: flags.key,
    sandbox: flags.sandbox === true,
    baseUrl: settings.venues?.[venueOf(instruments).venue]?.baseUrl ?? null,
    warmupBars: flags.warmup === undefined ? WARMUP_BARS : parseCount(flags.warmup, '--warmup'),
    limits: limitsOf(settings.live?.limits ?? {}, flags.limit ?? []),
    createdMs: context.clock.nowMs(),
    synthetic: isThisMachine(settings.venues?.[venueOf(instruments).venue]?.baseUrl),
  }
}

/** A venue on this machine is a rehearsal: a local exchange, not a market. */
function isThisMachine(baseUrl: string | undefined): boolean {
  if (baseUrl === undefined) return false
  const { hostname } = new URL(baseUrl)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}

/** How long a session may stand still before it is ended, ms. */
export function strategyTimeoutMs({ settings }: CommandContext, { strategyTimeout }: SessionFlags): number {
  const flag = strategyTimeout === undefined ? undefined : parseNumber(strategyTimeout, '--strategy-timeout')
  const seconds = flag ?? settings.backtest?.strategyTimeout ?? STRATEGY_TIMEOUT_SECONDS
  if (seconds >= 1) return seconds * 1_000
  throw new UsageError({
    code: 'CLI_NUMBER',
    message: `--strategy-timeout ${seconds} is too short: it is 1 second or more. Nothing was started.`,
    meta: { flag: '--strategy-timeout', seconds },
  })
}

/** Instruments of flags or settings. */
export function instrumentsOf({ settings }: CommandContext, flags: SessionFlags): readonly string[] {
  return flags.instrument ?? settings.backtest?.instruments ?? []
}

/** `sma-cross-btc-usdt-paper` */
function idOf(strategy: string, instruments: readonly string[], mode: string): string {
  const first = (instruments[0] ?? '').split('.')[0] ?? ''
  return `${strategy}-${first.toLowerCase()}-${mode}`
}

function readParams(path: string): Record<string, unknown> {
  try {
    return parseJsonWithComments(readFileSync(path, 'utf8')) as Record<string, unknown>
  } catch (cause) {
    throw new UsageError({
      code: 'CLI_PARAMS_FILE',
      message: `The parameters in ${path} cannot be read. Nothing was started.`,
      meta: { path },
      cause,
    })
  }
}
