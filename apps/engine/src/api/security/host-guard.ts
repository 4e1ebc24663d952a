import { isIP } from 'node:net'

/** Addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase()
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name)
}

/** Host names that a request may be for, besides addresses in numbers. */
export interface HostRules {
  /** What the server listens on. */
  readonly listenHost: string
  /** Names under which people reach it, small letters, without port. */
  readonly allowedHosts: readonly string[]
  /** `https://kestrel.example` where a proxy stands in front. */
  readonly publicOrigin: string | undefined
}

/**
 * Whether a request's Host header names this server.
 *
 * A page of a stranger can point its own name at our address (DNS rebinding) and then counts as same-origin for the
 * browser; the Host header then still says the stranger's name. So names are refused unless they are known, while
 * addresses in numbers cannot be re-pointed. On loopback only loopback names pass.
 */
export function isOwnHost(header: string | undefined, rules: HostRules): boolean {
  const name = nameOfHost(header ?? '')
  if (name === undefined) return false
  if (rules.allowedHosts.includes(name)) return true
  if (rules.publicOrigin !== undefined && new URL(rules.publicOrigin).host === (header ?? '').toLowerCase()) return true
  if (isLoopback(name)) return true
  if (isLoopback(rules.listenHost)) return false
  return isIP(name.replace(/^\[|\]$/g, '')) !== 0
}

/** The name in a Host header, small letters, without port; undefined where it has no such form. */
function nameOfHost(header: string): string | undefined {
  return /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::\d{1,5})?$/i.exec(header)?.[1]?.toLowerCase()
}
