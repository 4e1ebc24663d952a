const NAME = 'kestrel_session'
/** A name that browsers take only with Secure, Path=/ and no Domain, so that no sibling site can plant one. */
const SECURE_NAME = `__Host-${NAME}`

/** The cookie of a login: unreadable for scripts, never sent along from another site. */
export function sessionCookie(token: string, maxAgeSeconds: number, secure: boolean): string {
  const name = secure ? SECURE_NAME : NAME
  const parts = [`${name}=${token}`, 'Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${maxAgeSeconds}`]
  return [...parts, ...(secure ? ['Secure'] : [])].join('; ')
}

/** The cookie that takes it away. */
export function endedCookie(secure: boolean): string {
  return sessionCookie('', 0, secure)
}

/** The token of a Cookie header, undefined where there is none. */
export function tokenOfCookie(header: string | undefined, secure: boolean): string | undefined {
  const name = secure ? SECURE_NAME : NAME
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return undefined
}
