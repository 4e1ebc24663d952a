import { UsageError } from '@kestrel/core'
import type { GroupLink, MemberStart } from './order-group.ts'
import { checkOrderKeys } from './order-request.ts'
import type { OrderRequest, OrderView } from './order.ts'
import type { OrderType, TriggerSource } from './records.ts'
import { checkKeys, knownKeys } from './request-keys.ts'

/** Orders that depend on each other, declared at once and known to the venue as a whole. */
export interface GroupRequest {
  /** Sets the members off: they come to the market with its fills and as large as these. Absent: they are live at once. */
  readonly entry?: OrderRequest
  /** With an entry, orders of the other side that close what it opens. */
  readonly members: readonly OrderRequest[]
  /** `one-cancels-other` unless stated. */
  readonly link?: GroupLink
  /** `fill` unless stated. */
  readonly activeFrom?: MemberStart
}

/** What a strategy may read of a group. */
export interface GroupView {
  /** Order id of its first order. */
  readonly groupId: number
  readonly entry: OrderView | undefined
  readonly members: readonly OrderView[]
}

interface ExitTerms {
  /** Default: true on a perpetual, where nothing else keeps an exit from opening a position. */
  readonly reduceOnly?: boolean
  readonly tag?: string
}

/** The losing exit of a bracket: at a price, or trailing. */
export type StopTerms = ExitTerms &
  (
    | { readonly triggerPrice: number; readonly limitPrice?: number; readonly triggerBy?: TriggerSource }
    | { readonly trailingDistance: number; readonly activationPrice?: number }
    | { readonly trailingRate: number; readonly activationPrice?: number }
  )

/** The winning exit of a bracket: a resting limit, or a take-profit that is set off at a price. */
export type TargetTerms = ExitTerms &
  (
    | { readonly limitPrice: number }
    | { readonly triggerPrice: number; readonly limitPrice?: number; readonly triggerBy?: TriggerSource }
  )

/** An entry with a stop and a target, of which one cancels the other. */
export interface BracketRequest {
  readonly entry: OrderRequest
  readonly stop: StopTerms
  readonly target: TargetTerms
  /** `fill` unless stated. */
  readonly activeFrom?: MemberStart
}

/** What a strategy may read of a bracket. */
export interface BracketView {
  readonly groupId: number
  readonly entry: OrderView
  readonly stop: OrderView
  readonly target: OrderView
}

const BRACKET_KEYS = knownKeys('entry', 'stop', 'target', 'activeFrom')
const TARGET_KEYS = knownKeys('limitPrice', 'triggerPrice', 'triggerBy', 'reduceOnly', 'tag')
const STOP_KEYS = knownKeys(...Object.keys(TARGET_KEYS), 'trailingDistance', 'trailingRate', 'activationPrice')

/**
 * The group that a bracket is short for: its stop is the first member, its target the second.
 *
 * @throws UsageError `KERNEL_ORDER_REQUEST` for a bracket that lacks one of its orders, or with a field that nothing reads.
 */
export function groupOfBracket(request: BracketRequest): GroupRequest {
  // Strategies need not be typed.
  const { entry, stop, target, activeFrom } = (request as BracketRequest | undefined) ?? ({} as BracketRequest)
  requirePart(entry, 'entry')
  requirePart(stop, 'stop')
  requirePart(target, 'target')
  checkKeys(request, BRACKET_KEYS, 'A bracket')
  checkOrderKeys(entry)
  checkKeys(stop, STOP_KEYS, 'The stop of a bracket')
  checkKeys(target, TARGET_KEYS, 'The target of a bracket')
  const members = [exitOf(entry, stopType(stop), stop), exitOf(entry, targetType(target), target)]
  return activeFrom === undefined ? { entry, members } : { entry, members, activeFrom }
}

function requirePart(part: unknown, name: string): void {
  if (typeof part === 'object') return
  throw unreadable(`A bracket without ${name} was asked for`, 'Write bracket({ entry, stop, target }).')
}

/** Written out field by field: a strategy may send thousands of brackets, and spreading objects costs more than all else. */
function exitOf(entry: OrderRequest, type: OrderType, terms: ExitTerms & Partial<OrderRequest>): OrderRequest {
  return {
    instrument: entry.instrument,
    side: entry.side === 'buy' ? 'sell' : 'buy',
    quantity: entry.quantity,
    type,
    limitPrice: terms.limitPrice,
    triggerPrice: terms.triggerPrice,
    triggerBy: terms.triggerBy,
    trailingDistance: terms.trailingDistance,
    trailingRate: terms.trailingRate,
    activationPrice: terms.activationPrice,
    reduceOnly: terms.reduceOnly ?? entry.instrument.kind === 'perpetual',
    // The position that it closes is the one that the entry opens.
    positionSide: entry.positionSide,
    tag: terms.tag ?? entry.tag ?? '',
  } as OrderRequest
}

