import type { BarColumns, InstrumentId, TimeMs, Timeframe } from '@kestrel/core'
import type { BarRow, FillLiquidity } from '@kestrel/kernel'

/** What happened to one of our orders, as the venue told it and after repetitions were taken out. */
export type OrderNews =
  | {
      readonly kind: 'accepted'
      /** What the venue calls it: fills may be listed under that alone. */
      readonly venueOrderId?: string
    }
  | { readonly kind: 'triggered' }
  | {
      readonly kind: 'rejected' | 'cancelled' | 'expired'
      readonly reason: string
      /** It was the venue that turned it down, and not somebody here. */
      readonly isByVenue?: true
      /** True where it did so for want of money or coins. */
      readonly lacksFunds?: true
    }
  | {
      readonly kind: 'amended'
      /** True where another order takes its place at the venue, which is told of as accepted once it is there. */
      readonly isReplaced?: true
      /** True where newer terms are asked for already: another answer follows. */
      readonly isAskedAgain?: true
      readonly quantityLots: number
      readonly limitTicks: number | undefined
      readonly triggerTicks: number | undefined
    }
  | {
      readonly kind: 'amend-refused'
      readonly reason: string
      readonly isAskedAgain?: true
      /** What the venue's order still stands on; undefined where it has ended. */
      readonly quantityLots?: number
    }
  | {
      readonly kind: 'filled'
      /** The venue's id; books nothing twice. */
      readonly fillId: string
      /** True where it is of an order whose place another one has taken at the venue since. */
      readonly isEarlier?: true
      readonly lots: number
      readonly price: number
      readonly fee: { readonly currency: string; readonly amount: number }
      readonly liquidity: FillLiquidity
      readonly tsEventMs: TimeMs
    }

/** What an operator, or a limit of the account, orders a session to do. */
export type SessionCommand =
  | 'pause'
  | 'resume'
  | 'reduce'
  | 'flatten'
  | 'cancel-all'
  | 'close-unguarded'
  | 'put-back'
  | 'leave-stops'

/**
 * Everything that decides what a session does, in the order in which it took it in. Played again in that order, the same
 * session comes out: that is how a session recovers, and what a parity report compares with.
 */
export type SessionInput =
  | { readonly kind: 'bar'; readonly instrument: InstrumentId; readonly timeframe: Timeframe; readonly bar: BarRow }
  /** Many of them at once, oldest first; what a `bar` and a `play` for each would be, once they are played. */
  | {
      readonly kind: 'bars'
      readonly instrument: InstrumentId
      readonly timeframe: Timeframe
      readonly bars: BarColumns
    }
  | {
      readonly kind: 'funding'
      readonly instrument: InstrumentId
      readonly timeMs: TimeMs
      readonly rate: number
      readonly markPrice: number | undefined
    }
  | {
      readonly kind: 'signal'
      readonly name: string
      readonly instrument: InstrumentId | undefined
      readonly eventTimeMs: TimeMs
      readonly knowableTimeMs: TimeMs
      readonly values: Readonly<Record<string, number>>
    }
  /** Every instant up to here is played. */
  | { readonly kind: 'play'; readonly untilMs: TimeMs }
  | { readonly kind: 'order'; readonly timeMs: TimeMs; readonly orderId: number; readonly news: OrderNews }
  | {
      readonly kind: 'command'
      readonly timeMs: TimeMs
      readonly command: SessionCommand
      readonly reason: string
      /** What `put-back` and `leave-stops` are about. */
      readonly instrument?: InstrumentId
    }
  | { readonly kind: 'end'; readonly timeMs: TimeMs }
