import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** What tells one process from another, also after its number was given to a later one. */
export interface ProcessIdentity {
  readonly pid: number
  readonly host: string
  /** When the process started, in the system's own counting; empty where the system does not tell. */
  readonly started: string
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, host: hostname(), started: startOf(process.pid) ?? '' }
}

/**
 * True unless the process is known to have ended.
 *
 * A process of another machine counts as alive: it cannot be asked.
 */
export function isAlive({ pid, host, started }: ProcessIdentity): boolean {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives and belongs to someone else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const nowStarted = startOf(pid)
  return nowStarted === undefined || started === '' || nowStarted === started
}

/**
 * Start of a process: the boot's id and the clock ticks since boot (`/proc`, Linux). `undefined` elsewhere, and for
 * processes that are not there.
 */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the command in parentheses and may itself hold spaces; field 22 is the start time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return `${boot}/${fields[19] ?? ''}`
  } catch {
    return undefined
  }
}
