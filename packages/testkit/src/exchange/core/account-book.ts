import type { AccountRecord, PositionRecord } from './account-record.ts'
import { newAccount } from './account-record.ts'
import type { AccountSpec, ApiKey, Movement, Permissions, WalletName } from './account-types.ts'
import { atomsOf } from './atoms.ts'
import type { HistoryFilter } from './exchange-port.ts'
import type { ExchangeState } from './exchange-state.ts'
import { marginSummary } from './margin.ts'
import type { MarketId } from './market-spec.ts'
import type { OrderRecord } from './order-record.ts'
import { bookIncome } from './settle-fill.ts'
import type { OrderKey, Outcome } from './order-types.ts'
import { emitAccount } from './report-events.ts'

const DEFAULT_PERMISSIONS: Permissions = { read: true, spot: true, futures: true, withdraw: false }

/** Opens an account with its first money, or adds a key to one that exists. */
export function openAccount(state: ExchangeState, spec: AccountSpec): ApiKey {
  const accountId = spec.accountId ?? `acct-${state.accounts.size + 1}`
  let account = state.accounts.get(accountId)
  if (account === undefined) {
    account = newAccount(accountId, { unified: spec.unified ?? false, fees: spec.fees })
    state.accounts.set(accountId, account)
  }
  for (const wallet of ['spot', 'futures'] as const) {
    for (const [asset, text] of Object.entries(spec.balances?.[wallet] ?? {})) {
      depositMoney(state, account, wallet, asset, atomsOf(text))
    }
    // The first money is where the account begins, not a movement to report.
    account.wallets[wallet].takeChanges()
  }
  const permissions = { ...DEFAULT_PERMISSIONS, ...spec.permissions }
  const key: ApiKey = {
    apiKey: spec.apiKey,
    secret: spec.secret,
    accountId,
    permissions,
    createdMs: state.clock.nowMs(),
  }
  state.keys.set(spec.apiKey, key)
  return key
}

/** Brings money in from outside. */
export function depositMoney(
  state: ExchangeState,
  account: AccountRecord,
  wallet: WalletName,
  asset: string,
  atoms: bigint,
): void {
  account.wallets[wallet].add(asset, atoms)
  state.house.deposit(asset, atoms)
}

/** Writes money that came or went other than by trading into the histories. */
export function bookMovement(
  state: ExchangeState,
  account: AccountRecord,
  row: Omit<Movement, 'movementId' | 'accountId' | 'tsMs'>,
): void {
  const movementId = state.nextMovementId++
  account.movements.push({ ...row, movementId, accountId: account.accountId, tsMs: state.clock.nowMs() })
  if (row.wallet === 'spot') return
  const { asset, amountAtoms } = row
  bookIncome(state, account, { kind: 'transfer', asset, amountAtoms, marketId: undefined, tradeId: undefined })
}

/** Moves money between an account's wallets, as far as it is free. */
export function moveMoney(
  state: ExchangeState,
  account: AccountRecord,
  asset: string,
  atoms: bigint,
  [from, to]: readonly [from: WalletName, to: WalletName],
): Outcome<undefined> {
  const free = from === 'spot' ? account.wallets.spot.free(asset) : marginSummary(state, account, asset).available
  if (atoms <= 0n || atoms > free) return { ok: false, reason: 'insufficient-balance' }
  account.wallets[from].add(asset, -atoms)
  account.wallets[to].add(asset, atoms)
  bookMovement(state, account, { kind: 'transfer', wallet: from, asset, amountAtoms: -atoms })
  bookMovement(state, account, { kind: 'transfer', wallet: to, asset, amountAtoms: atoms })
  emitAccount(state, account, from, 'transfer')
  emitAccount(state, account, to, 'transfer')
  return { ok: true, value: undefined }
}

/** The newest order that the key names on the market. */
export function findOrder(account: AccountRecord, marketId: MarketId, key: OrderKey): OrderRecord | undefined {
  let order: OrderRecord | undefined
  if ('orderId' in key) order = account.byId.get(key.orderId)
  else if ('conditionalId' in key) order = account.byConditionalId.get(key.conditionalId)
  else order = account.byClientId.get(`${marketId}|${key.clientOrderId}`)
  return order?.market.id === marketId ? order : undefined
}

/** Whether a row of history is inside a filter. */
export function isInside(filter: HistoryFilter, marketId: MarketId | undefined, id: number, tsMs: number): boolean {
  if (filter.marketId !== undefined && filter.marketId !== marketId) return false
  return id >= (filter.fromId ?? 0) && tsMs >= (filter.fromMs ?? 0) && tsMs <= (filter.toMs ?? Number.MAX_SAFE_INTEGER)
}

/** Positions of an account on a market. */
export function legsOf(account: AccountRecord, marketId: MarketId): PositionRecord[] {
  return [...account.positions.values()].filter(({ market }) => market.id === marketId)
}
