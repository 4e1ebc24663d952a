import { AsyncLocalStorage } from 'node:async_hooks'
import type { CcxtStreamClient } from '../ccxt/stream-clients.ts'

/** What is known of one call into ccxt while it works; kept by the async context, since calls run at the same time. */
export interface FeedCall {
  /** Told the socket that the call asks for. */
  readonly onClient: (client: CcxtStreamClient) => void
  /** True where an answer had a body and is no JSON, of which ccxt makes empty lists. */
  isCutOff: boolean
  /** The venue's word on when to come back. */
  retryAfterMs: number | undefined
}

const CALLS = new AsyncLocalStorage<FeedCall>()

export function newFeedCall(onClient: (client: CcxtStreamClient) => void = () => undefined): FeedCall {
  return { onClient, isCutOff: false, retryAfterMs: undefined }
}

export async function runFeedCall<T>(context: FeedCall, call: () => Promise<T>): Promise<T> {
  return CALLS.run(context, call)
}

export function currentFeedCall(): FeedCall | undefined {
  return CALLS.getStore()
}
