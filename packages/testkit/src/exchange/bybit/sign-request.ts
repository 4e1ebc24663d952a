import { createHmac, timingSafeEqual } from 'node:crypto'

/** HMAC-SHA256 in hex, as the venue wants it for requests and for the login of a stream. */
function bybitSignature(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex')
}

/** Whether a signature is that of the text. */
export function isSignedBy(secret: string, text: string, signature: string): boolean {
  const expected = Buffer.from(bybitSignature(secret, text))
  const given = Buffer.from(signature)
  return expected.length === given.length && timingSafeEqual(expected, given)
}
