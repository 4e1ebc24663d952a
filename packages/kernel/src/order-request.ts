import { type DecimalStep, numberToSteps, OffGridError, stepsToNumber, UsageError } from '@kestrel/core'
import type { ClosePositionRequest, Order, OrderRequest } from './order.ts'
import type { OrderType, TimeInForce } from './records.ts'
import { checkKeys, knownKeys } from './request-keys.ts'
import { PLAIN_TERMS, type SpecialTerms } from './special-terms.ts'
import type { OrderChanges } from './strategy.ts'

/** What a type of order is made of. */
interface TypeTraits {
  readonly limit: boolean
  readonly trigger: boolean
  readonly trails: boolean
}

const MARKET: TypeTraits = { limit: false, trigger: false, trails: false }
const LIMIT: TypeTraits = { limit: true, trigger: false, trails: false }
const TRIGGERED: TypeTraits = { limit: false, trigger: true, trails: false }
const TRIGGERED_LIMIT: TypeTraits = { limit: true, trigger: true, trails: false }
const TRAILING: TypeTraits = { limit: false, trigger: false, trails: true }

/** Undefined for a type that there is not. A switch, because a table read by text is many times slower. */
function traitsOf(type: OrderType): TypeTraits | undefined {
  switch (type) {
    case 'market':
      return MARKET
    case 'limit':
      return LIMIT
    case 'stop-market':
    case 'take-profit':
      return TRIGGERED
    case 'stop-limit':
    case 'take-profit-limit':
      return TRIGGERED_LIMIT
    case 'trailing-stop':
      return TRAILING
    default:
      return undefined
  }
}

type AnyRequest = OrderRequest | ClosePositionRequest

const KEYS = knownKeys(
  'instrument',
  'side',
  'quantity',
  'type',
  'limitPrice',
  'triggerPrice',
  'triggerBy',
  'trailingDistance',
  'trailingRate',
  'activationPrice',
  'displayQuantity',
  'timeInForce',
  'expireTimeMs',
  'postOnly',
  'reduceOnly',
  'positionSide',
  'tag',
  'closePosition',
)
const CHANGE_KEYS = knownKeys('quantity', 'limitPrice', 'triggerPrice')
const TIMES_IN_FORCE: Readonly<Partial<Record<string, TimeInForce>>> = {
  GTC: 'GTC',
  IOC: 'IOC',
  FOK: 'FOK',
  GTD: 'GTD',
}

/**
 * Refuses a request of a strategy with a field that nothing reads.
 *
 * @throws UsageError `KERNEL_ORDER_REQUEST` naming the field.
 */
export function checkOrderKeys(request: AnyRequest): void {
  checkKeys(request, KEYS, 'An order')
}

/**
 * Refuses a request that no venue could read: a defect of the strategy, not a matter of its account.
 *
 * @throws UsageError `KERNEL_ORDER_REQUEST` naming the field.
 */
export function validateRequest(request: AnyRequest): void {
  const { side, limitPrice, triggerPrice, timeInForce, expireTimeMs } = request
  const type = request.type ?? 'market'
  const traits = traitsOf(type)
  if (traits === undefined) return fail(request, 'is of no known type')
  if (side !== 'buy' && side !== 'sell') fail(request, `has the side ${String(side)}`)
  if (request.closePosition === true) validateClose(request)
  else if (!(request.quantity > 0 && request.quantity < Infinity)) fail(request, `has the quantity ${request.quantity}`)
  if (traits.limit !== (limitPrice !== undefined)) {
    fail(request, traits.limit ? 'needs a limitPrice' : 'takes no limitPrice')
  }
  if (traits.trigger !== (triggerPrice !== undefined)) {
    fail(request, traits.trigger ? 'needs a triggerPrice' : 'takes no triggerPrice')
  }
  if (limitPrice !== undefined && !isPrice(limitPrice)) fail(request, `has the price ${limitPrice}`)
  if (triggerPrice !== undefined && !isPrice(triggerPrice)) fail(request, `has the price ${triggerPrice}`)
  if (timeInForce !== undefined && TIMES_IN_FORCE[timeInForce] === undefined) {
    fail(request, `has the timeInForce ${timeInForce}, not one of ${Object.keys(TIMES_IN_FORCE).join(', ')}`)
  }
  checkFlags(request)
  if (request.postOnly === true && type !== 'limit') fail(request, 'cannot be post-only')
  if ((timeInForce === 'GTD') !== (expireTimeMs !== undefined)) {
    fail(request, 'needs expireTimeMs with GTD, and only then')
  }
  if (expireTimeMs !== undefined && !Number.isFinite(expireTimeMs))
    fail(request, `has the expireTimeMs ${expireTimeMs}`)
  if (timeInForce === 'FOK' && !traits.limit && type !== 'market') fail(request, 'cannot be FOK')
  if (isSpecial(request)) validateSpecial(request, traits)
}

