import type { CommandContext } from '../cli/command-context.ts'
import type { OpenedSession } from './open-session.ts'
import type { ControlAnswer, SessionControl } from './session-control.ts'
import type { SessionDescriptor, SessionFolder } from './session-descriptor.ts'
import { haltOf, liftHalt } from './session-halt.ts'
import type { SessionRecord } from './session-record.ts'

const STATUS_MS = 1_000
const CONTROL_MS = 200
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * Writes the status of a session and obeys its commands. Resolves when the session is over: true where it was told to end,
 * false where the process is interrupted. However it ends, it leaves no timer and no signal handler behind.
 */
export async function untilOver(
  context: CommandContext,
  descriptor: SessionDescriptor,
  record: SessionRecord,
  opened: OpenedSession,
  control: SessionControl,
): Promise<boolean> {
  const over = Promise.withResolvers<boolean>()
  const leave = (): void => over.resolve(false)
  const timers: NodeJS.Timeout[] = []
  const obeyAll = (): void => {
    for (const { id, command, reason } of control.waiting()) {
      control.done(id, obey(opened, record.folder, command, reason))
      if (command === 'stop') over.resolve(true)
    }
  }
  const obeyOrSay = (): void => {
    try {
      obeyAll()
    } catch (error) {
      // Most often the file is busy; what is waiting waits.
      context.note(`Commands cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  for (const signal of SIGNALS) process.once(signal, leave)
  try {
    // Whoever left these is gone, or was told that nobody answered.
    for (const { id } of control.waiting()) control.done(id, refused('it came before the session was started'))
    timers.push(setInterval(() => record.status(descriptor, opened), STATUS_MS))
    timers.push(setInterval(obeyOrSay, CONTROL_MS))
    record.status(descriptor, opened)
    return await over.promise
  } finally {
    for (const timer of timers) clearInterval(timer)
    for (const signal of SIGNALS) process.removeListener(signal, leave)
  }
}

function obey({ session, risk }: OpenedSession, folder: SessionFolder, command: string, reason: string): ControlAnswer {
  if (command === 'stop') return done('stopping')
  if (session.state === 'failed')
    return refused('it has failed and does nothing any more; flatten it, or stop and start it again')
  if (command === 'reset-risk') {
    risk.reset(session.core.kernel.ledger.equity())
    return done(`risk is ${risk.status}`)
  }
  if (command === 'resume') {
    if (haltOf(folder) === 'flatten')
      return refused('what it held was closed without it; end it, and begin another session')
    liftHalt(folder, '')
    if (risk.status !== 'active') risk.reset(session.core.kernel.ledger.equity())
  }
  session.command(command as 'pause', reason)
  return done(`trading is ${session.core.mode}`)
}

function done(text: string): ControlAnswer {
  return { text, isRefused: false }
}

function refused(text: string): ControlAnswer {
  return { text, isRefused: true }
}
