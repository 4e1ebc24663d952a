import { VenueError } from '../venue-error.ts'
import type { CcxtExchange } from '../ccxt/ccxt-exchange.ts'
import type { StreamingExchange } from '../ccxt/stream-clients.ts'

/** What ccxt makes of an answer; `info` is the answer itself, and all that is used. */
interface CcxtAnswer {
  readonly info?: unknown
}

/** The parts of a ccxt.pro exchange that trading uses, beside those that history uses. */
export interface TradingExchange extends CcxtExchange, StreamingExchange {
  apiKey: string
  secret: string
  password: string | undefined
  /** Milliseconds that a request of cost 1 takes from the budget. */
  readonly rateLimit: number
  loadHttpProxyAgent(): Promise<unknown>
  milliseconds(): number
  nonce(): number
  throttle(cost?: number): Promise<void>
  fetch(...args: unknown[]): Promise<unknown>
  setSandboxMode(enabled: boolean): void
  enableDemoTrading?(enabled: boolean): void
  close(): Promise<void>
  createOrder(
    symbol: string,
    type: string,
    side: string,
    amount: number,
    price?: number,
    params?: object,
  ): Promise<CcxtAnswer>
  editOrder(
    id: string | undefined,
    symbol: string,
    type: string,
    side: string,
    amount?: number,
    price?: number,
    params?: object,
  ): Promise<CcxtAnswer>
  cancelOrder(id: string | undefined, symbol: string, params?: object): Promise<CcxtAnswer>
  cancelAllOrders(symbol?: string, params?: object): Promise<unknown>
  cancelAllOrdersAfter(timeoutMs: number, params?: object): Promise<unknown>
  setLeverage(leverage: number, symbol: string, params?: object): Promise<unknown>
  setMarginMode(marginMode: string, symbol: string, params?: object): Promise<unknown>
  setPositionMode(hedged: boolean, symbol?: string, params?: object): Promise<unknown>
  watchOrders(symbol?: string, since?: number, limit?: number, params?: object): Promise<unknown>
  watchMyTrades(symbol?: string, since?: number, limit?: number, params?: object): Promise<unknown>
  watchBalance(params?: object): Promise<unknown>
  watchPositions(symbols?: readonly string[], since?: number, limit?: number, params?: object): Promise<unknown>
}

/**
 * Calls an endpoint by the name that ccxt derives from its path: `privateGetMyTrades`. The answer comes as the venue sent it.
 *
 * @throws VenueError `VENUE_NOT_SERVED` where this version of ccxt has no such endpoint.
 */
export async function askEndpoint(exchange: TradingExchange, name: string, params: object = {}): Promise<unknown> {
  const endpoint = (exchange as unknown as Record<string, unknown>)[name]
  if (typeof endpoint !== 'function')
    throw new VenueError({
      code: 'VENUE_NOT_SERVED',
      message: `${exchange.id}: the exchange client has no endpoint ${name}.`,
      meta: { venue: exchange.id, endpoint: name },
    })
  return (endpoint as (params: object) => Promise<unknown>)(params)
}
