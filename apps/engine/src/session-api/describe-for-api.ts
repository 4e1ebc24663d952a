import type { FeedStatus, Fill, Order, Position, RiskState, Session } from '@kestrel/contracts'
import { decimalOf } from '@kestrel/contracts'
import { instrumentOf, timeframeMs } from '@kestrel/core'
import type { FillRecord } from '@kestrel/kernel'
import type { SessionDescriptor } from '../session/session-descriptor.ts'
import type { SessionStatus } from '../session/session-status.ts'

/** What the folder of a session says of it. */
export interface SessionState {
  readonly descriptor: SessionDescriptor
  /** Undefined where it has not run yet. */
  readonly status: SessionStatus | undefined
  readonly isRunning: boolean
  /** Halted from outside. */
  readonly isHalted: boolean
  /** Why its status cannot be read; empty where it can. */
  readonly problem: string
}

/** Beyond the time in which something has to come. */
const STALE_MS = 60_000

export function sessionOf(session: SessionState): Session {
  const { descriptor, status } = session
  const { id, mode, strategy, instruments, venue, createdMs, codeHash } = descriptor
  const [first] = instruments
  const unrealised = status?.positions.reduce((sum, position) => sum + position.unrealised, 0)
  return {
    id,
    mode,
    state: stateOf(session),
    detail: detailOf(session),
    strategies: [strategy],
    instruments: instruments.map((each) => each.id),
    venues: [venue.toUpperCase()],
    startedTimeMs: createdMs,
    heartbeatTimeMs: status?.writtenMs ?? createdMs,
    reportingCurrency: first === undefined ? 'USDT' : instrumentOf(first).settleCurrency,
    equity: orNull(status?.equity),
    startEquity: orNull(status?.startEquity),
    // The books of a running session are its own; the status holds what is open and what it is worth.
    realised: null,
    unrealised: orNull(unrealised),
    fees: null,
    funding: null,
    valuedTimeMs: status?.writtenMs ?? null,
    openOrders: status?.openOrders.length ?? 0,
    openPositions: status?.positions.length ?? 0,
    codeHash,
    synthetic: false,
  }
}

function stateOf({ status, isRunning, isHalted, problem }: SessionState): Session['state'] {
  if (problem !== '') return 'failed'
  if (isHalted || status?.risk?.status === 'halted') return 'halted'
  if (status?.state === 'failed' || isGone(status, isRunning)) return 'failed'
  if (!isRunning) return 'stopped'
  if (status?.state === 'recovering') return 'starting'
  return status?.trading === 'paused' ? 'paused' : 'running'
}

/** It never said that it ended, and its process is not there or writes no more. */
function isGone(status: SessionStatus | undefined, isRunning: boolean): boolean {
  return status !== undefined && status.state !== 'ended' && !isRunning
}

function detailOf({ status, isRunning, isHalted, problem }: SessionState): string {
  if (problem !== '') return problem
  if (isHalted) return 'halted from outside'
  if (isGone(status, isRunning)) return 'its process is gone or hangs'
  return status?.risk?.reason ?? ''
}

export function ordersOf({ descriptor, status }: SessionState): Order[] {
  return (status?.openOrders ?? []).map((order) => ({
    clientOrderId: `${descriptor.id}-${order.orderId}`,
    venueOrderId: null,
    instrumentId: order.instrument,
    strategy: order.strategy,
    side: order.side as Order['side'],
    type: order.type as Order['type'],
    timeInForce: order.timeInForce as Order['timeInForce'],
    postOnly: order.postOnly,
    reduceOnly: order.reduceOnly,
    state: order.state as Order['state'],
    quantity: decimalOf(order.quantity),
    filledQuantity: decimalOf(order.filledQuantity),
    averagePrice: orNull(order.averagePrice),
    limitPrice: orNull(order.limitPrice),
    triggerPrice: orNull(order.triggerPrice),
    createdTimeMs: order.createdTimeMs,
    updatedTimeMs: status?.writtenMs ?? order.createdTimeMs,
    reason: '',
    tag: order.tag,
  }))
}

