import { existsSync } from 'node:fs'
import {
  allocateBars,
  type BarColumns,
  type Instrument,
  instrumentOf,
  KestrelError,
  type TimeMs,
  type Timeframe,
  timeframeMs,
} from '@kestrel/core'
import type { BacktestConfig } from '@kestrel/backtest'
import { configureStrategy, type MarketFeed, type TradingGateway } from '@kestrel/kernel'
import {
  type AccountRisk,
  Journal,
  type JournalHead,
  journalledRisk,
  LiveSession,
  type ReconcileRules,
  riskLimitsSchema,
  type SessionEvent,
  type SessionSetup,
} from '@kestrel/live'
import type { CommandContext } from '../cli/command-context.ts'
import { loadStrategy } from '../strategy-loading/load-strategy.ts'
import type { AccountHold } from './hold-account.ts'
import { type SessionDescriptor, sessionFolder } from './session-descriptor.ts'
import { readStatus } from './session-status.ts'

const BAR_GRACE_MS = 5_000
const RECONCILE_MS = 30_000

/** A session with what it holds. */
export interface OpenedSession {
  readonly session: LiveSession
  readonly risk: AccountRisk
  readonly feed: MarketFeed
  readonly journal: Pick<Journal, 'head'>
  /** Lets go of everything; the session itself has been stopped or suspended before. */
  close(): Promise<void>
}

/** The configuration of a session, as a backtest would have it. */
export async function configOf(descriptor: SessionDescriptor): Promise<Omit<BacktestConfig, 'playFromMs'>> {
  const { strategy, cwd, params, instruments, timeframe, cash, sizeMode, leverage, margin, seed } = descriptor
  const { definition } = await loadStrategy(strategy, cwd)
  const specs = instruments.map(instrumentOf)
  const isMargin = specs.some(({ kind }) => kind !== 'spot')
  return {
    instruments: specs,
    timeframe,
    strategies: [configureStrategy(definition, params)],
    cash,
    sizeMode,
    seed,
    ...(isMargin
      ? {
          margin: {
            ...(leverage === undefined ? {} : { leverage }),
            ...(margin === undefined ? {} : { mode: margin }),
          },
        }
      : {}),
  }
}

/**
 * Opens a session from its descriptor: plays the journal where there is one, and compares. It does not trade before
 * `session.run()`.
 *
 * @param means - `gateway` is undefined on paper; `lock` holds the account, and is let go of with the session or when it
 *   cannot be opened.
 */
export async function openSession(
  context: CommandContext,
  descriptor: SessionDescriptor,
  means: {
    readonly lock: AccountHold
    readonly feed: MarketFeed
    readonly gateway: TradingGateway | undefined
    readonly rules: ReconcileRules
    readonly listener: (event: SessionEvent) => void
  },
): Promise<OpenedSession> {
  const { lock, feed, gateway, rules, listener } = means
  const folder = sessionFolder(context, descriptor.id)
  let journal: Journal | undefined
  try {
    const config = await configOf(descriptor)
    journal = new Journal(folder.journal)
    requireJournal(context, descriptor, journal)
    const risk = journalledRisk(riskLimitsSchema.parse(descriptor.limits), journal, context.clock)
    const { deadManSeconds } = context.settings.live ?? {}
    const setup: SessionSetup = {
      id: descriptor.id,
      mode: descriptor.mode,
      config,
      identity: {
        strategy: descriptor.strategy,
        code: descriptor.codeHash,
        params: descriptor.params,
        instruments: descriptor.instruments.map(({ id, tickSize, lotSize }) => ({ id, tickSize, lotSize })),
        timeframe: descriptor.timeframe,
        leverage: descriptor.leverage ?? null,
      },
      warmupBars: descriptor.warmupBars,
      rules,
      barGraceMs: BAR_GRACE_MS,
      reconcileMs: RECONCILE_MS,
      ...(deadManSeconds === undefined || gateway?.abilities.hasDeadManTimer !== true
        ? {}
        : { deadManMs: deadManSeconds * 1_000 }),
    }
    const session = await LiveSession.open(setup, {
      journal,
      clock: context.clock,
      gateways: new Map(gateway === undefined ? [] : [[gateway.venue, gateway]]),
      feeds: new Map([[feed.venue, feed]]),
      pastBars: async (instrument, timeframe, count, toMs) => pastBars(feed, instrument, timeframe, count, toMs),
      isHalted: () => existsSync(folder.halt),
      risk,
      listener,
    })
    const opened = journal
    return {
      session,
      risk,
      feed,
      journal: opened,
      async close() {
        opened.close()
        lock.release()
        await feed.close()
        await gateway?.close()
      },
    }
  } catch (error) {
    journal?.close()
    lock.release()
    throw error
  }
}

/**
 * A session that has run goes on with its journal or not at all: without it, what it holds and has open would be somebody
 * else's to it.
 *
 * @throws KestrelError `LIVE_JOURNAL_GONE`, `LIVE_JOURNAL_BROKEN` where its last rows are missing.
 */
function requireJournal(context: CommandContext, { id, hasBegun }: SessionDescriptor, journal: Journal): void {
  const folder = sessionFolder(context, id)
  const hasStatus = existsSync(folder.status)
  if ((hasBegun ?? hasStatus) && journal.lastSeq === 0) {
    throw new KestrelError({
      code: 'LIVE_JOURNAL_GONE',
      message: `The journal ${folder.journal} of ${id} is empty, and the session has run: what it did is not known. Nothing was sent.`,
      hint: 'Bring the newest copy back, or begin another session on the account: the same command with --id NAME.',
      meta: { session: id, path: folder.journal },
    })
  }
  let head: JournalHead | undefined
  try {
    head = readStatus(folder.status)?.journal
  } catch (error) {
    context.note(`${String(error)} Whether the journal is whole at its end is not known.`)
  }
  if (head !== undefined) journal.requireHead(head)
}

async function pastBars(
  feed: MarketFeed,
  instrument: Instrument,
  timeframe: Timeframe,
  count: number,
  toMs: TimeMs,
): Promise<BarColumns> {
  const rows = await feed.pastBars(instrument, timeframe, toMs - (count + 1) * timeframeMs(timeframe), toMs)
  const bars = allocateBars(rows.length)
  for (const [i, row] of rows.entries()) {
    for (const name of ['openTimeMs', 'closeTimeMs', 'open', 'high', 'low', 'close', 'volume'] as const) {
      bars[name][i] = row[name]
    }
  }
  return bars
}