/** A flag that is no boolean, or a position that there is not, would be taken for its opposite. */
function checkFlags(request: AnyRequest): void {
  const { postOnly, positionSide, closePosition } = request
  const { reduceOnly } = request as OrderRequest
  if (postOnly !== undefined && typeof postOnly !== 'boolean') fail(request, `has the postOnly ${String(postOnly)}`)
  if (reduceOnly !== undefined && typeof reduceOnly !== 'boolean') {
    fail(request, `has the reduceOnly ${String(reduceOnly)}`)
  }
  if (closePosition !== undefined && typeof closePosition !== 'boolean') {
    fail(request, `has the closePosition ${String(closePosition)}`)
  }
  if (positionSide !== undefined && positionSide !== 'long' && positionSide !== 'short') {
    fail(request, `has the positionSide ${String(positionSide)}`)
  }
}

function isPrice(value: number): boolean {
  return value > 0 && value < Infinity
}

function fail(request: AnyRequest, message: string): never {
  const { instrument, limitPrice, triggerPrice, type = 'market' } = request
  throw new UsageError({
    code: 'KERNEL_ORDER_REQUEST',
    message: `A ${type} order for ${instrument.id} ${message}. Nothing was sent.`,
    meta: { instrument: instrument.id, type, quantity: (request as OrderRequest).quantity, limitPrice, triggerPrice },
  })
}

function validateClose(request: ClosePositionRequest): void {
  const { type = 'market' } = request
  if ('quantity' in request || 'reduceOnly' in request) {
    fail(request, 'that closes the position takes neither quantity nor reduceOnly')
  }
  if (traitsOf(type)?.limit === true) fail(request, 'cannot close the position: it may trade a part and rest')
}

/** True when any of the fields is there that most orders do not have. */
function isSpecial(request: AnyRequest): boolean {
  return (
    request.type === 'trailing-stop' ||
    request.triggerBy !== undefined ||
    request.closePosition === true ||
    request.displayQuantity !== undefined ||
    request.trailingDistance !== undefined ||
    request.trailingRate !== undefined ||
    request.activationPrice !== undefined
  )
}

function validateSpecial(request: AnyRequest, traits: TypeTraits): void {
  const { trailingDistance, trailingRate, activationPrice, triggerBy, timeInForce } = request
  const { displayQuantity, quantity } = request as OrderRequest
  const stated = (trailingDistance === undefined ? 0 : 1) + (trailingRate === undefined ? 0 : 1)
  if (stated !== (traits.trails ? 1 : 0)) {
    fail(request, traits.trails ? 'needs either trailingDistance or trailingRate' : 'does not trail')
  }
  if (!traits.trails && activationPrice !== undefined) fail(request, 'takes no activationPrice')
  for (const value of [trailingDistance, trailingRate]) {
    if (value !== undefined && !Number.isFinite(value)) fail(request, `trails by ${value}`)
  }
  if (activationPrice !== undefined && !isPrice(activationPrice)) fail(request, `has the price ${activationPrice}`)
  if (triggerBy !== undefined && !traits.trigger) fail(request, 'is not set off by a price, so it takes no triggerBy')
  if (triggerBy !== undefined && triggerBy !== 'last' && triggerBy !== 'mark') {
    fail(request, `is set off by ${String(triggerBy)}`)
  }
  if (displayQuantity === undefined) return
  if (!traits.limit) fail(request, 'never rests, so it shows no part of itself')
  if (timeInForce === 'IOC' || timeInForce === 'FOK') fail(request, 'that fills at once or not at all hides nothing')
  if (!(displayQuantity > 0 && displayQuantity <= quantity)) fail(request, `shows ${displayQuantity} of ${quantity}`)
}

/** Numbers of a request in whole lots and ticks. */
interface GridTerms {
  quantityLots: number
  limitTicks: number
  triggerTicks: number
  special: SpecialTerms
}

/** What {@link placeOnGrid} writes and returns, as one. */
export function gridOf(request: AnyRequest): GridTerms & { readonly problem: string | undefined } {
  const terms: GridTerms = { quantityLots: 0, limitTicks: 0, triggerTicks: 0, special: PLAIN_TERMS }
  const problem = placeOnGrid(request, terms)
  return { ...terms, problem }
}

/**
 * Writes the whole lots and ticks of a request into the terms of its order.
 *
 * @returns The first value that is off the grid or out of range, in words; the steps are then those nearest to it.
 */
