import { createHash } from 'node:crypto'
import { UsageError } from '@kestrel/core'
import { z } from 'zod'

const keyName = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'small letters, digits and -, at most 40, a letter first')

/** Keys of an account at an exchange. */
const exchangeKeySchema = z.strictObject({
  kind: z.literal('exchange'),
  name: keyName,
  /** As ccxt names it: `binance`. */
  venue: z.string().regex(/^[a-z][a-z0-9]{1,30}$/, "the exchange's ccxt name in small letters and digits"),
  apiKey: z.string().min(4).max(4096),
  secret: z.string().min(4).max(16_384),
  /** Third part of the key, which some exchanges ask for. */
  password: z.string().min(1).max(1024).optional(),
})

/** Any other secret, such as the token of a bot. */
const plainSecretSchema = z.strictObject({
  kind: z.literal('secret'),
  name: keyName,
  value: z.string().min(1).max(16_384),
})

export const keyEntrySchema = z.discriminatedUnion('kind', [exchangeKeySchema, plainSecretSchema])
export type KeyEntry = z.infer<typeof keyEntrySchema>

/**
 * An entry whose every field has a usable form.
 *
 * @throws UsageError `KEYS_ENTRY` that names the field and never its value
 */
export function keyEntryOf(value: unknown): KeyEntry {
  const parsed = keyEntrySchema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const field = issue?.path.join('.') ?? ''
  throw new UsageError({
    code: 'KEYS_ENTRY',
    message: `This key cannot be stored: ${field === '' ? '' : `${field}: `}${issue?.message ?? ''}. Nothing was written.`,
    meta: { field },
  })
}

/** Texts of an entry that nobody else may see. */
export function secretsOf(entry: KeyEntry): readonly string[] {
  if (entry.kind === 'secret') return [entry.value]
  return [entry.apiKey, entry.secret, ...(entry.password === undefined ? [] : [entry.password])]
}

/** Tells entries apart without telling what they hold: 12 hexadecimal digits of SHA-256 over the API key or the secret. */
export function fingerprintOf(entry: KeyEntry): string {
  const text = entry.kind === 'secret' ? entry.value : entry.apiKey
  return createHash('sha256').update(`kestrel key ${text}`).digest('hex').slice(0, 12)
}
