import { UsageError } from '@kestrel/core'
import type { CcxtExchange } from './ccxt-exchange.ts'

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

/**
 * Sends every request of an exchange to another server and opens its streams there, paths unchanged (but for Binance's spot
 * streams, which are below `/stream`): a mirror, or a local exchange for tests.
 *
 * @param baseUrl - https, or http to this machine.
 * @throws UsageError `VENUE_BASE_URL`.
 */
export function redirectExchange(exchange: CcxtExchange, baseUrl: string): void {
  const base = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  const isAllowed = base?.protocol === 'https:' || (base?.protocol === 'http:' && LOOPBACK.has(base.hostname))
  if (base === undefined || !isAllowed)
    throw new UsageError({
      code: 'VENUE_BASE_URL',
      message: `The base URL ${baseUrl} of ${exchange.id} cannot be used. Nothing was asked.`,
      hint: 'Give an https address, or http on this machine.',
      meta: { venue: exchange.id },
    })
  exchange.urls = { ...exchange.urls, api: redirected(exchange.urls.api, base.origin) }
}

/** Binance's spot sockets: ccxt tells them from those of futures by `/stream` in the address, which here is the host's name. */
const NAMED_BY_HOST = /^wss:\/\/(?:demo-)?stream\.[^/]+(?=\/ws$)/

/** ccxt keeps one address or a tree of them, with `{hostname}` in some. */
function redirected(addresses: unknown, origin: string): unknown {
  if (typeof addresses === 'string') {
    const wsOrigin = origin.replace(/^http/, 'ws')
    if (NAMED_BY_HOST.test(addresses)) return addresses.replace(NAMED_BY_HOST, `${wsOrigin}/stream`)
    return addresses.replace(/^(?:ws|http)s?:\/\/[^/]+/, (found) => (found.startsWith('ws') ? wsOrigin : origin))
  }
  if (typeof addresses !== 'object' || addresses === null) return addresses
  return Object.fromEntries(Object.entries(addresses).map(([name, inner]) => [name, redirected(inner, origin)]))
}
