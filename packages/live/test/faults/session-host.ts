import type { BarRow } from '@kestrel/kernel'
import { FAULT_VENUES } from './fault-venue.ts'
import { MACHINE_CLOCK, openFaultSession, type OpenSession, type SessionPlace } from './fault-session.ts'
import { startChild } from './child-host.ts'

/** A session wherever it runs. */
export interface SessionHost {
  /** Close of the last bar that it knows. */
  readonly playedToMs: number
  /** False once its process is dead. */
  readonly isAlive: boolean
  bar(bar: BarRow): void
  /** Tears it down; a process is killed. */
  end(): Promise<void>
}

/** A session in this process. */
export async function hostHere(place: SessionPlace): Promise<SessionHost & OpenSession> {
  const open = await openFaultSession(place)
  const { instrument } = FAULT_VENUES[place.test.venue]
  return {
    ...open,
    playedToMs: open.session.core.kernel.nowMs,
    isAlive: true,
    bar: (bar) => open.session.onBar(instrument, '1m', { ...bar, tsRecvMs: MACHINE_CLOCK.nowMs() }),
    end: open.close,
  }
}

/** A session in a process of its own, which may be killed. */
export async function hostInChild(place: SessionPlace): Promise<SessionHost> {
  return startChild(place)
}
