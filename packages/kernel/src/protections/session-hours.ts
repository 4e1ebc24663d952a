import type { TimeMs } from '@kestrel/core'
import type { Protection } from './protection.ts'
import type { SessionHoursSpec } from './protection-spec.ts'
import { isInWindow, parseSessionWindow, type SessionWindow } from './session-window.ts'

/** Allows entries in some hours of the week only. */
export class SessionHours implements Protection {
  readonly #windows: readonly SessionWindow[]
  readonly #reason: string

  constructor({ windows }: SessionHoursSpec) {
    this.#windows = windows.map(parseSessionWindow).filter((each) => each !== undefined)
    this.#reason = `outside the session hours ${windows.join(', ')} UTC`
  }

  refusal(_instrumentIndex: number, timeMs: TimeMs): string | undefined {
    return this.#windows.some((window) => isInWindow(window, timeMs)) ? undefined : this.#reason
  }
}
