import { BinanceRefusal } from '../binance-market/binance-answer.ts'
import { atomsNumber, atomsOf } from '../core/atoms.ts'
import type { PositionSide, RejectReason } from '../core/order-types.ts'
import type { BinanceEndpoint } from './binance-context.ts'
import { hedgeModeOf } from './usdm-account.ts'

type Words = Readonly<Partial<Record<RejectReason, readonly [code: number, message: string]>>>

function refuse(words: Words, reason: RejectReason): BinanceRefusal {
  const [code, message] = words[reason] ?? [-1130, `Data sent is not valid: ${reason}.`]
  return new BinanceRefusal(code, message)
}

/** `POST leverage`. */
export const setLeverage: BinanceEndpoint = ({ context, params, accountId }) => {
  const { market } = context.marketOf(params)
  params.required('leverage')
  const leverage = params.whole('leverage') ?? 0
  const most = Math.max(...market.marginSteps.map(({ maxLeverage }) => maxLeverage))
  if (leverage < 1 || leverage > most) throw new BinanceRefusal(-4028, `Leverage ${leverage} is not valid`)
  const outcome = context.core.setLeverage(accountId, market.id, leverage)
  if (!outcome.ok) {
    throw refuse(
      {
        'position-over-leverage-cap': [-2027, 'Exceeded the maximum allowable position at current leverage.'],
        'insufficient-margin': [-2028, 'Leverage is smaller than permitted: insufficient margin balance.'],
      },
      outcome.reason,
    )
  }
  const cap = Math.max(...market.marginSteps.filter((step) => step.maxLeverage >= leverage).map((step) => step.cap))
  return { leverage, maxNotionalValue: String(cap), symbol: market.symbol }
}

/** `POST marginType`. */
export const setMarginType: BinanceEndpoint = ({ context, params, accountId }) => {
  const { market } = context.marketOf(params)
  params.required('marginType')
  const refusal = new BinanceRefusal(-1130, "Data sent for parameter 'marginType' is not valid.")
  const type = params.word('marginType', ['ISOLATED', 'CROSSED'], refusal)
  const outcome = context.core.setMarginMode(accountId, market.id, type === 'ISOLATED' ? 'isolated' : 'cross')
  if (!outcome.ok) {
    throw refuse(
      {
        'no-change': [-4046, 'No need to change margin type.'],
        'too-many-orders': [-4047, 'Margin type cannot be changed if there exists open orders.'],
        'order-not-open': [-4048, 'Margin type cannot be changed if there exists position.'],
      },
      outcome.reason,
    )
  }
  return { code: 200, msg: 'success' }
}

export const readPositionMode: BinanceEndpoint = ({ context, accountId }) => ({
  dualSidePosition: hedgeModeOf(context, accountId),
})

/** `POST positionSide/dual`. */
export const setPositionMode: BinanceEndpoint = ({ context, params, accountId }) => {
  params.required('dualSidePosition')
  const outcome = context.core.setHedgeMode(accountId, params.flag('dualSidePosition'))
  if (!outcome.ok) {
    throw refuse(
      {
        'no-change': [-4059, 'No need to change position side.'],
        'too-many-orders': [-4067, 'Position side cannot be changed if there exists open orders.'],
        'order-not-open': [-4068, 'Position side cannot be changed if there exists position.'],
      },
      outcome.reason,
    )
  }
  return { code: 200, msg: 'success' }
}

export const readMultiAssets: BinanceEndpoint = () => ({ multiAssetsMargin: false })

/** `POST positionMargin`: type 1 adds, 2 takes away. */
export const movePositionMargin: BinanceEndpoint = ({ context, params, accountId }) => {
  const { market } = context.marketOf(params)
  params.required('amount')
  params.required('type')
  const amount = atomsOf(params.decimal('amount') ?? '0')
  const type = params.whole('type')
  if (amount <= 0n) throw new BinanceRefusal(-4055, 'Amount must be positive.')
  const side = (params.text('positionSide') ?? 'BOTH').toLowerCase() as PositionSide
  const outcome = context.core.addMargin(accountId, market.id, side, type === 1 ? amount : -amount)
  if (!outcome.ok) {
    throw refuse(
      {
        'no-position': [-4054, 'Cannot add position margin: position is 0.'],
        'insufficient-margin': [-4051, 'Isolated balance insufficient.'],
      },
      outcome.reason,
    )
  }
  return { amount: atomsNumber(amount), code: 200, msg: 'Successfully modify position margin.', type }
}
