import type { BarColumns, Clock, Instrument, InstrumentId, TimeMs, Timeframe } from '@kestrel/core'
import type { BacktestConfig } from '@kestrel/backtest'
import type { FillRecord, Kernel, MarketFeed, Order, OrderRecord, TradingGateway } from '@kestrel/kernel'
import type { Journal } from '../journal/journal.ts'
import type { Difference, ReconcileRules } from '../reconcile/difference.ts'
import type { SenderTimes } from '../sending/sender-times.ts'
import type { BarFeed } from './bar-barrier.ts'
import type { OrderNews, SessionCommand } from './session-input.ts'

/** What a user asks for when a session starts. */
export interface SessionSetup {
  readonly id: string
  readonly mode: 'paper' | 'live'
  /** As for a backtest, without `playFromMs`: a session begins now. */
  readonly config: Omit<BacktestConfig, 'playFromMs'>
  /** What must be the same when the session goes on after a stop: strategies, parameters, code. JSON. */
  readonly identity: Readonly<Record<string, unknown>>
  /** Bars of the past for each feed; at least 1. */
  readonly warmupBars: number
  readonly rules: ReconcileRules
  /** How long an instant waits for bars that are late. */
  readonly barGraceMs: number
  /** How often the account is compared with the books. */
  readonly reconcileMs: number
  /** The venue's own timer that cancels all orders unless renewed; undefined leaves it alone. */
  readonly deadManMs?: number
  readonly times?: SenderTimes
  /** How long a start waits for the venue to say where orders stand. Default one minute. */
  readonly startWithinMs?: number
}

/** Limits of the account, asked before each order and told of each instant. */
export interface SessionRisk {
  /** True while nothing may be held: a limit closed the account, and nobody has reset it. */
  readonly mustBeFlat?: boolean
  /** Why the order may not go out; undefined where it may. Called inside the kernel: it must be quick and do nothing outside. */
  gate(order: Order, kernel: Kernel, nowMs: TimeMs, facts: SessionFacts): string | undefined
  /** Told of what the venue says of orders. */
  heard?(news: OrderNews): void
  /** Looks at the account; what is returned is done. */
  observe(
    kernel: Kernel,
    facts: SessionFacts,
    nowMs: TimeMs,
  ): { readonly command: SessionCommand; readonly reason: string } | undefined
}

/** What limits want to know beside the books. */
export interface SessionFacts {
  /** By feed ({@link feedName}), until when it is known, by our clock: the newest bar's close, or later in a quiet market. */
  readonly knownToMs: ReadonlyMap<string, TimeMs>
  readonly hasUnknownOrders: boolean
  readonly clockSkewMs: number
  /** False where an account is not heard or cannot be looked at, and before its stream has said that it is there. */
  readonly isConnected: boolean
}

/** What happens in a session, for tables, screens and notifications. */
export type SessionEvent =
  | { readonly kind: 'fill'; readonly fill: FillRecord }
  | { readonly kind: 'order'; readonly order: OrderRecord }
  | { readonly kind: 'equity'; readonly timeMs: TimeMs; readonly equity: number }
  | { readonly kind: 'mode'; readonly mode: string; readonly reason: string }
  | { readonly kind: 'differences'; readonly differences: readonly Difference[] }
  | {
      readonly kind: 'alarm'
      readonly severity: 'info' | 'warning' | 'critical'
      readonly code: string
      readonly message: string
    }

/** The outside world of a session. */
export interface SessionPorts {
  readonly journal: Journal
  readonly clock: Clock
  /** By venue; empty in a paper session. */
  readonly gateways: ReadonlyMap<string, TradingGateway>
  /** By venue. */
  readonly feeds: ReadonlyMap<string, MarketFeed>
  /** Bars for warming up, oldest first; from the lake, the venue or both. */
  pastBars(instrument: Instrument, timeframe: Timeframe, count: number, toMs: TimeMs): Promise<BarColumns>
  readonly risk?: SessionRisk
  /** True while nothing may be sent, whatever the session thinks: set by whoever closes the account from outside. */
  isHalted?(): boolean
  listener?(event: SessionEvent): void
}

/** Names a feed in tables. */
export function feedName({
  instrument,
  timeframe,
}: BarFeed | { instrument: InstrumentId; timeframe: Timeframe }): string {
  return `${instrument} ${timeframe}`
}
