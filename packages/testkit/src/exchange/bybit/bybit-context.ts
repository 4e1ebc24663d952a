import type { ApiKey } from '../core/account-types.ts'
import type { ExchangePort } from '../core/exchange-port.ts'
import type { BybitMarkets } from './bybit-market.ts'
import type { AccountNotes } from './account-notes.ts'

/** What every endpoint works on. */
export interface BybitContext {
  readonly exchange: ExchangePort
  readonly markets: BybitMarkets
  readonly notes: AccountNotes
}

/** A request of a known account. */
export interface AccountContext extends BybitContext {
  readonly key: ApiKey
  readonly nowMs: number
}
