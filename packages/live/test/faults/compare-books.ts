import type { Order } from '@kestrel/kernel'
import type { LocalExchange } from '@kestrel/testkit'
import { type LiveSession, readClientOrderId, sessionCode } from '../../src/index.ts'
import type { FaultCase } from './fault-case.ts'
import { FAULT_VENUES } from './fault-venue.ts'

type Exchange = ReturnType<LocalExchange['venue']>['exchange']

/** Units of the exchange's money: 10^-8. */
const ATOM = 1e-8
/** What sums in doubles may differ by, quote units. */
const SLACK = 1e-4

/**
 * Everything that is wrong between a session and the exchange: orders lost or doubled, fills, positions, money, and orders
 * that are open on one side alone. Orders of somebody else do not count.
 */
export function compareBooks(session: LiveSession, exchange: Exchange, test: FaultCase): string[] {
  const account = `account-${test.seed}`
  const { instrument } = FAULT_VENUES[test.venue]
  const problems: string[] = []
  const ours = ourOrders(session, exchange, account, problems)
  const theirs = new Map<number, number>()
  const there = { position: 0, money: 0, base: 0 }
  for (const { orderId, side, qtyLots, quoteAtoms, feeAtoms, feeAsset } of exchange.trades(account, {})) {
    const order = ours.get(orderId)
    if (order === undefined) continue
    theirs.set(order, (theirs.get(order) ?? 0) + qtyLots)
    const signedLots = side === 'buy' ? qtyLots : -qtyLots
    there.position += signedLots
    there.base += signedLots * instrument.lot.size
    there.money += (side === 'buy' ? -1 : 1) * Number(quoteAtoms) * ATOM
    if (feeAsset === instrument.base) there.base -= Number(feeAtoms) * ATOM
    else there.money -= Number(feeAtoms) * ATOM
  }
  const heldLots = session.core.kernel.ledger.lots[0] as number
  if (instrument.kind === 'spot') {
    // Fees in the base currency are booked in whole lots, never too few.
    const held = heldLots * instrument.lot.size
    if (held > there.base + SLACK * instrument.lot.size || held < there.base - 1.01 * instrument.lot.size)
      problems.push(`base: ${held} here, ${there.base} there`)
  } else {
    compareFills(session, theirs, instrument.lot.size, problems)
    if (heldLots !== there.position) problems.push(`position: ${heldLots} lots here, ${there.position} there`)
  }
  // In which order the fills came decides what is realised, not what there is: both are looked at with positions at their price.
  const { ledger } = session.core.kernel
  const price = ledger.mark[0] as number
  const equity = ledger.equity() - 50_000
  const equityThere = there.money + there.base * price
  if (Math.abs(equity - equityThere) > (instrument.kind === 'spot' ? instrument.lot.size * price + SLACK : SLACK))
    problems.push(`equity: ${equity} here, ${equityThere} there`)
  compareOpen(session, exchange, account, ours, test, problems)
  if (isGuarded(test)) compareGuard(exchange, account, instrument.kind === 'spot' ? heldLots : there.position, problems)
  if (session.state !== 'running') problems.push(`the session is ${session.state}`)
  return problems
}

/** The session's orders at the exchange: its number by the exchange's. One of each name. */
function ourOrders(
  session: LiveSession,
  exchange: Exchange,
  account: string,
  problems: string[],
): ReadonlyMap<number, number> {
  const code = sessionCode(session.orderNames)
  const found = new Map<number, number>()
  const seen = new Map<string, number>()
  for (const { orderId, clientOrderId } of exchange.orders(account, {})) {
    const named = readClientOrderId(clientOrderId)
    if (named === undefined || named.sessionCode !== code) continue
    found.set(orderId, named.orderId)
    seen.set(clientOrderId, (seen.get(clientOrderId) ?? 0) + 1)
  }
  for (const [id, times] of seen) if (times > 1) problems.push(`${id} is at the exchange ${times} times`)
  return found
}

