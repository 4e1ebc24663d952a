import type { ApiKey } from '../core/account-types.ts'
import type { AccountSideOfExchange } from '../core/exchange-port.ts'
import type { ExchangeRequest } from '../front/dialect.ts'
import { BybitRefusal } from './bybit-answer.ts'
import { isSignedBy } from './sign-request.ts'

/** Who asks, by the `X-BAPI-*` headers. `scope` is what the key must be allowed. */
export type Scope = 'read' | 'spot' | 'futures'

/** A timestamp may be this far ahead of the venue's clock. */
const AHEAD_MS = 1_000

/**
 * Checks key, signature, timestamp and permission of a request.
 *
 * @param isTimeChecked - False takes any timestamp, for an exchange whose time is not the machine's.
 * @throws BybitRefusal 10001 (a header is missing), 10003 (unknown key), 10002 (timestamp outside the window), 10004
 *   (signature), 10005 (permission).
 */
export function authorizeRequest(
  accounts: AccountSideOfExchange,
  request: ExchangeRequest,
  isTimeChecked: boolean,
): ApiKey {
  const { headers, receivedMs } = request
  const apiKey = headers['x-bapi-api-key']
  const signature = headers['x-bapi-sign']
  const timestamp = headers['x-bapi-timestamp']
  const window = headers['x-bapi-recv-window'] ?? '5000'
  if (apiKey === undefined || apiKey === '') throw new BybitRefusal(10003, 'API key is invalid.', 401)
  if (signature === undefined || timestamp === undefined)
    throw new BybitRefusal(
      10001,
      `empty value: apiTimestamp[${timestamp ?? ''}] apiKey[***] apiSignature[]: openapi sign params error!`,
    )
  const key = accounts.key(apiKey)
  if (key === undefined) throw new BybitRefusal(10003, 'API key is invalid.')
  const sentMs = Number(timestamp)
  const windowMs = Number(window)
  if (isTimeChecked && !(sentMs >= receivedMs - windowMs && sentMs < receivedMs + AHEAD_MS))
    throw new BybitRefusal(
      10002,
      `invalid request, please check your server timestamp or recv_window param. req_timestamp[${timestamp}],server_timestamp[${receivedMs}],recv_window[${window}]`,
    )
  const payload = request.method === 'GET' ? request.rawQuery : request.body
  if (!isSignedBy(key.secret, timestamp + apiKey + window + payload, signature))
    throw new BybitRefusal(10004, 'error sign! origin_string[***]')
  requireScope(key, 'read')
  return key
}

/** @throws BybitRefusal 10005 where the key may not do it. */
export function requireScope(key: ApiKey, scope: Scope): void {
  if (!key.permissions[scope])
    throw new BybitRefusal(10005, 'Permission denied, please check your API key permissions.')
}
