import { appendFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { UsageError } from '@kestrel/core'
import type { TradingGateway } from '@kestrel/kernel'
import type { ReconcileRules, SessionEvent } from '@kestrel/live'
import { ccxtMarketFeed } from '@kestrel/venues'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { printResult } from '../cli/output/print-result.ts'
import type { SessionFlags } from '../commands/session-flags.ts'
import { describeSession, instrumentsOf, venueOf } from './describe-session.ts'
import { type OpenedSession, openSession } from './open-session.ts'
import { SessionControl } from './session-control.ts'
import {
  readDescriptor,
  type SessionDescriptor,
  type SessionFolder,
  sessionFolder,
  writeWhole,
} from './session-descriptor.ts'
import { statusOf } from './session-status.ts'
import { eventText } from './event-text.ts'

const STATUS_MS = 1_000
const CONTROL_MS = 200

/**
 * Runs a paper or live session until it is interrupted, which leaves it to be gone on with, or stopped, which ends it.
 *
 * @param gateway - Undefined on paper; connected where it is there.
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
  const feed = await ccxtMarketFeed({ venue, baseUrl: context.settings.venues?.[venue]?.baseUrl, products: [product] })
  let opened: OpenedSession | undefined
  try {
    const specOf = (id: string) => gateway?.specOf(id) ?? feed.specOf(id)
    const described = await describeSession(context, mode, strategy, flags, specOf)
    const folder = sessionFolder(context, described.id)
    const descriptor = keepDescriptor(context, folder, described)
    const listener = (event: SessionEvent): void => note(context, folder, event)
    opened = await openSession(context, descriptor, { feed, gateway, rules, listener })
    await announce(context, descriptor, folder, opened)
    opened.session.run()
    const isEnded = await untilOver(context, descriptor, folder, opened)
    await (isEnded ? opened.session.stop() : opened.session.suspend())
    writeStatus(context, descriptor, folder, opened)
    context.note(isEnded ? `${descriptor.id} has ended.` : `${descriptor.id} goes on with the same command.`)
    return { document: { id: descriptor.id }, text: '', isPrinted: true }
  } finally {
    if (opened === undefined) {
      await feed.close()
      await gateway?.close()
    } else await opened.close()
  }
}

/** A session that is there goes on as it was begun; a new one is written down. */
function keepDescriptor(
  context: CommandContext,
  folder: SessionFolder,
  described: SessionDescriptor,
): SessionDescriptor {
  if (existsSync(folder.halt)) {
    throw new UsageError({
      code: 'SESSION_HALTED',
      message: `The session ${described.id} was halted from outside. Nothing was started.`,
      hint: `Look at the account, then let it trade again: kestrel bot resume ${described.id}`,
      meta: { session: described.id },
    })
  }
  if (existsSync(folder.descriptor)) {
    const { createdMs, cash, instruments } = readDescriptor(context, described.id)
    return { ...described, createdMs, cash, instruments }
  }
  mkdirSync(folder.path, { recursive: true, mode: 0o700 })
  writeWhole(folder.descriptor, `${JSON.stringify(described, undefined, 2)}\n`)
  return described
}

async function announce(
  context: CommandContext,
  { id, mode, strategy, venue, instruments, timeframe }: SessionDescriptor,
  folder: SessionFolder,
  { session }: OpenedSession,
): Promise<void> {
  const equity = session.core.kernel.ledger.equity()
  const document = { id, mode, strategy, venue, pid: process.pid, folder: folder.path, equity }
  const what = instruments.map((each) => each.id).join(', ')
  const text = `${mode === 'live' ? 'LIVE, with real money' : 'On paper'}: ${strategy} on ${what} ${timeframe}, equity ${equity}.\nSession ${id}; end it with Ctrl-C (goes on later) or kestrel bot stop ${id}.`
  await printResult({ document, rows: [document], text }, mode, context.common)
}

/** Resolves when the session is over: true where it was told to end, false where the process is interrupted. */
async function untilOver(
  context: CommandContext,
  descriptor: SessionDescriptor,
  folder: SessionFolder,
  opened: OpenedSession,
): Promise<boolean> {
  const over = Promise.withResolvers<boolean>()
  const leave = (): void => over.resolve(false)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, leave)
  using control = new SessionControl(folder.control)
  const timers = [
    setInterval(() => writeStatus(context, descriptor, folder, opened), STATUS_MS),
    setInterval(() => {
      for (const request of control.waiting()) {
        control.done(request.id, obey(opened, folder, request.command, request.reason))
        if (request.command === 'stop') over.resolve(true)
      }
    }, CONTROL_MS),
  ]
  writeStatus(context, descriptor, folder, opened)
  const isEnded = await over.promise
  for (const timer of timers) clearInterval(timer)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, leave)
  return isEnded
}

function obey({ session, risk }: OpenedSession, folder: SessionFolder, command: string, reason: string): string {
  if (command === 'stop') return 'stopping'
  if (command === 'reset-risk') {
    risk.reset(session.core.kernel.ledger.equity())
    return `risk is ${risk.status}`
  }
  if (command === 'resume') {
    rmSync(folder.halt, { force: true })
    if (risk.status !== 'active') risk.reset(session.core.kernel.ledger.equity())
  }
  session.command(command as 'pause', reason)
  return `trading is ${session.core.mode}`
}

function writeStatus(
  context: CommandContext,
  descriptor: SessionDescriptor,
  folder: SessionFolder,
  { session, feed, risk }: OpenedSession,
): void {
  const status = statusOf(descriptor, session, feed.status(), risk.memory, context.clock.nowMs())
  writeWhole(folder.status, `${JSON.stringify(status)}\n`)
}

/** Says what happened: to people on stderr, and for the record in the folder. */
function note(context: CommandContext, folder: SessionFolder, event: SessionEvent): void {
  appendFileSync(folder.events, `${JSON.stringify({ timeMs: context.clock.nowMs(), ...event })}\n`, { mode: 0o600 })
  const text = eventText(event)
  if (text !== undefined) context.note(text)
}
