import type { IncomingHttpHeaders } from 'node:http'

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

export function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.has(method)
}

/**
 * Why a request comes from a page that is not ours, or undefined.
 *
 * A browser states the page's origin with everything that changes something and with scripts' requests to other sites,
 * and pages cannot forge it. Scripts state none. `Sec-Fetch-Site` tells the same where Origin is left out.
 *
 * @param publicOrigin - where a proxy stands in front: the origin that people see
 */
export function foreignOrigin(
  method: string,
  headers: IncomingHttpHeaders,
  publicOrigin: string | undefined,
): string | undefined {
  const { origin, host } = headers
  if (origin !== undefined) {
    const own = [`http://${host}`, `https://${host}`, ...(publicOrigin === undefined ? [] : [publicOrigin])]
    return own.includes(origin.toLowerCase()) ? undefined : 'The request comes from another site.'
  }
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return undefined
  // Following a link to us is no attack; anything that changes something or reads by script is.
  const isNavigation = headers['sec-fetch-mode'] === 'navigate' && isSafeMethod(method)
  return isNavigation ? undefined : 'The request comes from another site.'
}
