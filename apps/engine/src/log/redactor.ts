/** What stands where a secret was. */
const REDACTED = '[redacted]'

/** A shorter text is too common to be taken for a secret wherever it stands. */
const SHORTEST_SECRET = 6

/** Texts that look like a secret, with the part that is kept in front of it. */
const PATTERNS: readonly { readonly pattern: RegExp; readonly put: string }[] = [
  // Private keys as files hold them.
  { pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, put: REDACTED },
  // Names and passwords in addresses.
  { pattern: /([a-z][a-z0-9+.-]*:\/\/)[^\s/@:"']*:[^\s/@"']+@/gi, put: `$1${REDACTED}@` },
  // Headers: the credentials after the scheme, and headers that are a key as a whole.
  { pattern: /\b(Bearer|Basic|Digest)\s+[A-Za-z0-9._~+/=-]{8,}/g, put: `$1 ${REDACTED}` },
  {
    pattern:
      /\b(x-mbx-apikey|x-bapi-api-key|x-bapi-sign|ok-access-(?:key|sign|passphrase)|api-sign|set-cookie|cookie)\b(["']?\s*[:=]\s*["']?)[^\s"',;}]+/gi,
    put: `$1$2${REDACTED}`,
  },
  // `apiKey=...`, `"secret": "..."`, `passphrase: ...`; a name may be the end of a longer one.
  {
    pattern:
      /((?:api[-_]?key|api[-_]?secret|secret(?:[-_]?key)?|private[-_]?key|passw(?:or)?d|passphrase|(?:access|auth|bot|refresh|session|csrf)?[-_]?token|listen[-_]?key|signature)["']?\s*[:=]\s*["']?)(?!\[redacted\])[^\s"',;&}]{4,}/gi,
    put: `$1${REDACTED}`,
  },
  // Tokens that tell by their form what they are.
  { pattern: /\bkst_[A-Za-z0-9_-]{20,}/g, put: REDACTED },
  { pattern: /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g, put: REDACTED },
  { pattern: /\b(bot)?\d{6,12}:[A-Za-z0-9_-]{30,}/g, put: `$1${REDACTED}` },
  { pattern: /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g, put: REDACTED },
  { pattern: /(hooks\.slack\.com\/(?:services|workflows|triggers)\/)[^\s"']+/g, put: `$1${REDACTED}` },
  { pattern: /(discord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks\/)[^\s"']+/g, put: `$1${REDACTED}` },
  // 64 letters and digits of both cases: an exchange's key. Hashes are of one case and stay.
  { pattern: /\b(?=[0-9A-Za-z]*[a-z])(?=[0-9A-Za-z]*[A-Z])(?=[0-9A-Za-z]*\d)[0-9A-Za-z]{64}\b/g, put: REDACTED },
]

/**
 * Takes secrets out of text: those that it was told of, in plain, URL-encoded, JSON-escaped and base64 form, and what
 * looks like one. Everything that the engine writes for people or files goes through one.
 */
export class Redactor {
  readonly #known = new Set<string>()

  /** Remembers a secret. Shorter ones than six characters are left to the patterns: they would tear words apart. */
  keep(secret: string): void {
    if (secret.length < SHORTEST_SECRET) return
    const escaped = JSON.stringify(secret).slice(1, -1)
    const base64 = Buffer.from(secret, 'utf8').toString('base64')
    for (const form of [secret, escaped, encodeURIComponent(secret), base64, base64.replaceAll('=', '')]) {
      this.#known.add(form)
    }
    // A key of several lines is printed line by line too.
    for (const line of secret.split('\n')) {
      if (line.trim().length >= 16 && !line.startsWith('-----')) this.#known.add(line.trim())
    }
  }

  /** Without the secrets that it was told of; everything else stays as it is. O(secrets x length). */
  withoutKnown(text: string): string {
    let clean = text
    for (const secret of this.#known) {
      if (clean.includes(secret)) clean = clean.replaceAll(secret, REDACTED)
    }
    return clean
  }

  /** Without known secrets and without what looks like one. */
  text(text: string): string {
    let clean = this.withoutKnown(text)
    for (const { pattern, put } of PATTERNS) clean = clean.replaceAll(pattern, put)
    return clean
  }
}

/** The redactor of this process: keys, passwords and tokens are told to it when they are read. */
export const processRedactor = new Redactor()