function stopType(stop: StopTerms): OrderType {
  if (!('triggerPrice' in stop)) return 'trailing-stop'
  return stop.limitPrice === undefined ? 'stop-market' : 'stop-limit'
}

function targetType(target: TargetTerms): OrderType {
  if (!('triggerPrice' in target)) return 'limit'
  return target.limitPrice === undefined ? 'take-profit' : 'take-profit-limit'
}

const GROUP_KEYS = knownKeys('entry', 'members', 'link', 'activeFrom')
const LINKS: readonly unknown[] = [undefined, 'one-cancels-other', 'independent']
const STARTS: readonly unknown[] = [undefined, 'fill', 'next-bar']

/**
 * The order of a group that says what it trades.
 *
 * @throws UsageError `KERNEL_ORDER_REQUEST` for a group that no venue could read: without orders or without a list of members,
 *   or with a field, link or start that there is not.
 */
export function firstOf(group: GroupRequest): OrderRequest {
  // Strategies need not be typed: what is no object has no fields either.
  if (typeof group !== 'object' || group === null)
    throw unreadable('A group without members was asked for', MEMBERS_HINT)
  checkKeys(group, GROUP_KEYS, 'A group')
  const { entry, members, link, activeFrom } = group
  if (!Array.isArray(members)) throw unreadable('A group without members was asked for', MEMBERS_HINT)
  const first = entry ?? members[0]
  if (first === undefined) throw unreadable('A group without members trades nothing', MEMBERS_HINT)
  if (!LINKS.includes(link)) throw unreadable(`A group has the link ${String(link)}`, hintOf('link', LINKS))
  if (!STARTS.includes(activeFrom)) {
    throw unreadable(`A group has the activeFrom ${String(activeFrom)}`, hintOf('activeFrom', STARTS))
  }
  if (entry !== undefined) checkOrderKeys(entry)
  for (const member of members) checkOrderKeys(member)
  return first
}

const MEMBERS_HINT = 'Write submitGroup({ entry, members: [stop, target] }); the entry may be left out.'

function hintOf(field: string, allowed: readonly unknown[]): string {
  const [, first, ...others] = allowed
  return `The ${field} is "${String(first)}" unless stated, or ${others.map((each) => `"${String(each)}"`).join(', ')}.`
}

function unreadable(message: string, hint: string): UsageError {
  return new UsageError({ code: 'KERNEL_ORDER_REQUEST', message: `${message}. Nothing was sent.`, hint })
}

/**
 * What contradicts itself in a group, in words; undefined where nothing does. Any venue would turn it down, and one that
 * did not would do something else than was meant.
 *
 * @param lastPrice - Where an entry that takes what it gets would fill about now; NaN where nobody knows.
 */
export function groupProblem(group: GroupRequest, lastPrice: number): string | undefined {
  const { entry, members } = group
  const link = group.link ?? 'one-cancels-other'
  if (members.length === 0) return 'a group without members'
  if (entry === undefined && link === 'independent') return 'nothing ties the members of this group together'
  if (entry === undefined && members.length === 1) return 'a one-cancels-other group needs two members or more'
  for (const member of members) {
    const problem = memberProblem(member, entry, members[0] as OrderRequest, lastPrice)
    if (problem !== undefined) return problem
  }
  return sizeProblem(members, entry, link) ?? orderOfPrices(members, link)
}

function memberProblem(
  member: OrderRequest,
  entry: OrderRequest | undefined,
  first: OrderRequest,
  lastPrice: number,
): string | undefined {
  const { instrument, type = 'market', timeInForce } = member
  const { id } = (entry ?? first).instrument
  if (instrument.id !== id) return `a member trades ${instrument.id}, the group ${id}`
  if (type === 'market') return 'a market order cannot wait in a group'
  if (timeInForce === 'IOC' || timeInForce === 'FOK') return `a member of a group cannot be ${timeInForce}`
  // Nothing has to be shared out where nothing has a size.
  if (member.quantity === undefined || (entry !== undefined && entry.quantity === undefined)) {
    return 'an order of a group cannot close the position: it has no size to share'
  }
  if (entry === undefined) return undefined
  if (member.side === entry.side) return `a member that ${member.side}s does not close what the entry ${entry.side}s`
  if (member.positionSide !== entry.positionSide) return 'a member trades another position than the entry'
  if (timeInForce === 'GTD') return 'a member cannot expire: it would leave what its entry opened unprotected'
  if (member.postOnly === true) return 'a member cannot be post-only: it has to stand wherever its entry fills'
  return sideProblem(member, entry, lastPrice)
}

