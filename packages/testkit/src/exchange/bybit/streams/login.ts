import type { ApiKey } from '../../core/account-types.ts'
import type { BybitContext } from '../bybit-context.ts'
import { isSignedBy } from '../sign-request.ts'

/** The key that an `auth` message proves, or why it does not: `[apiKey, expiresMs, signature of GET/realtime + expires]`. */
export function loginOf(
  { exchange, isTimeChecked }: BybitContext,
  args: readonly unknown[],
  receivedMs: number,
): { readonly key: ApiKey } | { readonly refusal: string; readonly code: number } {
  const [apiKey, expires, signature] = args.map(String)
  const key = exchange.key(apiKey ?? '')
  if (key === undefined) return { refusal: 'API key is invalid.', code: 10003 }
  if (isTimeChecked && !(Number(expires) > receivedMs))
    return { refusal: 'Params Error: expires is in the past', code: 10002 }
  if (!isSignedBy(key.secret, `GET/realtime${expires}`, signature ?? ''))
    return { refusal: 'error sign! origin_string[***]', code: 10004 }
  return { key }
}
