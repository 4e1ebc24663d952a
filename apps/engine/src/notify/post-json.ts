import { ChannelError } from './channel.ts'

const TIMEOUT_MS = 10_000
const LONGEST_WAIT_MS = 300_000

export interface PostOptions {
  readonly channel: string
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs?: number | undefined
}

/**
 * Posts a JSON text. Redirects are not followed: they would carry the message to a place that nobody configured.
 *
 * @throws ChannelError without the address, which is a secret at most services
 */
export async function postJson(url: string, body: string, options: PostOptions): Promise<void> {
  const { channel, headers = {}, timeoutMs = TIMEOUT_MS } = options
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', 'user-agent': 'kestrel', ...headers },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    })
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError'
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined
    const code = cause !== undefined && 'code' in cause ? String(cause.code) : 'no connection'
    const why = isTimeout ? `no answer within ${timeoutMs} ms` : code
    throw new ChannelError({
      message: `The channel ${channel} cannot be reached: ${why}.`,
      isWorthRetrying: true,
      meta: { channel },
    })
  }
  // Nothing of the answer is needed, and what is not read keeps the connection busy.
  await response.body?.cancel()
  const { status } = response
  if (status >= 200 && status < 300) return
  throw new ChannelError({
    message: `The channel ${channel} answered ${status}.`,
    isWorthRetrying: status >= 500 || status === 408 || status === 425 || status === 429,
    waitMs: retryAfterMs(response.headers.get('retry-after')),
    meta: { channel, status },
  })
}

/** Milliseconds that a Retry-After header asks for, where it names seconds. */
function retryAfterMs(header: string | null): number | undefined {
  const seconds = Number(header ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(LONGEST_WAIT_MS, seconds * 1000) : undefined
}
