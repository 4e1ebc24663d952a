import { createHash } from 'node:crypto'

/** How long a listen key lives after it was made or last kept alive. */
const LIFE_MS = 3_600_000

interface ListenKey {
  readonly text: string
  readonly accountId: string
  expiresMs: number
}

/** Listen keys of the futures user-data stream: one of each API key, alive for an hour after its last keep-alive. */
export class ListenKeys {
  readonly #byApiKey = new Map<string, ListenKey>()
  readonly #byText = new Map<string, ListenKey>()
  #made = 0

  /** The key of an API key, new or lived on. */
  open(apiKey: string, accountId: string, nowMs: number): string {
    const known = this.#byApiKey.get(apiKey)
    if (known !== undefined && known.expiresMs > nowMs) {
      known.expiresMs = nowMs + LIFE_MS
      return known.text
    }
    const hash = createHash('sha512')
      .update(`${apiKey} ${this.#made++}`)
      .digest('base64url')
    const text = hash.replace(/[-_]/g, 'q').slice(0, 64)
    const key = { text, accountId, expiresMs: nowMs + LIFE_MS }
    this.#byApiKey.set(apiKey, key)
    this.#byText.set(text, key)
    return text
  }

  /** Keeps the API key's listen key alive; undefined where it has none. */
  keepAlive(apiKey: string, nowMs: number): string | undefined {
    const key = this.#byApiKey.get(apiKey)
    if (key === undefined || key.expiresMs <= nowMs) return undefined
    key.expiresMs = nowMs + LIFE_MS
    return key.text
  }

  close(apiKey: string): void {
    const key = this.#byApiKey.get(apiKey)
    if (key !== undefined) key.expiresMs = 0
  }

  /** The account that a key listens to; undefined for one that is unknown or has expired. */
  accountOf(text: string, nowMs: number): string | undefined {
    const key = this.#byText.get(text)
    return key !== undefined && key.expiresMs > nowMs ? key.accountId : undefined
  }
}
