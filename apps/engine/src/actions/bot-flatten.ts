import { instrumentOf, KestrelError, UsageError } from '@kestrel/core'
import type { VenueFill } from '@kestrel/kernel'
import { flattenAccount, type SpotBooks } from '@kestrel/live'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { parseNumber } from '../cli/parse-number.ts'
import type { BotFlags } from '../commands/bot.ts'
import { heldSpot } from '../session/held-spot.ts'
import { readDescriptor, sessionFolder } from '../session/session-descriptor.ts'
import { haltOf, takeBackFlatten, writeHalt } from '../session/session-halt.ts'
import { SoldCoins } from '../session/sold-coins.ts'
import { unconnectedGateway } from '../session/session-gateway.ts'

const WITHIN_SECONDS = 30
/** One request never takes longer than a part of the time that there is, so that another can be tried. */
const TRIES_WITHIN = 3
const MOST_REQUEST_MS = 10_000

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
  const withinMs = seconds * 1_000
  const timeoutMs = Math.min(MOST_REQUEST_MS, Math.max(1_000, withinMs / TRIES_WITHIN))
  const gateway = await unconnectedGateway(context, descriptor, timeoutMs)
  const nowMs = (): number => context.clock.nowMs()
  try {
    const instruments = descriptor.instruments.map(instrumentOf)
    gateway.know(instruments)
    const sellsSpot = !cancelOnly && instruments.some(({ kind }) => kind === 'spot')
    const sold = sellsSpot ? new SoldCoins(folder) : undefined
    let doubts = sold?.doubt === undefined ? [] : [sold.doubt]
    const spot = async (): Promise<SpotBooks> => {
      const held = heldSpot(folder, instruments)
      doubts = [sold?.doubt, held.doubt].filter((each) => each !== undefined)
      const fills = async (): Promise<readonly VenueFill[]> => gateway.fillsSince(descriptor.createdMs, instruments)
      return sold?.leftOf(held, fills) ?? held
    }
    const report = await flattenAccount(gateway, instruments, {
      cancelOnly,
      ...(sellsSpot ? { spot } : {}),
      withinMs,
      name: `x${Math.floor(nowMs() / 1_000).toString(36)}`.slice(0, 8),
      nowMs,
      onConnected: () => (cancelOnly ? undefined : writeHalt(folder, 'flatten', nowMs())),
      onSold: (instrument, quantity) => sold?.set(instrument, quantity),
      onStep: (text) => context.note(text),
    })
    const { cancelled, closed, tookMs } = report
    const isOver = closed.length > 0 || before === 'flatten'
    if (!cancelOnly && !isOver && report.isFlat) takeBackFlatten(folder, nowMs())
    const isFlat = report.isFlat && doubts.length === 0
    const remaining = [...report.remaining, ...doubts]
    if (!isFlat) {
      throw new KestrelError({
        code: 'SESSION_NOT_FLAT',
        message: `After ${(tookMs / 1_000).toFixed(1)} s this remains at ${descriptor.venue}: ${remaining.map((each) => each.replace(/\.$/, '')).join('; ')}.`,
        hint: 'Run the same command again, or close it at the venue by hand.',
        meta: { session: id, ...report, isFlat, remaining },
      })
    }
    const next = isOver
      ? "Its books are not the account's any more: to go on, begin another session (--id NAME)."
      : `It sends nothing until kestrel bot resume ${id}.`
    const text = `${id}: cancelled ${cancelled} orders, closed ${closed.length === 0 ? 'nothing' : closed.join(', ')} in ${(tookMs / 1_000).toFixed(1)} s. ${next}`
    return { document: { id, ...report }, text }
  } finally {
    await gateway.close()
  }
}
