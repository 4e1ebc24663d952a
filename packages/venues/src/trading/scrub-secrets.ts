/** Removes from a text what must not be seen. */
export type Scrub = (text: string) => string

/** Parameters and headers that carry a key or a signature. */
const SIGNED =
  /\b(signature|sign|apiKey|api_key|listenKey|token|X-MBX-APIKEY|X-BAPI-API-KEY|X-BAPI-SIGN|OK-ACCESS-[A-Z]+|API-Sign|API-Key)(["']?\s*[=:]\s*["']?)[^\s"'&,}]+/gi

/**
 * Removes addresses (they carry signed parameters), signatures, and the keys themselves wherever they stand.
 *
 * @param secrets - Read at each use, so that they are kept in one place only.
 */
export function scrubber(secrets: () => readonly (string | undefined)[]): Scrub {
  return (text) => {
    let clean = text.replaceAll(/\b(?:https?|wss?):\/\/\S+/g, '').replaceAll(SIGNED, '$1$2***')
    for (const secret of secrets())
      if (secret !== undefined && secret.length > 3) clean = clean.replaceAll(secret, '***')
    return clean.replaceAll(/\s+/g, ' ').trim()
  }
}
