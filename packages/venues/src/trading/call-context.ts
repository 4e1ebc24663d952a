import { AsyncLocalStorage } from 'node:async_hooks'

/** What a call is for; the order in which they get their turn. */
export type CallPriority = 'cancel' | 'create' | 'query'

/**
 * What is known of one call of the gateway while ccxt works on it, which may send several requests. Kept by the async
 * context, since calls run at the same time.
 */
export interface CallContext {
  readonly priority: CallPriority
  /** Asked right before a request goes out; false: it must not. */
  readonly isWanted: () => boolean
  /** Requests that went out: while there is none, nothing can have happened at the venue. */
  sent: number
  /** HTTP status of the last answer, 0 before one. */
  status: number
  /** True where an answer had a body and is no JSON. */
  isCutOff: boolean
  /** The venue's word on when to come back. */
  retryAfterMs: number | undefined
}

const CALLS = new AsyncLocalStorage<CallContext>()

export function newCall(priority: CallPriority, isWanted: () => boolean = () => true): CallContext {
  return { priority, isWanted, sent: 0, status: 0, isCutOff: false, retryAfterMs: undefined }
}

export async function runCall<T>(context: CallContext, call: () => Promise<T>): Promise<T> {
  return CALLS.run(context, call)
}

/** The call that is being worked on; undefined outside, as for the requests of a stream's login. */
export function currentCall(): CallContext | undefined {
  return CALLS.getStore()
}
