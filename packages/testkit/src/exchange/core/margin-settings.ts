import { type AccountRecord, type PositionRecord, settingsOf } from './account-record.ts'
import type { MarginMode } from './account-types.ts'
import { legsOf } from './account-book.ts'
import { leverageCap } from './admission.ts'
import { atomsNumber } from './atoms.ts'
import type { ExchangeState, MarketState } from './exchange-state.ts'
import { exposureAtoms, marginSummary } from './margin.ts'
import type { Outcome, RejectReason } from './order-types.ts'
import { emitAccount } from './report-events.ts'

const DONE: Outcome<undefined> = { ok: true, value: undefined }

function refuse(reason: RejectReason): Outcome<undefined> {
  return { ok: false, reason }
}

function emitSettings(
  state: ExchangeState,
  account: AccountRecord,
  change: { market?: MarketState; leverage?: number; marginMode?: MarginMode; hedgeMode?: boolean },
): void {
  state.emit({
    type: 'settings',
    accountId: account.accountId,
    tsMs: state.clock.nowMs(),
    marketId: change.market?.market.id,
    leverage: change.leverage,
    marginMode: change.marginMode,
    hedgeMode: change.hedgeMode,
  })
}

/** Sets the leverage, unless what is held and wanted would exceed its cap or the margin. */
export function changeLeverage(
  state: ExchangeState,
  account: AccountRecord,
  market: MarketState,
  leverage: number,
): Outcome<undefined> {
  if (atomsNumber(exposureAtoms(account, market)) > leverageCap(market, leverage))
    return refuse('position-over-leverage-cap')
  const { id, quote } = market.market
  const before = settingsOf(account, id)
  account.settings.set(id, { ...before, leverage })
  if (leverage < before.leverage && before.marginMode === 'cross') {
    const margin = marginSummary(state, account, quote)
    if (margin.positionInitial + margin.openOrderInitial > margin.crossWallet + margin.crossUnrealized) {
      account.settings.set(id, before)
      return refuse('insufficient-margin')
    }
  }
  emitSettings(state, account, { market, leverage })
  return DONE
}

/** Sets cross or isolated margin; only while there are neither orders nor a position. */
export function changeMarginMode(
  state: ExchangeState,
  account: AccountRecord,
  market: MarketState,
  marginMode: MarginMode,
): Outcome<undefined> {
  const before = settingsOf(account, market.market.id)
  if (before.marginMode === marginMode) return refuse('no-change')
  const orders = [...account.open.values()].some(
    (order) => order.market === market.market && order.status !== 'pending',
  )
  if (orders) return refuse('too-many-orders')
  if (legsOf(account, market.market.id).some(({ qtyLots }) => qtyLots !== 0)) return refuse('order-not-open')
  account.settings.set(market.market.id, { ...before, marginMode })
  emitSettings(state, account, { market, marginMode })
  return DONE
}

/** Sets hedge or one-way mode; only while no perpetual has orders or a position. */
export function changeHedgeMode(state: ExchangeState, account: AccountRecord, hedgeMode: boolean): Outcome<undefined> {
  if (account.hedgeMode === hedgeMode) return refuse('no-change')
  if ([...account.open.values()].some(({ market }) => market.kind === 'linear')) return refuse('too-many-orders')
  if ([...account.positions.values()].some(({ qtyLots }) => qtyLots !== 0)) return refuse('order-not-open')
  account.hedgeMode = hedgeMode
  account.positions.clear()
  emitSettings(state, account, { hedgeMode })
  return DONE
}

/** Moves money into or out of an isolated position; what stays must cover its initial margin. */
export function moveIsolated(
  state: ExchangeState,
  account: AccountRecord,
  position: PositionRecord | undefined,
  atoms: bigint,
): Outcome<undefined> {
  if (position === undefined || position.qtyLots === 0) return refuse('no-position')
  const { leverage, marginMode } = settingsOf(account, position.market.id)
  if (marginMode !== 'isolated') return refuse('no-position')
  const entry = position.entryAtoms < 0n ? -position.entryAtoms : position.entryAtoms
  const least = entry / BigInt(leverage)
  if (atoms > 0n && atoms > marginSummary(state, account, position.market.quote).available)
    return refuse('insufficient-margin')
  if (atoms < 0n && position.isolatedAtoms + atoms < least) return refuse('insufficient-margin')
  position.isolatedAtoms += atoms
  emitAccount(state, account, 'futures', 'margin-change', [position])
  return DONE
}
