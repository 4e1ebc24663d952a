import { existsSync } from 'node:fs'
import { type Instrument, stepsToNumber } from '@kestrel/core'
import type { JournalHead, LiveSession, RiskMemory } from '@kestrel/live'
import type { FeedStatus } from '@kestrel/kernel'
import { damaged, readDocument, type SessionDescriptor } from './session-descriptor.ts'

/** What a session is doing, as other processes see it. Money in the reporting currency. */
export interface SessionStatus {
  readonly id: string
  readonly mode: 'paper' | 'live'
  readonly strategy: string
  /** True where the market is made up and the money play money. */
  readonly synthetic: boolean
  readonly pid: number
  readonly state: string
  /** What strategies may do: active, reducing, paused. */
  readonly trading: string
  readonly risk: { readonly status: string; readonly reason: string } | undefined
  readonly writtenMs: number
  /** How far its journal has come; absent in statuses of before. */
  readonly journal?: JournalHead
  readonly startEquity: number
  readonly equity: number
  readonly fills: number
  readonly openOrders: readonly {
    readonly orderId: number
    readonly strategy: string
    readonly instrument: string
    readonly side: string
    readonly type: string
    readonly state: string
    readonly quantity: number
    readonly filledQuantity: number
    readonly limitPrice: number | undefined
    readonly triggerPrice: number | undefined
    readonly averagePrice: number | undefined
    readonly timeInForce: string
    readonly postOnly: boolean
    readonly reduceOnly: boolean
    readonly tag: string
    readonly createdTimeMs: number
  }[]
  readonly positions: readonly {
    readonly instrument: string
    readonly strategy: string
    readonly quantity: number
    readonly entryPrice: number
    readonly mark: number
    readonly unrealised: number
  }[]
  /** Positions that lost the stops that guarded them, each in words; absent in statuses of before. */
  readonly bare?: readonly {
    readonly strategy: string
    readonly instrument: string
    /** Base units or contracts that nothing guards. */
    readonly quantity: number
    readonly text: string
  }[]
  /** Of the market, and of the accounts. */
  readonly feeds: readonly {
    /** Null for an account. */
    readonly instrument: string | null
    /** `bars 1m`, ..., `account`. */
    readonly feed: string
    readonly isConnected: boolean
    readonly ageMs: number | undefined
    readonly detail: string
  }[]
}

export function statusOf(
  descriptor: SessionDescriptor,
  session: LiveSession,
  feeds: readonly FeedStatus[],
  risk: RiskMemory | undefined,
  journal: JournalHead,
  nowMs: number,
): SessionStatus {
  const { kernel } = session.core
  const { ledger, desk } = kernel
  const instruments = kernel.config.instruments
  const open = kernel.config.strategies.flatMap((_, index) => desk.openOrders(index, undefined))
  return {
    id: descriptor.id,
    mode: descriptor.mode,
    strategy: descriptor.strategy,
    synthetic: descriptor.synthetic,
    pid: process.pid,
    state: session.state,
    trading: session.core.mode,
    risk: risk === undefined ? undefined : { status: risk.status, reason: risk.reason },
    writtenMs: nowMs,
    journal,
    startEquity: kernel.startEquity,
    equity: ledger.equity(),
    fills: desk.fills.count,
    openOrders: open.map((order) => ({
      orderId: order.orderId,
      strategy: kernel.strategyName(order.strategyIndex),
      instrument: order.instrument.id,
      side: order.side,
      type: order.type,
      state: order.state,
      quantity: order.quantity,
      filledQuantity: order.filledQuantity,
      limitPrice: finite(order.limitPrice),
      triggerPrice: finite(order.triggerPrice),
      averagePrice: order.averagePrice,
      timeInForce: order.timeInForce,
      postOnly: order.postOnly,
      reduceOnly: order.reduceOnly,
      tag: order.tag,
      createdTimeMs: order.createdTimeMs,
    })),
    positions: [...ledger.lots].flatMap((lots, slot) => {
      if (lots === 0) return []
      const index = (slot % ledger.placeCount) % instruments.length
      const instrument = instruments[index] as Instrument
      const quantity = stepsToNumber(lots, instrument.lot)
      const entryPrice = ledger.entryPrice[slot] as number
      const mark = ledger.mark[index] as number
      const strategy = kernel.strategyName(Math.floor(slot / ledger.placeCount))
      const value = (price: number): number =>
        instrument.settlement === 'inverse' ? -instrument.contractSize / price : instrument.contractSize * price
      return [
        {
          instrument: instrument.id,
          strategy,
          quantity,
          entryPrice,
          mark,
          unrealised: quantity * (value(mark) - value(entryPrice)),
        },
      ]
    }),
    bare: session.bare(),
    feeds: [
      ...feeds.map(({ instrument, feed, isConnected, lastEventMs, detail }) => ({
        instrument: instrument.id,
        feed,
        isConnected,
        ageMs: Number.isNaN(lastEventMs) ? undefined : nowMs - lastEventMs,
        detail,
      })),
      ...session.accounts().map(({ isConnected, lastSeenMs, detail }) => ({
        instrument: null,
        feed: 'account',
        isConnected,
        ageMs: nowMs - lastSeenMs,
        detail,
      })),
    ],
  }
}

/**
 * The last status that a session wrote; undefined where it wrote none.
 *
 * @throws KestrelError `SESSION_DAMAGED`.
 */
export function readStatus(path: string): SessionStatus | undefined {
  if (!existsSync(path)) return undefined
  const status = readDocument<SessionStatus>(path, [
    'id',
    'pid',
    'state',
    'writtenMs',
    'equity',
    'openOrders',
    'positions',
  ])
  const list = (['openOrders', 'positions', 'feeds', 'bare'] as const).find(
    (name) => !Array.isArray(status[name] ?? []),
  )
  if (list === undefined && Number.isFinite(status.writtenMs)) return status
  throw damaged(path, list === undefined ? 'it says no time' : `${list} is no list`)
}

/** True while the process that wrote a status is there and writes. */
export function isRunning(status: SessionStatus | undefined, nowMs: number): boolean {
  if (status === undefined || status.state === 'ended' || nowMs - status.writtenMs > 15_000) return false
  try {
    process.kill(status.pid, 0)
    return true
  } catch {
    return false
  }
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined
}
