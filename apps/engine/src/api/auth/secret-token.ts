import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Marks a token of ours, so that people and scanners recognise a leaked one. */
const PREFIX = 'kst_'

/** A new token of 256 random bits. */
export function newToken(): string {
  return PREFIX + randomBytes(32).toString('base64url')
}

/** What is stored of a token. A fast hash will do: 256 random bits cannot be guessed. Hex. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Whether two texts are equal, in time that does not tell where they differ. */
export function equalSecrets(a: string, b: string): boolean {
  // Of equal length, whatever was given.
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest())
  return left !== undefined && right !== undefined && timingSafeEqual(left, right)
}
