import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { KestrelError, UsageError } from '@kestrel/core'
import type { MarketFeed, TradingGateway } from '@kestrel/kernel'
import { makePrivate, type ReconcileRules } from '@kestrel/live'
import { ccxtMarketFeed } from '@kestrel/venues'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { printResult } from '../cli/output/print-result.ts'
import type { SessionFlags } from '../commands/session-flags.ts'
import { describeSession, instrumentsOf, strategyTimeoutMs, venueOf } from './describe-session.ts'
import { holdAccount } from './hold-account.ts'
import { type OpenedSession, openSession } from './open-session.ts'
import {
  readDescriptor,
  type SessionDescriptor,
  type SessionFolder,
  sessionFolder,
  writeWhole,
} from './session-descriptor.ts'
import { requireNoHalt } from './session-halt.ts'
import { retryStart } from './retry-start.ts'
import { SessionControl } from './session-control.ts'
import { SessionRecord } from './session-record.ts'
import { startWatchdog } from './session-watchdog.ts'
import { untilOver } from './until-over.ts'

/**
 * Runs a paper or live session until it is interrupted, which leaves it to be gone on with, or stopped, which ends it.
 *
 * @param gateway - Undefined on paper; connected where it is there. It is closed in any case.
 * @throws KestrelError `SESSION_HALTED`, `SESSION_FLATTENED` after somebody closed the account from outside, `SESSION_FAILED` where the session
 *   had failed when it was ended; as {@link openSession} where it does not begin, which leaves nothing behind.
 */
export async function runSession(
  context: CommandContext,
  mode: 'paper' | 'live',
  strategy: string,
  flags: SessionFlags,
  gateway: TradingGateway | undefined,
  rules: ReconcileRules,
): Promise<CommandResult> {
  const { venue, product } = venueOf(instrumentsOf(context, flags))
  const baseUrl = context.settings.venues?.[venue]?.baseUrl
  let feed: MarketFeed | undefined
  let opened: OpenedSession | undefined
  try {
    const market = await ccxtMarketFeed({ venue, baseUrl, products: [product] })
    feed = market
    const specOf = (id: string) => gateway?.specOf(id) ?? market.specOf(id)
    const timeoutMs = strategyTimeoutMs(context, flags)
    const descriptor = await describeSession(context, mode, strategy, flags, specOf)
    const record = new SessionRecord(context, sessionFolder(context, descriptor.id))
    requireNoHalt(record.folder, descriptor.id)
    const means = { feed: market, gateway, rules }
    opened = await retryStart(context, async () => openRecorded(context, descriptor, record, means))
    // A file that cannot be used has to show before anything is traded.
    using control = new SessionControl(record.folder.control)
    await announce(context, descriptor, record, opened)
    const watchdog = startWatchdog(record.folder.events, timeoutMs)
    let isEnded = false
    let hasFailed = false
    try {
      opened.session.run()
      isEnded = await untilOver(context, descriptor, record, opened, control)
    } finally {
      await watchdog.close()
      hasFailed = opened.session.state === 'failed'
      // Also where something was thrown: nobody would end it any more.
      await (isEnded ? opened.session.stop() : opened.session.suspend())
    }
    record.status(descriptor, opened, hasFailed)
    if (hasFailed) throw failed(descriptor, record)
    context.note(isEnded ? `${descriptor.id} has ended.` : `${descriptor.id} goes on with the same command.`)
    return { document: { id: descriptor.id }, text: '', isPrinted: true }
  } finally {
    if (opened === undefined) {
      await feed?.close()
      await gateway?.close()
    } else await opened.close()
  }
}

/** Opens a session in its folder. A new one has none before the account is its own, and none after a start that failed. */
async function openRecorded(
  context: CommandContext,
  descriptor: SessionDescriptor,
  record: SessionRecord,
  means: {
    readonly feed: MarketFeed
    readonly gateway: TradingGateway | undefined
    readonly rules: ReconcileRules
  },
): Promise<OpenedSession> {
  const { folder } = record
  const written = existsSync(folder.descriptor) ? readDescriptor(context, descriptor.id) : undefined
  // What it was begun with stays; limits and the key may change from start to start.
  const present = written === undefined ? descriptor : { ...descriptor, ...begunWith(written) }
  if (written !== undefined) requireSameNetwork(written, present)
  const lock = await holdAccount(context, present, means.gateway)
  const isNew = !existsSync(folder.path)
  const write = (one: SessionDescriptor): void =>
    writeWhole(folder.descriptor, `${JSON.stringify(one, undefined, 2)}\n`)
  try {
    mkdirSync(folder.path, { recursive: true, mode: 0o700 })
    takeFromOthers(folder)
    if (written === undefined) write(present)
    const opened = await openSession(context, present, {
      ...means,
      lock,
      listener: (event) => record.event(event),
    })
    write({ ...present, hasBegun: true })
    return opened
  } catch (error) {
    if (isNew) rmSync(folder.path, { recursive: true, force: true })
    lock.release()
    throw error
  }
}

/** Files of a session that an older version, or somebody, left open to other users. */
function takeFromOthers({ path }: SessionFolder): void {
  makePrivate(path, 0o700)
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isFile()) makePrivate(join(path, entry.name))
}

function begunWith({ createdMs, cash, instruments, hasBegun }: SessionDescriptor): Partial<SessionDescriptor> {
  return { createdMs, cash, instruments, ...(hasBegun === undefined ? {} : { hasBegun }) }
}

/** A session of the test network has nothing to do with the account of the real one, whatever their keys. */
function requireSameNetwork(written: SessionDescriptor, present: SessionDescriptor): void {
  if ((written.sandbox === true) === (present.sandbox === true)) return
  const [was, now] = written.sandbox === true ? ['with', 'without'] : ['without', 'with']
  throw new UsageError({
    code: 'SESSION_NETWORK',
    message: `${written.id} was begun ${was} --sandbox, and cannot go on ${now} it. Nothing was sent.`,
    hint: 'Start it as before, or begin another session with --id NAME.',
    meta: { session: written.id },
  })
}

async function announce(
  context: CommandContext,
  { id, mode, strategy, venue, instruments, timeframe, synthetic, sandbox }: SessionDescriptor,
  { folder }: SessionRecord,
  { session }: OpenedSession,
): Promise<void> {
  const equity = session.core.kernel.ledger.equity()
  const document = { id, mode, strategy, venue, synthetic, pid: process.pid, folder: folder.path, equity }
  const what = instruments.map((each) => each.id).join(', ')
  const kind =
    mode === 'paper'
      ? 'On paper'
      : synthetic
        ? 'Live on an exchange of this machine, play money'
        : sandbox === true
          ? `Live on the test network of ${venue}, play money`
          : 'LIVE, with real money'
  const market = synthetic ? `The market is SYNTHETIC: ${venue} is a server on this machine.\n` : ''
  const text = `${kind}: ${strategy} on ${what} ${timeframe}, equity ${equity}.\n${market}Session ${id}; end it with Ctrl-C (goes on later) or kestrel bot stop ${id}.`
  await printResult({ document, rows: [document], text }, mode, context.common)
}

function failed({ id }: SessionDescriptor, { failure }: SessionRecord): KestrelError {
  return new KestrelError({
    code: 'SESSION_FAILED',
    message: `${id} had failed: ${failure ?? 'see its log'}`,
    hint: `What is open or held stays as it is: kestrel bot flatten ${id} closes it. The same command goes on once the reason is gone.`,
    meta: { session: id },
  })
}