export function placeOnGrid(request: AnyRequest, terms: GridTerms): string | undefined {
  const { lot, tick } = request.instrument
  const quantity = request.closePosition === true ? 0 : request.quantity
  const quantityLots = nearestSteps(quantity, lot)
  const limitTicks = nearestSteps(request.limitPrice, tick)
  const triggerTicks = nearestSteps(request.triggerPrice, tick)
  const isOn =
    isOnGrid(quantity, quantityLots, lot) &&
    isOnGrid(request.limitPrice, limitTicks, tick) &&
    isOnGrid(request.triggerPrice, triggerTicks, tick)
  const special = isSpecial(request) ? specialOf(request) : PLAIN_TERMS
  terms.quantityLots = quantityLots
  terms.limitTicks = limitTicks
  terms.triggerTicks = triggerTicks
  terms.special = special
  return isOn && special === PLAIN_TERMS ? undefined : (offGrid(request) ?? trailProblem(request))
}

/** Steps nearest to a value; NaN where there is none. */
function nearestSteps(value: number | undefined, step: DecimalStep): number {
  return value === undefined ? Number.NaN : Math.round((value * step.scale) / step.mantissa)
}

function isOnGrid(value: number | undefined, steps: number, step: DecimalStep): boolean {
  return value === undefined || (Number.isSafeInteger(steps) && stepsToNumber(steps, step) === value)
}

/** The first value that lies off the grid, in words. */
function offGrid(request: AnyRequest): string | undefined {
  const { id, lot, tick } = request.instrument
  const { quantity, displayQuantity } = request as Partial<OrderRequest>
  const values: readonly (readonly [string, number | undefined, DecimalStep])[] = [
    ['Quantity', quantity, lot],
    ['Limit price', request.limitPrice, tick],
    ['Trigger price', request.triggerPrice, tick],
    ['Trailing distance', request.trailingDistance, tick],
    ['Activation price', request.activationPrice, tick],
    ['Display quantity', displayQuantity, lot],
  ]
  for (const [what, value, step] of values) {
    try {
      if (value !== undefined) numberToSteps(value, step, `${what} of ${id}`)
    } catch (error) {
      if (error instanceof OffGridError) return error.message
      throw error
    }
  }
  return undefined
}

function specialOf(request: AnyRequest): SpecialTerms {
  const { lot, tick } = request.instrument
  const { displayQuantity } = request as Partial<OrderRequest>
  return {
    trailTicks: nearestSteps(request.trailingDistance, tick),
    trailRate: request.trailingRate ?? Number.NaN,
    activationTicks: nearestSteps(request.activationPrice, tick),
    triggerBy: request.triggerBy ?? 'last',
    displayLots: displayQuantity === undefined ? Infinity : nearestSteps(displayQuantity, lot),
    closePosition: request.closePosition === true,
  }
}

/** A stop that trails by nothing would sell at once, one that trails by everything never. */
function trailProblem({ trailingDistance, trailingRate }: AnyRequest): string | undefined {
  if (trailingDistance !== undefined && trailingDistance <= 0) {
    return `trailing distance ${trailingDistance} is not above zero`
  }
  if (trailingRate !== undefined && !(trailingRate > 0 && trailingRate < 1)) {
    return `trailing rate ${trailingRate} is not between 0 and 1`
  }
  return undefined
}

/**
 * The request that would make the order as it shall be.
 *
 * @throws UsageError `KERNEL_ORDER_REQUEST` for a change of something that cannot be changed.
 */
export function amendedRequest(order: Order, changes: OrderChanges): OrderRequest | ClosePositionRequest {
  checkKeys(changes, CHANGE_KEYS, 'An amendment')
  const kept = (changed: number | undefined, now: number): number | undefined =>
    changed ?? (Number.isNaN(now) ? undefined : now)
  const limitPrice = kept(changes.limitPrice, order.limitPrice)
  const triggerPrice = kept(changes.triggerPrice, order.triggerPrice)
  const { trailTicks, trailRate, activationTicks, closePosition } = order.special
  const distance = stepsToNumber(trailTicks, order.instrument.tick)
  const closes = closePosition && changes.quantity === undefined
  // A member of a group may be empty for now.
  const fullQuantity = order.group === undefined ? order.quantity : stepsToNumber(order.fullLots, order.instrument.lot)
  return {
    instrument: order.instrument,
    side: order.side,
    type: order.type,
    ...(closes ? { closePosition: true } : { quantity: changes.quantity ?? fullQuantity }),
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(triggerPrice === undefined ? {} : { triggerPrice }),
    ...(Number.isNaN(trailTicks) ? {} : { trailingDistance: distance }),
    ...(Number.isNaN(trailRate) ? {} : { trailingRate: trailRate }),
    ...(Number.isNaN(activationTicks)
      ? {}
      : { activationPrice: stepsToNumber(activationTicks, order.instrument.tick) }),
  } as OrderRequest | ClosePositionRequest
}
