import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { BarRow } from '@kestrel/kernel'
import type { SessionPlace } from './fault-session.ts'
import type { SessionHost } from './session-host.ts'

/** What a child tells: that it trades, or that it could not start. */
export type ChildMessage =
  | { readonly kind: 'running'; readonly playedToMs: number }
  | { readonly kind: 'refused'; readonly message: string }

/** Starts a process that runs a session. It resolves when the session trades, or when the process is dead. */
export async function startChild(place: SessionPlace): Promise<SessionHost & { readonly pid: number }> {
  const child = fork(join(import.meta.dirname, 'session-child.ts'), [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const state = { isAlive: true }
  const dead = new Promise<void>((resolve) => {
    child.once('exit', () => {
      state.isAlive = false
      resolve()
    })
  })
  child.on('error', () => undefined)
  child.send(place)
  const message = await Promise.race([told(child), dead])
  if (message?.kind === 'refused') {
    await dead
    throw new Error(message.message)
  }
  return {
    pid: child.pid ?? 0,
    playedToMs: message?.kind === 'running' ? message.playedToMs : Number.NaN,
    get isAlive() {
      return state.isAlive
    },
    bar(bar: BarRow) {
      if (child.connected) child.send(bar, () => undefined)
    },
    async end() {
      child.kill('SIGKILL')
      await dead
    },
  }
}

async function told(child: ChildProcess): Promise<ChildMessage> {
  return new Promise((resolve) => {
    child.once('message', (message) => resolve(message as ChildMessage))
  })
}