export function fillOf(id: string, fill: FillRecord, recordedMs: number): Fill {
  return {
    fillId: String(fill.fillId),
    clientOrderId: `${id}-${fill.orderId}`,
    instrumentId: fill.instrumentId,
    strategy: fill.strategy,
    side: fill.side,
    quantity: decimalOf(fill.quantity),
    price: decimalOf(fill.price),
    fee: decimalOf(fill.fee),
    feeCurrency: fill.feeCurrency,
    liquidity: fill.liquidity,
    tsEventMs: fill.tsEventMs,
    tsRecvMs: recordedMs,
  }
}

export function positionsOf({ descriptor, status }: SessionState): Position[] {
  const specs = new Map(descriptor.instruments.map((spec) => [spec.id, spec]))
  return (status?.positions ?? []).map(({ instrument, strategy, quantity, entryPrice, mark, unrealised }) => {
    const spec = specs.get(instrument)
    return {
      instrumentId: instrument,
      strategy,
      side: quantity > 0 ? 'long' : 'short',
      quantity: decimalOf(Math.abs(quantity)),
      entryPrice: orNull(entryPrice),
      markPrice: orNull(mark),
      liquidationPrice: null,
      unrealised: orNull(unrealised),
      realised: null,
      currency: spec === undefined ? '' : instrumentOf(spec).settleCurrency,
      leverage: orNull(descriptor.leverage),
      openedTimeMs: null,
      markTimeMs: status?.writtenMs ?? null,
    }
  })
}

export function feedsOf({ descriptor, status, isRunning }: SessionState, nowMs: number): FeedStatus[] {
  return (status?.feeds ?? []).map(({ instrument, feed, isConnected, ageMs, detail }) => {
    const lastMs = status === undefined || ageMs === undefined ? null : status.writtenMs - ageMs
    const staleAfterMs = STALE_MS + barLengthMs(feed)
    return {
      venue: descriptor.venue.toUpperCase(),
      instrumentId: instrument,
      feed,
      isConnected: isConnected && isRunning,
      lastEventTimeMs: lastMs,
      staleAfterMs,
      // Before the first event nobody knows, and that is not fresh.
      isStale: lastMs === null || nowMs - lastMs > staleAfterMs,
      events: 0,
      resubscriptions: 0,
      detail,
    }
  })
}

/** Bars come once in their length; of other feeds something comes all the time. */
function barLengthMs(feed: string): number {
  const [, timeframe] = /^bars (\d+[smhdw])$/.exec(feed) ?? []
  return timeframe === undefined ? 0 : timeframeMs(timeframe)
}

export function riskOf({ descriptor, status, isHalted }: SessionState): RiskState {
  const mode = isHalted ? 'halted' : ((status?.risk?.status ?? 'active') as RiskState['mode'])
  return {
    mode,
    reason: isHalted ? 'halted from outside' : (status?.risk?.reason ?? ''),
    sinceTimeMs: null,
    limits: Object.entries(descriptor.limits).flatMap(([name, limit]) => {
      const { at, action = 'block' } = limit as {
        readonly at?: number
        readonly action?: 'block' | 'reduce' | 'flatten'
      }
      if (at === undefined) return []
      return [{ name, action, limit: decimalOf(at), used: null, unit: unitOf(name), isBreached: false }]
    }),
    breaches: [],
  }
}

/** Units of the limits, by their names. */
function unitOf(name: string): string {
  if (name.endsWith('Ms')) return 'ms'
  if (['drawdown', 'dailyLoss', 'priceBand', 'marginDistance'].includes(name)) return 'fraction'
  if (name === 'orderQuantity') return 'base units'
  if (['ordersPerMinute', 'consecutiveRejects', 'lossStreak'].includes(name)) return 'count'
  return name === 'orderNotional' ? 'reporting currency' : 'of equity'
}

function orNull(value: number | undefined | null): string | null {
  return value === undefined || value === null || !Number.isFinite(value) ? null : decimalOf(value)
}
