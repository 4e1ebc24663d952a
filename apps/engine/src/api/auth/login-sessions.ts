import type { Role } from '@kestrel/contracts'
import type { TimeMs } from '@kestrel/core'
import { newToken, tokenHash } from './secret-token.ts'

/** A login ends this long after it was used last, and in any case after the longest. */
const IDLE_MS = 12 * 3_600_000
const LONGEST_MS = 7 * 24 * 3_600_000
const MOST_LOGINS = 200

export interface Login {
  readonly user: string
  readonly role: Role
  readonly csrfToken: string
  readonly endMs: TimeMs
  lastMs: TimeMs
}

/** Logins of browsers. Kept in memory by the hash of their token: a restart ends them all. */
export class LoginSessions {
  readonly #logins = new Map<string, Login>()

  /** @returns the token for the cookie, and the login */
  begin(user: string, role: Role, nowMs: TimeMs): { readonly token: string; readonly login: Login } {
    const token = newToken()
    const login = { user, role, csrfToken: newToken(), endMs: nowMs + LONGEST_MS, lastMs: nowMs }
    this.#logins.set(tokenHash(token), login)
    for (const [oldest] of this.#logins) {
      if (this.#logins.size <= MOST_LOGINS) break
      this.#logins.delete(oldest)
    }
    return { token, login }
  }

  /** The login of a token, undefined where there is none or it has ended. */
  find(token: string, nowMs: TimeMs): Login | undefined {
    const key = tokenHash(token)
    const login = this.#logins.get(key)
    if (login === undefined) return undefined
    if (nowMs >= login.endMs || nowMs - login.lastMs > IDLE_MS) {
      this.#logins.delete(key)
      return undefined
    }
    login.lastMs = nowMs
    return login
  }

  end(token: string): void {
    this.#logins.delete(tokenHash(token))
  }
}