/**
 * A stop lies where the entry loses, a target where it wins: what is wrong with a member, in words.
 *
 * @param lastPrice - Where an entry that takes what it gets would fill about now; NaN where nobody knows.
 */
export function sideProblem(member: OrderRequest, entry: OrderRequest, lastPrice: number): string | undefined {
  const { type } = member
  if (type === 'trailing-stop') return undefined
  const isLong = entry.side === 'buy'
  const isStop = type === 'stop-market' || type === 'stop-limit'
  // A sell stop lies below, a sell target above what was bought; the other way round for a short.
  const isBelow = isStop === isLong
  const prices = entryPrices(entry, isStop, lastPrice)
  const price = (member.triggerPrice ?? member.limitPrice) as number
  if (prices.every((each) => (isBelow ? price < each : price > each))) return undefined
  const position = isLong ? 'a long' : 'a short'
  return `the ${isStop ? 'stop' : 'target'} at ${price} of ${position} lies ${isBelow ? 'above' : 'below'} its entry at ${prices.join(' and ')}`
}

/** Prices between which an entry is meant to fill; none where nothing is known of them. */
function entryPrices(entry: OrderRequest, isStop: boolean, lastPrice: number): readonly number[] {
  const { limitPrice, triggerPrice, type = 'market' } = entry
  if (type === 'trailing-stop') {
    // A buy follows price down: it fills at its first level or below, and no target is known to be beyond it.
    const level = firstLevel(entry, lastPrice)
    return isStop && !Number.isNaN(level) ? [level] : []
  }
  if (type === 'market') return Number.isNaN(lastPrice) ? [] : [lastPrice]
  if (limitPrice === undefined) return [triggerPrice as number]
  return triggerPrice === undefined || triggerPrice === limitPrice ? [limitPrice] : [limitPrice, triggerPrice]
}

/** Level of a trailing entry as it comes to life. */
function firstLevel(entry: OrderRequest, lastPrice: number): number {
  const { side, activationPrice = lastPrice, trailingDistance, trailingRate = 0 } = entry
  const isBuy = side === 'buy'
  const from = isBuy ? Math.min(activationPrice, lastPrice) : Math.max(activationPrice, lastPrice)
  const behind = trailingDistance ?? from * trailingRate
  return isBuy ? from + behind : from - behind
}

function sizeProblem(
  members: readonly OrderRequest[],
  entry: OrderRequest | undefined,
  link: GroupLink,
): string | undefined {
  const { quantity } = members[0] as OrderRequest
  if (link === 'one-cancels-other' && haveDifferentSizes(members)) {
    return `members of which one cancels the other differ in size: ${members.map((each) => each.quantity).join(' and ')}`
  }
  if (entry === undefined) return undefined
  const closed = link === 'one-cancels-other' ? quantity : members.reduce((sum, each) => sum + each.quantity, 0)
  return closed > entry.quantity ? `the members close ${closed}, but the entry opens ${entry.quantity}` : undefined
}

function haveDifferentSizes(members: readonly OrderRequest[]): boolean {
  for (let i = 1; i < members.length; i++) if (members[i]?.quantity !== members[0]?.quantity) return true
  return false
}

function isTarget({ type }: OrderRequest): boolean {
  return type === 'limit' || type === 'take-profit' || type === 'take-profit-limit'
}

/** On one side of the market, the stop of a one-cancels-other group lies beyond its target as price sees it. */
function orderOfPrices(members: readonly OrderRequest[], link: GroupLink): string | undefined {
  if (link !== 'one-cancels-other') return undefined
  for (const stop of members) {
    if (stop.type !== 'stop-market' && stop.type !== 'stop-limit') continue
    for (const target of members) {
      if (target.side !== stop.side || !isTarget(target)) continue
      const low = stop.side === 'sell' ? stop.triggerPrice : (target.triggerPrice ?? target.limitPrice)
      const high = stop.side === 'sell' ? (target.triggerPrice ?? target.limitPrice) : stop.triggerPrice
      if ((low as number) < (high as number)) continue
      return `a stop that ${stop.side}s at ${stop.triggerPrice} and a target at ${target.triggerPrice ?? target.limitPrice} would both act at once`
    }
  }
  return undefined
}
