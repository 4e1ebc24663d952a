import { existsSync, readFileSync } from 'node:fs'
import { KestrelError } from '@kestrel/core'
import type { OrderRecord } from '@kestrel/kernel'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { tableText } from '../cli/output/table.ts'
import { parseCount } from '../cli/parse-number.ts'
import type { BotFlags } from '../commands/bot.ts'
import { type ControlCommand, SessionControl } from '../session/session-control.ts'
import { readDescriptor, sessionFolder, sessionIds } from '../session/session-descriptor.ts'
import { liftHalt } from '../session/session-halt.ts'
import { eventText } from '../session/event-text.ts'
import { isRunning, readStatus } from '../session/session-status.ts'

const ANSWER_MS = 5_000

/** Every session with what it last said of itself. */
export function botList(context: CommandContext): CommandResult {
  const rows = sessionIds(context).map((id): BotRow => {
    try {
      return rowOf(context, id)
    } catch (error) {
      context.note(error instanceof Error ? error.message : String(error))
      return { id, state: 'damaged' }
    }
  })
  const text =
    rows.length === 0
      ? 'There is no session. Start one: kestrel paper STRATEGY'
      : tableText(
          [
            { title: 'session' },
            { title: 'kind' },
            { title: 'market' },
            { title: 'strategy' },
            { title: 'state' },
            { title: 'trading' },
            { title: 'equity' },
            { title: 'fills' },
          ],
          rows.map((row) => [
            row.id,
            row.mode ?? '',
            row.synthetic === true ? 'SYNTHETIC' : (row.venue ?? ''),
            row.strategy ?? '',
            row.state,
            [row.trading, (row.bare ?? 0) > 0 ? 'BARE' : undefined].filter((each) => each !== undefined).join(', '),
            row.equity?.toFixed(2) ?? '',
            String(row.fills ?? ''),
          ]),
        )
  return { document: { sessions: rows }, rows, text }
}

interface BotRow {
  readonly id: string
  readonly state: string
  readonly mode?: 'paper' | 'live'
  readonly venue?: string
  readonly synthetic?: boolean
  readonly strategy?: string
  readonly trading?: string | undefined
  readonly equity?: number | undefined
  readonly startEquity?: number | undefined
  readonly fills?: number | undefined
  /** Positions that nothing guards any more. */
  readonly bare?: number | undefined
  readonly pid?: number | undefined
}

function rowOf(context: CommandContext, id: string): BotRow {
  const { mode, venue, strategy, synthetic } = readDescriptor(context, id)
  const folder = sessionFolder(context, id)
  const status = readStatus(folder.status)
  const running = isRunning(status, context.clock.nowMs())
  return {
    id,
    mode,
    venue,
    synthetic,
    strategy,
    state: existsSync(folder.halt) ? 'halted' : running ? (status?.state ?? 'unknown') : 'not running',
    trading: running ? status?.trading : undefined,
    equity: status?.equity,
    startEquity: status?.startEquity,
    fills: status?.fills,
    bare: status?.bare?.length,
    pid: running ? status?.pid : undefined,
  }
}

/** What a session is doing. */
export function botStatus(context: CommandContext, [id = '']: readonly string[]): CommandResult {
  const { synthetic, venue } = readDescriptor(context, id)
  const folder = sessionFolder(context, id)
  const status = readStatus(folder.status)
  const nowMs = context.clock.nowMs()
  const running = isRunning(status, nowMs)
  const halted = existsSync(folder.halt)
  const document = { id, running, halted, ...status, synthetic }
  if (status === undefined) return { document, text: `${id} has not run yet.` }
  const lines = [
    ...(synthetic ? [`The market is SYNTHETIC: ${venue} is a server on this machine.`] : []),
    `${id}: ${halted ? 'halted from outside' : running ? status.state : 'not running'}, trading ${status.trading}${status.risk === undefined || status.risk.status === 'active' ? '' : `, risk ${status.risk.status}: ${status.risk.reason}`}`,
    `equity ${status.equity.toFixed(2)} (began with ${status.startEquity.toFixed(2)}), ${status.fills} fills, as of ${Math.round((nowMs - status.writtenMs) / 1_000)} s ago`,
    ...status.positions.map(
      ({ instrument, quantity, entryPrice, unrealised }) =>
        `position ${quantity} ${instrument} from ${entryPrice}, unrealised ${unrealised.toFixed(2)}`,
    ),
    ...(status.bare ?? []).map(({ text }) => `bare: ${text}`),
    ...status.openOrders.map(
      ({ orderId, side, type, quantity, filledQuantity, instrument, state }) =>
        `order ${orderId}: ${side} ${type} ${quantity} ${instrument}, ${filledQuantity} filled, ${state}`,
    ),
    ...status.feeds.map(
      ({ instrument, feed, isConnected, ageMs, detail }) =>
        `feed ${instrument === null ? '' : `${instrument} `}${feed}: ${isConnected ? 'connected' : 'down'}${ageMs === undefined ? '' : `, newest ${Math.round(ageMs / 1_000)} s old`}${detail === 'connected' ? '' : ` (${detail})`}`,
    ),
  ]
  return { document, text: lines.join('\n') }
}

