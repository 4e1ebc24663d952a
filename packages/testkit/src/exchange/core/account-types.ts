import type { TimeMs } from '@kestrel/core'
import type { MarketId } from './market-spec.ts'
import type { PositionSide } from './order-types.ts'

/** What an API key may do. */
export interface Permissions {
  readonly read: boolean
  readonly spot: boolean
  readonly futures: boolean
  readonly withdraw: boolean
}

/** Spot money, or the margin wallet. In a unified account both names mean the same wallet. */
export type WalletName = 'spot' | 'futures'

/** An account as the exchange is given it. */
export interface AccountSpec {
  readonly apiKey: string
  readonly secret: string
  /** Name inside the exchange; default `acct-1`, `acct-2`, ... Several keys may share one account by naming it. */
  readonly accountId?: string
  /** Default: read, spot and futures, no withdrawal. */
  readonly permissions?: Partial<Permissions>
  /** Decimal texts by asset, such as `{ USDT: '10000' }`. */
  readonly balances?: Partial<Record<WalletName, Readonly<Record<string, string>>>>
  /** One wallet for spot and perpetuals (Bybit); default false. */
  readonly unified?: boolean
  /** Fee rates instead of the market's. */
  readonly fees?: FeeRates
}

/** A key as it was opened. */
export interface ApiKey {
  readonly apiKey: string
  readonly secret: string
  readonly accountId: string
  readonly permissions: Permissions
  readonly createdMs: TimeMs
}

/** One asset of a wallet, 10^-8 units. `free + locked` is what the account owns; unrealised profit is not in it. */
export interface Balance {
  readonly asset: string
  readonly free: bigint
  readonly locked: bigint
}

export type MarginMode = 'cross' | 'isolated'

/** Settings of an account on one perpetual. */
export interface MarginSettings {
  readonly leverage: number
  readonly marginMode: MarginMode
}

/** A position; lots are signed in one-way mode and in the short leg too (short is negative). */
export interface Position {
  readonly accountId: string
  readonly marketId: MarketId
  readonly positionSide: PositionSide
  readonly qtyLots: number
  /** Sum paid for what is held, signed like the lots, 10^-8 of the settle currency. Divide by quantity for the entry price. */
  readonly entryAtoms: bigint
  /** Average entry price in quote units; 0 when flat. */
  readonly entryPrice: number
  /** Entry price at which closing pays for both fees too. */
  readonly breakEvenPrice: number
  readonly markPrice: number
  /** At the mark price, 10^-8. */
  readonly notionalAtoms: bigint
  readonly unrealizedAtoms: bigint
  /** Money set aside for an isolated position; 0 in cross mode. */
  readonly isolatedAtoms: bigint
  readonly leverage: number
  readonly marginMode: MarginMode
  readonly initialMarginAtoms: bigint
  readonly maintenanceMarginAtoms: bigint
  /** Mark price at which it is closed by force; 0 where none is positive. */
  readonly liquidationPrice: number
  readonly updatedMs: TimeMs
}

/** The margin account in one settle currency, 10^-8 units. */
export interface MarginSummary {
  readonly asset: string
  readonly wallet: bigint
  readonly unrealized: bigint
  /** Wallet of cross mode (wallet less isolated money). */
  readonly crossWallet: bigint
  readonly crossUnrealized: bigint
  readonly positionInitial: bigint
  readonly openOrderInitial: bigint
  readonly maintenance: bigint
  /** What new orders may use, never below 0. */
  readonly available: bigint
}

/** A movement of the margin wallet other than trading collateral. */
export interface Income {
  readonly incomeId: number
  readonly accountId: string
  readonly kind: 'realized' | 'commission' | 'funding' | 'liquidation-fee' | 'insurance' | 'transfer'
  readonly asset: string
  readonly amountAtoms: bigint
  readonly marketId: MarketId | undefined
  readonly tradeId: number | undefined
  readonly tsMs: TimeMs
}

/** Money that came to a wallet or left it other than by trading. What an account was opened with is none. */
export interface Movement {
  readonly movementId: number
  readonly accountId: string
  readonly kind: 'deposit' | 'withdrawal' | 'transfer'
  readonly wallet: WalletName
  readonly asset: string
  /** Negative where it left. */
  readonly amountAtoms: bigint
  readonly tsMs: TimeMs
}

/** Fee rates of an account on a market. */
export interface FeeRates {
  readonly maker: number
  readonly taker: number
}
