import type { Position } from '../core/account-types.ts'
import { BybitRefusal, badParameter } from './bybit-answer.ts'
import type { AccountContext } from './bybit-context.ts'
import type { BybitMarket } from './bybit-market.ts'
import type { BybitParams } from './bybit-params.ts'
import { positionRow } from './position-row.ts'
import { pageOf } from './row-pages.ts'

/** `GET position/list`: a symbol shows flat positions too, a whole category only those that are held. */
export function positions(context: AccountContext, params: BybitParams): object {
  const { exchange, markets, key } = context
  const category = params.required('category')
  const symbol = params.text('symbol')
  if (category === 'spot') throw badParameter('Illegal category')
  const settle = params.text('settleCoin')
  const chosen = symbol === undefined ? markets.list(category) : [markets.of(category, symbol)]
  const held = exchange.positions(key.accountId)
  const rows = chosen
    .filter(({ market }) => settle === undefined || market.quote === settle)
    .flatMap((market) => {
      const own = legsOf(context, market, held)
      return own
        .filter(({ qtyLots }) => symbol !== undefined || qtyLots !== 0)
        .map((position) => ({
          name: `${market.symbol}-${position.positionSide}`,
          tsMs: position.updatedMs,
          row: () => positionRow(context, market, position),
        }))
    })
  return pageOf(rows, params, 20, 200)
}

/** The legs that the account's mode has, flat where it never held one. */
function legsOf(context: AccountContext, market: BybitMarket, held: readonly Position[]): Position[] {
  const { exchange, key } = context
  const { leverage, marginMode, hedgeMode } = exchange.settings(key.accountId, market.market.id)
  return (hedgeMode ? (['long', 'short'] as const) : (['both'] as const)).map(
    (positionSide) =>
      held.find((one) => one.marketId === market.market.id && one.positionSide === positionSide) ?? {
        accountId: key.accountId,
        marketId: market.market.id,
        positionSide,
        qtyLots: 0,
        entryAtoms: 0n,
        entryPrice: 0,
        breakEvenPrice: 0,
        markPrice: exchange.prices(market.market.id).markPrice ?? 0,
        notionalAtoms: 0n,
        unrealizedAtoms: 0n,
        isolatedAtoms: 0n,
        leverage,
        marginMode,
        initialMarginAtoms: 0n,
        maintenanceMarginAtoms: 0n,
        liquidationPrice: 0,
        updatedMs: 0,
      },
  )
}

/** `POST position/set-leverage`: both sides alike. */
export function setLeverage(context: AccountContext, params: BybitParams): object {
  const { exchange, markets, key } = context
  const market = markets.of(params.required('category'), params.required('symbol'))
  const leverage = Number(params.required('buyLeverage'))
  if (leverage !== Number(params.required('sellLeverage'))) throw badParameter('buy leverage not equal sell leverage')
  const most = market.market.marginSteps[0]?.maxLeverage ?? 1
  if (!(leverage >= 1 && leverage <= most)) throw badParameter('leverage invalid')
  if (exchange.settings(key.accountId, market.market.id).leverage === leverage)
    throw new BybitRefusal(110043, 'leverage not modified')
  const outcome = exchange.setLeverage(key.accountId, market.market.id, leverage)
  if (!outcome.ok && outcome.reason === 'insufficient-margin')
    throw new BybitRefusal(110044, 'available margin is insufficient')
  if (!outcome.ok) throw new BybitRefusal(110013, 'cannot set leverage due to risk limit')
  return {}
}

/** `POST position/switch-isolated`: unified accounts choose the margin mode for the whole account instead. */
export function switchIsolated(): never {
  throw new BybitRefusal(100028, 'unified account is forbidden')
}

/** `POST position/switch-mode`: 0 is one-way, 3 is hedge mode. */
export function switchMode({ exchange, key, markets }: AccountContext, params: BybitParams): object {
  const mode = params.required('mode')
  if (mode !== '0' && mode !== '3') throw badParameter('mode invalid')
  const [first] = markets.list('linear')
  if (first === undefined) throw badParameter('Not supported symbols')
  const isHedge = mode === '3'
  if (exchange.settings(key.accountId, first.market.id).hedgeMode === isHedge)
    throw new BybitRefusal(110025, 'Position mode is not modified')
  const outcome = exchange.setHedgeMode(key.accountId, isHedge)
  if (outcome.ok) return {}
  const hasPosition = exchange.positions(key.accountId).some(({ qtyLots }) => qtyLots !== 0)
  throw hasPosition
    ? new BybitRefusal(110024, 'You have an existing position, so position mode cannot be switched.')
    : new BybitRefusal(110028, 'You have existing open orders, so position mode cannot be switched.')
}
