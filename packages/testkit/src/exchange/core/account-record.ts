import type { TimeMs } from '@kestrel/core'
import type { FeeRates, Income, MarginSettings, Movement, WalletName } from './account-types.ts'
import type { Market, MarketId } from './market-spec.ts'
import type { OrderRecord } from './order-record.ts'
import type { Fill, PositionSide } from './order-types.ts'
import { Wallet } from './wallet.ts'

/** A position inside the exchange. `qtyLots` and `entryAtoms` (the sum paid) are signed: positive is long. */
export interface PositionRecord {
  readonly market: Market
  readonly positionSide: PositionSide
  qtyLots: number
  entryAtoms: bigint
  /** Money set aside while the market is in isolated mode. */
  isolatedAtoms: bigint
  updatedMs: TimeMs
}

/** Everything the exchange knows of one account. */
export interface AccountRecord {
  readonly accountId: string
  /** The same object twice in a unified account. */
  readonly wallets: Readonly<Record<WalletName, Wallet>>
  readonly unified: boolean
  readonly fees: FeeRates | undefined
  hedgeMode: boolean
  readonly settings: Map<MarketId, MarginSettings>
  /** By market and leg, see {@link positionOf}. */
  readonly positions: Map<string, PositionRecord>
  /** All orders by rising id. */
  readonly orders: OrderRecord[]
  readonly open: Map<number, OrderRecord>
  readonly byId: Map<number, OrderRecord>
  readonly byConditionalId: Map<number, OrderRecord>
  /** Newest order of each market and client order id. */
  readonly byClientId: Map<string, OrderRecord>
  readonly fills: Fill[]
  readonly income: Income[]
  readonly movements: Movement[]
}

/** An account without money, orders or positions. */
export function newAccount(
  accountId: string,
  options: { readonly unified: boolean; readonly fees: AccountRecord['fees'] },
): AccountRecord {
  const spot = new Wallet()
  return {
    accountId,
    wallets: { spot, futures: options.unified ? spot : new Wallet() },
    unified: options.unified,
    fees: options.fees,
    hedgeMode: false,
    settings: new Map(),
    positions: new Map(),
    orders: [],
    open: new Map(),
    byId: new Map(),
    byConditionalId: new Map(),
    byClientId: new Map(),
    fills: [],
    income: [],
    movements: [],
  }
}

/** Leverage and margin mode on a market; 20 times and cross until they are set. */
export function settingsOf(account: AccountRecord, marketId: MarketId): MarginSettings {
  return account.settings.get(marketId) ?? { leverage: 20, marginMode: 'cross' }
}

/** The position of a leg, made flat where there is none. */
export function positionOf(account: AccountRecord, market: Market, positionSide: PositionSide): PositionRecord {
  const key = `${market.id}|${positionSide}`
  const known = account.positions.get(key)
  if (known !== undefined) return known
  const position: PositionRecord = { market, positionSide, qtyLots: 0, entryAtoms: 0n, isolatedAtoms: 0n, updatedMs: 0 }
  account.positions.set(key, position)
  return position
}

/** Fee rates of an account: its own, or the market's. */
export function feeRatesOf(account: AccountRecord, market: Market): FeeRates {
  return account.fees ?? { maker: market.makerFeeRate, taker: market.takerFeeRate }
}
