import type { ApiKey } from '../core/account-types.ts'
import type { ExchangePort } from '../core/exchange-port.ts'
import type { BybitMarkets } from './bybit-market.ts'
import type { AccountNotes } from './account-notes.ts'

/** What every endpoint works on. */
export interface BybitContext {
  readonly exchange: ExchangePort
  readonly markets: BybitMarkets
  readonly notes: AccountNotes
  /** False where the exchange's time is not the machine's, so that timestamps of clients mean nothing. */
  readonly isTimeChecked: boolean
}

/** A request of a known account. */
export interface AccountContext extends BybitContext {
  readonly key: ApiKey
  readonly nowMs: number
}
