import type { BinanceEndpoint } from './binance-context.ts'
import type { Scope } from './sign-check.ts'
import * as money from './spot-account.ts'
import * as spot from './spot-orders.ts'
import * as account from './usdm-account.ts'
import * as algo from './usdm-algo-orders.ts'
import * as usdm from './usdm-orders.ts'
import * as positions from './usdm-positions.ts'
import * as settings from './usdm-settings.ts'

/** A signed endpoint: what it does, what the key must allow, and whether it counts as an order. */
export interface PrivateEndpoint {
  readonly run: BinanceEndpoint
  readonly scope: Scope
  readonly isOrder: boolean
}

const read = (run: BinanceEndpoint): PrivateEndpoint => ({ run, scope: 'read', isOrder: false })
const trade = (scope: 'spot' | 'futures', run: BinanceEndpoint): PrivateEndpoint => ({ run, scope, isOrder: false })
const order = (scope: 'spot' | 'futures', run: BinanceEndpoint): PrivateEndpoint => ({ run, scope, isOrder: true })

/** Signed spot endpoints by method and path. */
export const SPOT_ENDPOINTS: ReadonlyMap<string, PrivateEndpoint> = new Map([
  ['POST /api/v3/order', order('spot', spot.placeSpot)],
  ['POST /api/v3/order/test', trade('spot', spot.testSpot)],
  ['GET /api/v3/order', read(spot.readSpot)],
  ['DELETE /api/v3/order', trade('spot', spot.cancelSpot)],
  ['POST /api/v3/order/cancelReplace', order('spot', spot.replaceSpot)],
  ['PUT /api/v3/order/amend/keepPriority', trade('spot', spot.amendSpot)],
  ['GET /api/v3/openOrders', read(spot.openSpot)],
  ['DELETE /api/v3/openOrders', trade('spot', spot.cancelAllSpot)],
  ['GET /api/v3/allOrders', read(spot.allSpot)],
  ['GET /api/v3/myTrades', read(spot.tradesSpot)],
  ['GET /api/v3/account', read(money.spotAccount)],
  ['GET /api/v3/account/commission', read(money.spotCommission)],
  ['GET /sapi/v1/account/apiRestrictions', read(money.apiRestrictions)],
  ['GET /sapi/v1/capital/config/getall', read(money.coinConfig)],
  ['GET /sapi/v1/capital/deposit/hisrec', read(money.depositHistory)],
  ['GET /sapi/v1/capital/withdraw/history', read(money.withdrawalHistory)],
  ['GET /sapi/v1/asset/tradeFee', read(money.tradeFees)],
  // Nothing is lent here; ccxt reads both lists whenever it loads markets with a key.
  ['GET /sapi/v1/margin/allPairs', read(() => [])],
  ['GET /sapi/v1/margin/isolated/allPairs', read(() => [])],
  ['GET /sapi/v1/system/status', read(() => ({ status: 0, msg: 'normal' }))],
  ['POST /sapi/v1/asset/transfer', trade('spot', money.moveBetweenWallets)],
])

/** Signed futures endpoints by method and path. */
export const USDM_ENDPOINTS: ReadonlyMap<string, PrivateEndpoint> = new Map([
  ['POST /fapi/v1/order', order('futures', usdm.placeUsdm)],
  ['POST /fapi/v1/order/test', trade('futures', usdm.testUsdm)],
  ['PUT /fapi/v1/order', order('futures', usdm.modifyUsdm)],
  ['GET /fapi/v1/order', read(usdm.readUsdm)],
  ['DELETE /fapi/v1/order', trade('futures', usdm.cancelUsdm)],
  ['POST /fapi/v1/batchOrders', order('futures', usdm.batchPlace)],
  ['PUT /fapi/v1/batchOrders', order('futures', usdm.batchModify)],
  ['DELETE /fapi/v1/batchOrders', trade('futures', usdm.batchCancel)],
  ['DELETE /fapi/v1/allOpenOrders', trade('futures', usdm.cancelAllUsdm)],
  ['GET /fapi/v1/openOrder', read(usdm.readOpenUsdm)],
  ['GET /fapi/v1/openOrders', read(usdm.openUsdm)],
  ['GET /fapi/v1/allOrders', read(usdm.allUsdm)],
  ['GET /fapi/v1/userTrades', read(usdm.tradesUsdm)],
  ['GET /fapi/v1/forceOrders', read(usdm.forceOrders)],
  ['POST /fapi/v1/countdownCancelAll', trade('futures', usdm.countdown)],
  ['POST /fapi/v1/algoOrder', order('futures', algo.placeAlgo)],
  ['GET /fapi/v1/algoOrder', read(algo.readAlgo)],
  ['DELETE /fapi/v1/algoOrder', trade('futures', algo.cancelAlgo)],
  ['GET /fapi/v1/openAlgoOrders', read(algo.openAlgo)],
  ['GET /fapi/v1/allAlgoOrders', read(algo.allAlgo)],
  ['DELETE /fapi/v1/algoOpenOrders', trade('futures', algo.cancelAllAlgo)],
  ['GET /fapi/v2/account', read(account.usdmAccount(2))],
  ['GET /fapi/v3/account', read(account.usdmAccount(3))],
  ['GET /fapi/v2/balance', read(account.usdmBalance)],
  ['GET /fapi/v3/balance', read(account.usdmBalance)],
  ['GET /fapi/v2/positionRisk', read(positions.positionRisk(2))],
  ['GET /fapi/v3/positionRisk', read(positions.positionRisk(3))],
  ['GET /fapi/v1/income', read(account.income)],
  ['GET /fapi/v1/commissionRate', read(account.commissionRate)],
  ['GET /fapi/v1/leverageBracket', read(account.leverageBrackets)],
  ['GET /fapi/v1/adlQuantile', read(positions.adlQuantile)],
  ['GET /fapi/v1/symbolConfig', read(account.symbolConfig)],
  ['GET /fapi/v1/accountConfig', read(account.accountConfig)],
  ['POST /fapi/v1/leverage', trade('futures', settings.setLeverage)],
  ['POST /fapi/v1/marginType', trade('futures', settings.setMarginType)],
  ['GET /fapi/v1/positionSide/dual', read(settings.readPositionMode)],
  ['POST /fapi/v1/positionSide/dual', trade('futures', settings.setPositionMode)],
  ['GET /fapi/v1/multiAssetsMargin', read(settings.readMultiAssets)],
  ['POST /fapi/v1/positionMargin', trade('futures', settings.movePositionMargin)],
])
