import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { UsageError } from '@kestrel/core'

/** Shorter passwords are refused when they are set. */
const SHORTEST_PASSWORD = 12

// OWASP Password Storage Cheat Sheet, scrypt: N=2^15, r=8, p=3 costs as much as N=2^17, r=8, p=1, in 32 MB instead of 128.
const COST = 2 ** 15
const BLOCK_SIZE = 8
const PARALLEL = 3
const HASH_BYTES = 32
const MAX_MEMORY = 64 * 2 ** 20

/**
 * Hash of a password as text: `scrypt$N$r$p$salt$hash`, the last two in base64url.
 *
 * @throws UsageError `PASSWORD_SHORT` below 12 characters
 */
export async function hashPassword(password: string): Promise<string> {
  if (password.length < SHORTEST_PASSWORD) {
    throw new UsageError({
      code: 'PASSWORD_SHORT',
      message: `A password has at least ${SHORTEST_PASSWORD} characters. Nothing was stored.`,
      hint: 'Four words picked by dice make a good one.',
    })
  }
  const salt = randomBytes(16)
  const hash = await derive(password, salt, COST, BLOCK_SIZE, PARALLEL)
  return ['scrypt', COST, BLOCK_SIZE, PARALLEL, salt.toString('base64url'), hash.toString('base64url')].join('$')
}

/** Whether a password is the one of a stored hash, in time that tells nothing; false where the hash has no known form. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const match = /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]{16,})\$([\w-]{43})$/.exec(stored)
  if (match === null) return false
  const [, cost = '', blockSize = '', parallel = '', salt = '', hash = ''] = match
  const expected = Buffer.from(hash, 'base64url')
  const found = await derive(
    password,
    Buffer.from(salt, 'base64url'),
    Number(cost),
    Number(blockSize),
    Number(parallel),
  ).catch(() => Buffer.alloc(HASH_BYTES))
  return expected.length === found.length && timingSafeEqual(expected, found) && expected.some((byte) => byte !== 0)
}

async function derive(password: string, salt: Buffer, N: number, r: number, p: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  // One password typed on two keyboards is one password.
  scrypt(password.normalize('NFKC'), salt, HASH_BYTES, { N, r, p, maxmem: MAX_MEMORY }, (error, key) =>
    error === null ? resolve(key) : reject(error),
  )
  return await promise
}
