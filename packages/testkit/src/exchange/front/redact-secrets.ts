const HIDDEN = '***'

/** Names, in lower case and without separators, whose values prove who somebody is. */
const SECRET_NAMES = new Set(['signature', 'sign', 'apikey', 'secret', 'passphrase', 'password', 'token', 'listenkey'])

function isSecret(name: string): boolean {
  return SECRET_NAMES.has(name.toLowerCase().replaceAll(/[^a-z]/g, ''))
}

/** A query string or form with the values of keys and signatures replaced. */
export function redactQuery(query: string): string {
  return query.replaceAll(/([^&=?]+)=([^&]*)/g, (pair, name: string) => (isSecret(name) ? `${name}=${HIDDEN}` : pair))
}

/**
 * A body or message with the values of keys and signatures replaced, cut at 2,000 characters. The arguments of a Bybit login
 * carry no names, so all of them go.
 */
export function redactBody(text: string): string {
  if (text === '') return text
  const shown = text.trimStart().startsWith('{') ? redactJson(text) : redactQuery(text)
  return shown.length > 2_000 ? `${shown.slice(0, 2_000)}...` : shown
}

function redactJson(text: string): string {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    // Nobody can say where a secret ends in something that is no JSON.
    return `${HIDDEN} (${text.length} characters that are no JSON)`
  }
  if (typeof parsed === 'object' && parsed !== null && 'op' in parsed && parsed.op === 'auth')
    parsed = { ...parsed, args: HIDDEN }
  return JSON.stringify(parsed, (name, value: unknown) => (isSecret(name) ? HIDDEN : value))
}