/** Leaves a command for a running session and waits for its answer. */
export async function botSteer(
  context: CommandContext,
  command: string,
  [id = '']: readonly string[],
  { reason = 'asked for on the command line' }: BotFlags,
): Promise<CommandResult> {
  readDescriptor(context, id)
  const folder = sessionFolder(context, id)
  const nowMs = context.clock.nowMs()
  if (!isRunning(readStatus(folder.status), nowMs)) {
    if (command === 'resume' && existsSync(folder.halt)) {
      liftHalt(folder, id)
      return { document: { id, answer: 'may be started again' }, text: `${id} may be started again.` }
    }
    throw notRunning(id)
  }
  using control = new SessionControl(folder.control)
  const answer = await control.answer(control.ask(command as ControlCommand, reason, nowMs), ANSWER_MS)
  if (answer === undefined) {
    throw new KestrelError({
      code: 'SESSION_SILENT',
      message: `${id} did not answer within ${ANSWER_MS / 1_000} s. The command was taken back.`,
      hint: `It may hang. This needs nobody's answer: kestrel bot flatten ${id}`,
      meta: { session: id },
    })
  }
  const { text, isRefused } = answer
  if (isRefused) {
    throw new KestrelError({
      code: 'SESSION_REFUSED',
      message: `${id} did not ${command}: ${text}.`,
      hint: `See what it is doing: kestrel bot status ${id}`,
      meta: { session: id, command },
    })
  }
  return { document: { id, command, answer: text }, text: `${id}: ${text}` }
}

interface LogRow {
  readonly timeMs: number
  readonly kind: string
  readonly order?: OrderRecord
}

/** What happened in a session. */
export function botLogs(context: CommandContext, [id = '']: readonly string[], { lines }: BotFlags): CommandResult {
  readDescriptor(context, id)
  const { events } = sessionFolder(context, id)
  const most = lines === undefined ? 50 : parseCount(lines, '--lines')
  const rows = existsSync(events) ? readFileSync(events, 'utf8').split('\n').flatMap(recordedEvent).slice(-most) : []
  const text = rows
    .map((row) => `${new Date(row.timeMs).toISOString()}  ${eventText(row as never) ?? plainText(row)}`)
    .join('\n')
  return { document: { id, events: rows }, rows, text: text === '' ? `Nothing has happened in ${id} yet.` : text }
}

/** What happens all the time, and is told in the log alone: an order in a few words, of other things all that they say. */
function plainText(row: LogRow): string {
  if (row.order !== undefined) {
    const { orderId, side, type, quantity, instrumentId, filledQuantity, state, reason } = row.order
    const why = reason === '' ? '' : `: ${reason}`
    return `order ${orderId}: ${side} ${type} ${quantity} ${instrumentId}, ${filledQuantity} filled, ${state}${why}`
  }
  const facts = Object.entries(row).filter(
    ([name, value]) => !/^(?:timeMs|kind)$/.test(name) && typeof value !== 'object',
  )
  const words = facts.map(([name, value]) => (name === row.kind ? String(value) : `${name} ${String(value)}`))
  return [row.kind, ...words].join(' ')
}

/** A line of the log; nothing for one that a crash cut off. */
function recordedEvent(line: string): LogRow[] {
  try {
    const event = JSON.parse(line) as LogRow
    return Number.isFinite(event.timeMs) ? [event] : []
  } catch {
    return []
  }
}

export function notRunning(id: string): KestrelError {
  return new KestrelError({
    code: 'SESSION_NOT_RUNNING',
    message: `${id} is not running.`,
    hint: 'kestrel bot list shows what is.',
    meta: { session: id },
  })
}
