import type { Identity, Role } from '@kestrel/contracts'
import type { TimeMs } from '@kestrel/core'
import type { IncomingHttpHeaders } from 'node:http'
import type { AccessList } from './access-file.ts'
import type { LoginSessions } from './login-sessions.ts'
import { equalSecrets, tokenHash } from './secret-token.ts'
import { tokenOfCookie } from './session-cookie.ts'

/** What proves who asks. */
export interface Proofs {
  /** Read again at each use, so that a removed user or token is out at once. */
  access(): AccessList
  readonly logins: LoginSessions
  readonly secureCookies: boolean
}

/**
 * Who sends these headers, or undefined. A bearer token goes before a cookie. Where nobody has a password or token the
 * caller is the owner of this machine: the server then listens on loopback only.
 */
export function identify(headers: IncomingHttpHeaders, proofs: Proofs, nowMs: TimeMs): Identity | undefined {
  const access = proofs.access()
  if (!isGuarded(access)) return { user: 'local', role: 'operator', by: 'open', csrfToken: null, expiresTimeMs: null }
  if (headers.authorization !== undefined) return bearer(headers.authorization, access)
  const token = tokenOfCookie(headers.cookie, proofs.secureCookies)
  const login = token === undefined ? undefined : proofs.logins.find(token, nowMs)
  if (login === undefined) return undefined
  // The role is the present one, and a user who is gone is nobody.
  const user = access.users.find(({ name }) => name === login.user)
  if (user === undefined) return undefined
  return { user: user.name, role: user.role, by: 'cookie', csrfToken: login.csrfToken, expiresTimeMs: login.endMs }
}

/** Whether anybody has to prove who he is. */
export function isGuarded(access: AccessList): boolean {
  return access.users.length > 0 || access.tokens.length > 0
}

export function mayAct(role: Role, needed: Role): boolean {
  return needed === 'viewer' || role === 'operator'
}

function bearer(header: string, access: AccessList): Identity | undefined {
  const token = /^Bearer ([\w~+/.-]{20,200}=*)$/i.exec(header)?.[1]
  if (token === undefined) return undefined
  const hash = tokenHash(token)
  let found: AccessList['tokens'][number] | undefined
  // All are compared, so that the time tells nothing about which one came close.
  for (const each of access.tokens) if (equalSecrets(each.sha256, hash)) found = each
  if (found === undefined) return undefined
  return { user: found.name, role: found.role, by: 'bearer', csrfToken: null, expiresTimeMs: null }
}
