import { BybitRefusal, badParameter } from './bybit-answer.ts'
import { numberText } from './atoms-text.ts'
import type { AccountContext } from './bybit-context.ts'
import type { BybitParams } from './bybit-params.ts'
import { walletRow } from './wallet-row.ts'

const MODES = { REGULAR_MARGIN: 'cross', ISOLATED_MARGIN: 'isolated' } as const

/** `GET account/wallet-balance`. */
export function walletBalance(context: AccountContext, params: BybitParams): object {
  if (params.required('accountType') !== 'UNIFIED') throw badParameter('accountType only support UNIFIED.')
  const coins = params.text('coin')?.split(',')
  return { list: [walletRow(context, context.key.accountId, coins)] }
}

/** `GET account/info`. Status 5 is "UTA 2.0". */
export function accountInfo({ notes, key, nowMs }: AccountContext): object {
  const windowMs = notes.deadManMs(key.accountId, 'DERIVATIVES')
  return {
    marginMode: notes.marginMode(key.accountId),
    updatedTime: String(nowMs),
    unifiedMarginStatus: 5,
    dcpStatus: windowMs > 0 ? 'ON' : 'OFF',
    timeWindow: windowMs / 1_000,
    smpGroup: 0,
    isMasterTrader: false,
    spotHedgingStatus: 'OFF',
  }
}

/** `POST account/set-margin-mode`: for every market of the account at once. */
export function setMarginMode({ exchange, markets, notes, key }: AccountContext, params: BybitParams): object {
  const name = params.required('setMarginMode')
  if (!Object.hasOwn(MODES, name)) throw new BybitRefusal(3400045, 'Set margin mode failed')
  const mode = MODES[name as keyof typeof MODES]
  for (const { market } of markets.list('linear')) {
    const outcome = exchange.setMarginMode(key.accountId, market.id, mode)
    if (!outcome.ok && outcome.reason !== 'no-change') throw new BybitRefusal(3400045, 'Set margin mode failed')
  }
  notes.setMarginMode(key.accountId, name)
  return { reasons: [] }
}

/** `GET account/fee-rate`. */
export function feeRates({ markets }: AccountContext, params: BybitParams): object {
  const category = params.text('category') ?? 'linear'
  const symbol = params.text('symbol')
  const chosen = symbol === undefined ? markets.list(category) : [markets.of(category, symbol)]
  return {
    list: chosen.map(({ symbol: name, market }) => ({
      symbol: name,
      baseCoin: '',
      takerFeeRate: numberText(market.takerFeeRate),
      makerFeeRate: numberText(market.makerFeeRate),
    })),
  }
}

/** A number that stands for the account. */
function userIdOf(accountId: string): number {
  let id = 0
  for (const char of accountId) id = (id * 31 + (char.codePointAt(0) ?? 0)) % 90_000_000
  return 10_000_000 + id
}

/** `GET user/query-api`: what the key may do. */
export function queryApi({ key, nowMs }: AccountContext): object {
  const { permissions, apiKey, createdMs } = key
  const trade = permissions.spot || permissions.futures
  return {
    id: '13770661',
    note: 'local exchange',
    apiKey,
    readOnly: trade ? 0 : 1,
    secret: '',
    permissions: {
      ContractTrade: permissions.futures ? ['Order', 'Position'] : [],
      Spot: permissions.spot ? ['SpotTrade'] : [],
      Wallet: permissions.withdraw ? ['AccountTransfer', 'SubMemberTransfer', 'Withdraw'] : [],
      Options: [],
      Derivatives: permissions.futures ? ['DerivativesTrade'] : [],
      CopyTrading: [],
      BlockTrade: [],
      Exchange: [],
      NFT: [],
      Affiliate: [],
      Earn: [],
    },
    ips: ['*'],
    type: 1,
    deadlineDay: 83,
    expiredAt: new Date(nowMs + 83 * 86_400_000).toISOString().replace(/\.\d+/, ''),
    createdAt: new Date(createdMs).toISOString().replace(/\.\d+/, ''),
    unified: 0,
    uta: 1,
    userID: userIdOf(key.accountId),
    inviterID: 0,
    vipLevel: 'No VIP',
    mktMakerLevel: '0',
    affiliateID: 0,
    rsaPublicKey: '',
    isMaster: true,
    parentUid: '0',
    kycLevel: 'LEVEL_DEFAULT',
    kycRegion: '',
  }
}

/** `GET asset/coin/query-info`: the coins of the markets, without chains, for nothing is sent in or out. */
export function coinInfo({ markets }: AccountContext): object {
  const coins = [...new Set(markets.all.flatMap(({ market }) => [market.base, market.quote]))]
  return { rows: coins.map((coin) => ({ name: coin, coin, remainAmount: '0', chains: [] })) }
}
