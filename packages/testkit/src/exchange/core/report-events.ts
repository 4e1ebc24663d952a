import type { AccountRecord, PositionRecord } from './account-record.ts'
import type { WalletName } from './account-types.ts'
import type { AccountReason, Execution } from './exchange-event.ts'
import type { ExchangeState } from './exchange-state.ts'
import { type OrderRecord, orderState } from './order-record.ts'
import type { Fill, RejectReason } from './order-types.ts'
import { positionView } from './position-view.ts'

/** Reports what happened to an order. */
export function emitOrder(
  state: ExchangeState,
  order: OrderRecord,
  execution: Execution,
  more: { readonly fill?: Fill; readonly reason?: RejectReason } = {},
): void {
  order.updatedMs = state.clock.nowMs()
  state.emit({
    type: 'order',
    accountId: order.account.accountId,
    tsMs: order.updatedMs,
    execution,
    order: orderState(order),
    fill: more.fill,
    reason: more.reason,
  })
}

/** Reports a wallet's changes since the last report, and positions; nothing where there are neither. */
export function emitAccount(
  state: ExchangeState,
  account: AccountRecord,
  wallet: WalletName,
  reason: AccountReason,
  positions: readonly PositionRecord[] = [],
): void {
  const balances = account.wallets[wallet].takeChanges()
  if (balances.length === 0 && positions.length === 0) return
  state.emit({
    type: 'account',
    accountId: account.accountId,
    tsMs: state.clock.nowMs(),
    wallet,
    reason,
    balances,
    positions: positions.map((position) => positionView(state, account, position)),
  })
}
