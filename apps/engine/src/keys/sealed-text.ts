import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { UsageError } from '@kestrel/core'
import { z } from 'zod'

// scrypt at 128 MB and some tenths of a second a guess; OWASP's first choice.
export const LOG2_COST = 17
const MOST_LOG2_COST = 22
const BLOCK_SIZE = 8
const PARALLEL = 1
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

const base64 = z.base64().max(8_000_000)

const sealedSchema = z.strictObject({
  format: z.literal('kestrel-keys'),
  version: z.literal(1),
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    log2Cost: z.number().int().min(1).max(MOST_LOG2_COST),
    blockSize: z.literal(BLOCK_SIZE),
    parallel: z.literal(PARALLEL),
    salt: base64,
  }),
  cipher: z.strictObject({ name: z.literal('aes-256-gcm'), nonce: base64 }),
  /** The encrypted text with its 16-byte tag at the end. */
  sealed: base64,
})
type Sealed = z.infer<typeof sealedSchema>

/**
 * Encrypts a text under a passphrase: scrypt makes the key, AES-256-GCM encrypts and proves that nothing was changed, the
 * parameters included. JSON with a version. Each call draws its own salt and nonce.
 *
 * @param log2Cost - scrypt's N as a power of 2; less than the default only in tests
 */
export async function sealText(text: string, passphrase: string, log2Cost = LOG2_COST): Promise<string> {
  const header: Omit<Sealed, 'sealed'> = {
    format: 'kestrel-keys',
    version: 1,
    kdf: {
      name: 'scrypt',
      log2Cost,
      blockSize: BLOCK_SIZE,
      parallel: PARALLEL,
      salt: randomBytes(32).toString('base64'),
    },
    cipher: { name: 'aes-256-gcm', nonce: randomBytes(NONCE_BYTES).toString('base64') },
  }
  const key = await deriveKey(passphrase, header.kdf)
  const cipher = createCipheriv('aes-256-gcm', key, Buffer.from(header.cipher.nonce, 'base64'))
  cipher.setAAD(boundHeader(header))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  key.fill(0)
  return `${JSON.stringify({ ...header, sealed: sealed.toString('base64') }, undefined, 2)}\n`
}

/**
 * The text again.
 *
 * @param where - the file, for messages
 * @param leastLog2Cost - a weaker one is not what we wrote and is refused
 * @throws UsageError `KEYS_FILE` where it is no such file, `KEYS_VERSION` where a newer Kestrel wrote it,
 *   `KEYS_PASSPHRASE` where the passphrase is wrong or anything in the file was changed: the cipher cannot tell which
 */
export async function openText(
  json: string,
  passphrase: string,
  where: string,
  leastLog2Cost = LOG2_COST,
): Promise<string> {
  const { sealed, ...header } = parseSealed(json, where, leastLog2Cost)
  const bytes = Buffer.from(sealed, 'base64')
  const key = await deriveKey(passphrase, header.kdf)
  try {
    const nonce = Buffer.from(header.cipher.nonce, 'base64')
    const options = { authTagLength: TAG_BYTES }
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, options)
    decipher.setAAD(boundHeader(header))
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
    const text = Buffer.concat([decipher.update(bytes.subarray(0, bytes.length - TAG_BYTES)), decipher.final()])
    return text.toString('utf8')
  } catch {
    // The cause is left out: it says nothing, and nothing of the file may slip into a message.
    throw new UsageError({
      code: 'KEYS_PASSPHRASE',
      message: `The key file ${where} does not open: the passphrase is wrong, or the file was changed. It was left as it is.`,
      hint: 'Try the passphrase again; if it is right, restore the file from a copy.',
      meta: { file: where },
    })
  } finally {
    key.fill(0)
  }
}

function parseSealed(json: string, where: string, leastLog2Cost: number): Sealed {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    value = undefined
  }
  const version = (value as { version?: unknown } | null | undefined)?.version
  if (typeof version === 'number' && version > 1) {
    throw new UsageError({
      code: 'KEYS_VERSION',
      message: `The key file ${where} has version ${version}; this Kestrel reads version 1. It was left as it is.`,
      hint: 'Update Kestrel.',
      meta: { file: where, version },
    })
  }
  const parsed = sealedSchema.safeParse(value)
  const isWeak = parsed.success && parsed.data.kdf.log2Cost < leastLog2Cost
  if (parsed.success && !isWeak) return parsed.data
  const issue = parsed.error?.issues[0]
  const why = isWeak
    ? 'its passphrase could be guessed too fast'
    : `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`
  throw new UsageError({
    code: 'KEYS_FILE',
    message: `${where} is no key file that can be used: ${why}. It was left as it is.`,
    hint: 'Restore it from a copy, or move it away and add the keys again.',
    meta: { file: where },
  })
}

/** What the tag covers besides the text: changing a parameter breaks it. */
function boundHeader({ format, version, kdf, cipher }: Omit<Sealed, 'sealed'>): Buffer {
  const parts = [format, version, kdf.name, kdf.log2Cost, kdf.blockSize, kdf.parallel, kdf.salt, cipher.name]
  return Buffer.from(JSON.stringify([...parts, cipher.nonce]), 'utf8')
}

async function deriveKey(passphrase: string, { log2Cost, salt }: Sealed['kdf']): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const N = 2 ** log2Cost
  // 128 * N * r bytes, and some for the rest.
  const maxmem = 128 * N * BLOCK_SIZE + 2 ** 20
  const options = { N, r: BLOCK_SIZE, p: PARALLEL, maxmem }
  scrypt(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64'), KEY_BYTES, options, (error, key) =>
    error === null ? resolve(key) : reject(error),
  )
  return await promise
}