function compareFills(
  session: LiveSession,
  theirs: ReadonlyMap<number, number>,
  lotSize: number,
  problems: string[],
): void {
  const booked = new Map<number, number>()
  for (const { orderId, filledQuantity, tag } of session.core.records().orders()) {
    const of = Number(/^late fill of order (\d+)$/.exec(tag)?.[1] ?? orderId)
    booked.set(of, (booked.get(of) ?? 0) + Math.round(filledQuantity / lotSize))
  }
  for (const id of new Set([...booked.keys(), ...theirs.keys()])) {
    const [here, there] = [booked.get(id) ?? 0, theirs.get(id) ?? 0]
    if (here !== there) problems.push(`order ${id}: ${here} lots here, ${there} there`)
  }
}

/**
 * What is open at the exchange is open in the books, as large and at the same prices; and the other way round, but for stops
 * that somebody cancelled, and targets that wait for coins that somebody took: the books know that those are not there.
 */
function compareOpen(
  session: LiveSession,
  exchange: Exchange,
  account: string,
  ours: ReadonlyMap<number, number>,
  test: FaultCase,
  problems: string[],
): void {
  const { venue } = session.core
  const here = new Map(
    (venue?.openOrders() ?? []).filter(({ state }) => state !== 'waiting').map((order) => [order.orderId, order]),
  )
  for (const { orderId, qtyLots, priceTicks, trigger, triggeredMs, status } of exchange.openOrders(account)) {
    const id = ours.get(orderId)
    if (id === undefined) continue
    const order = here.get(id)
    here.delete(id)
    if (order === undefined) problems.push(`order ${id} is ${status} at the exchange and not in the books`)
    else {
      const terms = [order.quantityLots, whole(order.limitTicks), whole(order.triggerTicks)]
      const theirs = [qtyLots, priceTicks, trigger?.priceTicks]
      if (triggeredMs === undefined && terms.some((value, i) => value !== theirs[i]))
        problems.push(`order ${id} stands on ${theirs.join(' ')} and in the books on ${terms.join(' ')}`)
    }
  }
  const sent = new Set(ours.values())
  for (const [id, order] of here) {
    const isExit = order.group?.entry !== undefined && order !== order.group.entry
    const isWaiting = isExit && order.type === 'limit' && !sent.has(id) && mayWait(session, order)
    const isAway = isWaiting || venue?.missing.has(order) === true
    if (!isAway || !isShared(test)) problems.push(`order ${id} is ${order.state} in the books and not at the exchange`)
  }
}

/** Whether there is a stop, or something to close, that a target has to leave coins for. */
function mayWait({ core }: LiveSession, target: Order): boolean {
  const { missing } = core.venue ?? {}
  const isAwaited = missing?.all().some((stop) => stop.group === target.group || missing.of(stop)?.isLeft === false)
  return isAwaited === true || core.mustCloseUnguarded(Infinity)
}

/** Whether somebody else acts on the account. */
function isShared({ schedule }: FaultCase): boolean {
  return schedule.faults.some(({ name }) => name.startsWith('manual'))
}

/** Whether all that is held has a stop: brackets opened it, and nobody else trades on the account. */
function isGuarded(test: FaultCase): boolean {
  return test.strategy === 'bracketed' || (test.strategy === 'guarded' && !isShared(test))
}

/** What is held is guarded by stops at the exchange, lot by lot. */
function compareGuard(exchange: Exchange, account: string, position: number, problems: string[]): void {
  const guarded = exchange
    .openOrders(account)
    .filter(({ trigger, triggeredMs }) => trigger !== undefined && triggeredMs === undefined)
    .reduce((sum, { qtyLots = 0 }) => sum + qtyLots, 0)
  if (guarded !== Math.abs(position)) problems.push(`${position} lots are held and ${guarded} guarded by a stop`)
}

function whole(ticks: number): number | undefined {
  return Number.isFinite(ticks) ? ticks : undefined
}
