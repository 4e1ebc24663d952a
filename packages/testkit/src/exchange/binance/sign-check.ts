import { createHmac, timingSafeEqual } from 'node:crypto'
import { BinanceRefusal } from '../binance-market/binance-answer.ts'
import type { ApiKey } from '../core/account-types.ts'
import { type BinanceParams, missing } from './binance-params.ts'

/** What a request may touch: no more than the key allows. */
export type Scope = 'read' | 'spot' | 'futures' | 'withdraw'

const REJECTED_KEY = 'Invalid API-key, IP, or permissions for action.'

/** Finds the key of a request, and refuses one that is malformed, unknown or not allowed to do this. */
export function checkKey(
  apiKey: string | undefined,
  find: (apiKey: string) => ApiKey | undefined,
  scope: Scope,
): ApiKey {
  if (apiKey === undefined || apiKey === '') throw new BinanceRefusal(-2014, 'API-key format invalid.', 401)
  const key = find(apiKey)
  if (key === undefined || !key.permissions[scope]) throw new BinanceRefusal(-2015, REJECTED_KEY, 401)
  return key
}

/**
 * Checks the signature and then the time.
 *
 * @param payload - What was signed: address and body as they came, without `signature`.
 * @throws BinanceRefusal -1102, -1021 (outside `recvWindow`, or more than a second ahead), -1022, -1131.
 */
export function checkSignature(payload: string, params: BinanceParams, key: ApiKey, nowMs: number): void {
  const given = params.text('signature')
  if (given === undefined) throw missing('signature')
  const timestamp = params.whole('timestamp')
  if (timestamp === undefined) throw missing('timestamp')
  const windowText = params.decimal('recvWindow') ?? '5000'
  if (Number(windowText) > 60_000) throw new BinanceRefusal(-1131, 'recvWindow must be less than 60000')
  if (timestamp >= nowMs + 1_000) {
    throw new BinanceRefusal(-1021, "Timestamp for this request was 1000ms ahead of the server's time.")
  }
  if (nowMs - timestamp > Number(windowText)) {
    throw new BinanceRefusal(-1021, 'Timestamp for this request is outside of the recvWindow.')
  }
  const expected = createHmac('sha256', key.secret).update(payload).digest()
  const actual = Buffer.from(/^[0-9a-fA-F]{64}$/.test(given) ? given : '', 'hex')
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
    throw new BinanceRefusal(-1022, 'Signature for this request is not valid.')
  }
}

/** The signed text of a REST request: query and body joined, the signature cut out wherever it stands. */
export function signedPayload(rawQuery: string, body: string): string {
  return (rawQuery + body).replace(/(^|&)signature=[^&]*/, '').replace(/^&/, '')
}

/** The signed text of a websocket request: every parameter but the signature, by name. */
export function signedParams(params: Readonly<Record<string, string>>): string {
  return Object.keys(params)
    .filter((name) => name !== 'signature')
    .sort()
    .map((name) => `${name}=${params[name] ?? ''}`)
    .join('&')
}
