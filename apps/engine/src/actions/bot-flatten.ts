import { instrumentOf, KestrelError, UsageError } from '@kestrel/core'
import { flattenAccount } from '@kestrel/live'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { parseNumber } from '../cli/parse-number.ts'
import type { BotFlags } from '../commands/bot.ts'
import { readDescriptor, type SessionFolder, sessionFolder } from '../session/session-descriptor.ts'
import { haltOf, takeBackFlatten, writeHalt } from '../session/session-halt.ts'
import { sessionGateway } from '../session/session-gateway.ts'
import { readStatus, type SessionStatus } from '../session/session-status.ts'

const WITHIN_SECONDS = 30

/** What the session last said that it holds; a status that cannot be read must not keep the rest from being closed. */
function heldSpot(context: CommandContext, folder: SessionFolder): SessionStatus['positions'] {
  try {
    return readStatus(folder.status)?.positions ?? []
  } catch (error) {
    context.note(`${error instanceof Error ? error.message : String(error)} Coins on spot are left as they are.`)
    return []
  }
}

export async function botFlatten(
  context: CommandContext,
  args: readonly string[],
  flags: BotFlags,
): Promise<CommandResult> {
  return close(context, args, flags, false)
}

export async function botHalt(
  context: CommandContext,
  args: readonly string[],
  flags: BotFlags,
): Promise<CommandResult> {
  return close(context, args, flags, true)
}

/** Before anything else: a session must not be halted by a flag that cannot be used. */
function secondsOf(within: string | undefined): number {
  const seconds = within === undefined ? WITHIN_SECONDS : parseNumber(within, '--within')
  if (seconds >= 1) return seconds
  throw new UsageError({
    code: 'CLI_NUMBER',
    message: `--within ${within} is too short: it is 1 second or more. Nothing was sent, and the session goes on.`,
    meta: { flag: '--within', text: within },
  })
}

/** Closes an account at the venue itself, without the session: it may hang, and its journal may be locked. */
async function close(
  context: CommandContext,
  [id = '']: readonly string[],
  { within }: BotFlags,
  cancelOnly: boolean,
): Promise<CommandResult> {
  const seconds = secondsOf(within)
  const descriptor = readDescriptor(context, id)
  const folder = sessionFolder(context, id)
  // First of all the session is kept from sending: it looks at this file before each order.
  const before = haltOf(folder)
  writeHalt(folder, 'halt', context.clock.nowMs())
  if (descriptor.mode === 'paper') {
    return {
      document: { id, isFlat: true },
      text: `${id} is on paper: it sends nothing any more, and holds nothing real.`,
    }
  }
  const gateway = await sessionGateway(context, descriptor)
  try {
    const instruments = descriptor.instruments.map(instrumentOf)
    gateway.know(instruments)
    const held = heldSpot(context, folder)
    if (!cancelOnly) writeHalt(folder, 'flatten', context.clock.nowMs())
    const report = await flattenAccount(gateway, instruments, {
      cancelOnly,
      spot: Object.fromEntries(held.map(({ instrument, quantity }) => [instrument, Math.max(0, quantity)])),
      withinMs: seconds * 1_000,
      name: `x${Math.floor(context.clock.nowMs() / 1_000).toString(36)}`.slice(0, 8),
      nowMs: () => context.clock.nowMs(),
      onStep: (text) => context.note(text),
    })
    const { isFlat, cancelled, closed, remaining, tookMs } = report
    if (!isFlat) {
      throw new KestrelError({
        code: 'SESSION_NOT_FLAT',
        message: `After ${(tookMs / 1_000).toFixed(1)} s this remains at ${descriptor.venue}: ${remaining.join('; ')}.`,
        hint: 'Run the same command again, or close it at the venue by hand.',
        meta: { session: id, ...report },
      })
    }
    const isOver = closed.length > 0 || before === 'flatten'
    if (!cancelOnly && !isOver) takeBackFlatten(folder, context.clock.nowMs())
    const next = isOver
      ? "Its books are not the account's any more: to go on, begin another session (--id NAME)."
      : `It sends nothing until kestrel bot resume ${id}.`
    const text = `${id}: cancelled ${cancelled} orders, closed ${closed.length === 0 ? 'nothing' : closed.join(', ')} in ${(tookMs / 1_000).toFixed(1)} s. ${next}`
    return { document: { id, ...report }, text }
  } finally {
    await gateway.close()
  }
}
