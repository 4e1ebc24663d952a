import { type Instrument, instrumentOf } from '@kestrel/core'
import {
  EXAMPLE_PERPETUAL,
  EXAMPLE_SPOT,
  type LocalExchange,
  type LocalVenueName,
  startExchange,
  type StartExchangeOptions,
} from '@kestrel/testkit'
import type { CcxtTradingOptions } from '@kestrel/venues'

/** Venues that schedules are run at. */
export type FaultVenueName = 'usdm' | 'spot' | 'bybit'

/** A venue of the local exchange and what a session trades there. */
export interface FaultVenue {
  readonly local: LocalVenueName
  readonly spec: typeof EXAMPLE_PERPETUAL
  readonly gateway: Pick<CcxtTradingOptions, 'venue' | 'products'>
  /** As the gateway names itself. */
  readonly venue: string
  readonly instrument: Instrument
}

/** Quote units. */
export const START_PRICE = 60_000

/** Money that every account begins with. */
export const START_BALANCES = { spot: { USDT: '100000' }, futures: { USDT: '100000' } } as const

export const FAULT_VENUES: Readonly<Record<FaultVenueName, FaultVenue>> = {
  usdm: {
    local: 'binanceusdm',
    spec: EXAMPLE_PERPETUAL,
    gateway: { venue: 'binance', products: ['linear'] },
    venue: 'BINANCE',
    instrument: traded('BTC-USDT-PERP.BINANCE', EXAMPLE_PERPETUAL),
  },
  spot: {
    local: 'binance',
    spec: EXAMPLE_SPOT,
    gateway: { venue: 'binance', products: ['spot'] },
    venue: 'BINANCE',
    instrument: traded('BTC-USDT.BINANCE', EXAMPLE_SPOT),
  },
  bybit: {
    local: 'bybit',
    spec: EXAMPLE_PERPETUAL,
    gateway: { venue: 'bybit', products: ['linear'] },
    venue: 'BYBIT',
    instrument: traded('BTC-USDT-PERP.BYBIT', EXAMPLE_PERPETUAL),
  },
}

/** An exchange on which nobody else trades; the market stands where it is put. It serves many accounts, one after the other. */
export async function startFaultExchange(
  name: FaultVenueName,
  options: Partial<StartExchangeOptions> = {},
): Promise<LocalExchange> {
  const { local, spec } = FAULT_VENUES[name]
  return startExchange({
    venues: [local],
    markets: [{ spec: { ...spec, mode: 'noiseless' }, startPrice: START_PRICE }],
    flow: 'none',
    historyMinutes: 0,
    rateLimits: false,
    ...options,
  })
}

function traded(
  id: string,
  { tickSize, lotSize, minNotional, makerFeeRate, takerFeeRate }: FaultVenue['spec'],
): Instrument {
  return instrumentOf({ id, tickSize, lotSize, minNotional, makerFeeRate, takerFeeRate })
}
