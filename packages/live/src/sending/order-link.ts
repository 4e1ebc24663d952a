import type { Instrument, TimeMs } from '@kestrel/core'
import type { OrderType, TradingGateway, VenueFill } from '@kestrel/kernel'
import type { OrderNews } from '../session/session-input.ts'
import type { AmendAction, CreateAction } from './order-action.ts'

/** What an order asks for; numbers as in `OutgoingOrder`. */
export interface OrderTerms {
  readonly quantityLots: number
  readonly limitTicks?: number | undefined
  readonly triggerTicks?: number | undefined
}

/** The name that an order goes by at the venue from a replacement on. */
export interface Replacement {
  readonly clientOrderId: string
  readonly revision: number
  /** Lots that orders of earlier names filled. */
  readonly filledLots: number
  /** What the one before stood on, to be put back if the venue turns the new one down; absent where it would not be. */
  readonly before?: OrderTerms
}

/** Where one order stands at the venue, as far as we know. Passed to a gateway it names the order. */
export class OrderLink {
  readonly action: CreateAction
  readonly instrument: Instrument
  readonly gateway: TradingGateway
  readonly createdMs: TimeMs
  /** Spares a venue that keeps stops apart a second question. */
  readonly type: OrderType
  clientOrderId: string
  revision = 0
  venueOrderId: string | undefined
  /** Ids that the venue gave to orders of earlier names. */
  readonly earlierVenueIds: Set<string>
  /** `unknown` while nobody knows whether the venue has it. */
  status: 'sending' | 'unknown' | 'open' | 'done' = 'sending'
  /** When it was done. */
  endedMs: TimeMs = -Infinity
  /** What the session has been told of it already; of one that goes out under a new name it is told again. */
  isAccepted = false
  isTriggered = false
  /** The venue's ids of its fills that are booked. */
  readonly fillIds: Set<string>
  /** Lots booked from fills. */
  bookedLots = 0
  /** Lots that orders of earlier revisions filled. */
  earlierLots = 0
  /** Most lots that the venue said were filled while it was open; those of earlier revisions included. */
  heardLots = 0
  /** Resolves when fills that the venue spoke of were asked for; undefined while none are. */
  catchingUp: Promise<void> | undefined
  /** Terms that the venue's order stands on. */
  quantityLots: number
  limitTicks: number | undefined
  triggerTicks: number | undefined
  /** How it ended, waiting until all of its fills are booked; of lots those of earlier revisions included. */
  ending: { readonly news: OrderNews; readonly filledLots: number } | undefined
  /** True where the venue has not listed fills for so long that nobody waits for them any more. */
  isOverdue = false
  /** How often it was sent again, after the venue had denied it for long enough. */
  timesSentAgain = 0
  /** True once nobody wants it any more. */
  isUnwanted = false
  /** True while a new order takes the place of this one. */
  isReplacing = false
  /** See {@link Replacement}. */
  before: OrderTerms | undefined
  /** The newest terms that were asked for and that nobody has begun to ask the venue for. */
  wanted: AmendAction | undefined
  /** True where the session was paused before it could be sent. */
  isHeldBack = false
  /** Requests for one order go out one after the other. */
  queue: Promise<void> = Promise.resolve()

  /** @param earlier - The same order as it was at the venue before: what was filled of it stays booked. */
  constructor(
    action: CreateAction,
    instrument: Instrument,
    gateway: TradingGateway,
    createdMs: TimeMs,
    earlier?: OrderLink,
  ) {
    this.fillIds = earlier?.fillIds ?? new Set()
    this.earlierVenueIds = earlier?.earlierVenueIds ?? new Set()
    if (earlier !== undefined) {
      this.bookedLots = earlier.bookedLots
      if (earlier.venueOrderId !== undefined) this.earlierVenueIds.add(earlier.venueOrderId)
    }
    this.action = action
    this.instrument = instrument
    this.gateway = gateway
    this.createdMs = createdMs
    this.type = action.type
    this.clientOrderId = action.clientOrderId
    this.quantityLots = action.quantityLots
    this.limitTicks = action.limitTicks
    this.triggerTicks = action.triggerTicks
  }

  /** True where it has ended, even if its fills are not all booked. */
  get hasEnded(): boolean {
    return this.status === 'done' || this.ending !== undefined
  }

  /** True once the venue has told where it stands. */
  get isKnown(): boolean {
    return this.status === 'open' || this.status === 'done'
  }

  /** True while something that was asked for is not answered. */
  get isBusy(): boolean {
    return this.status === 'sending' || this.status === 'unknown' || (this.ending !== undefined && !this.isOverdue)
  }

  /** Whether the venue says that more was filled than is booked. */
  get lacksFills(): boolean {
    return this.ending !== undefined && this.bookedLots < this.ending.filledLots
  }

  /** Whether the venue said of the open order that more was filled than is booked. */
  get isBehind(): boolean {
    return this.status !== 'done' && this.bookedLots < this.heardLots
  }

  /** Whether all that was asked for is booked. */
  get isFilled(): boolean {
    return this.bookedLots >= this.quantityLots && !this.action.closePosition
  }

  /** Whether a position is bare without it, and it can only make positions smaller. */
  get isProtective(): boolean {
    const { isExit, reduceOnly, closePosition, type } = this.action
    return isExit === true || closePosition || (reduceOnly && type !== 'market')
  }

  /** Whether it protects against a loss. */
  get isStop(): boolean {
    const isTriggered = this.type === 'stop-market' || this.type === 'stop-limit' || this.type === 'trailing-stop'
    return isTriggered && this.isProtective
  }

  /** Whether it ended though nobody here wanted that, so that it may go out once more under another name. */
  get mayComeBack(): boolean {
    return this.status === 'done' && this.isStop && !this.isUnwanted && this.bookedLots === 0
  }

  /** Whether an execution that does not name its order can be one of it. */
  mayHave({ instrument, side }: VenueFill): boolean {
    return instrument.id === this.instrument.id && side === this.action.side
  }

  /** Whether an execution is of an order of an earlier name. */
  wasNamed({ clientOrderId, venueOrderId }: VenueFill): boolean {
    return clientOrderId === undefined ? this.earlierVenueIds.has(venueOrderId) : clientOrderId !== this.clientOrderId
  }

  /** The venue's order stands on other terms from here on. */
  standOn({ quantityLots, limitTicks, triggerTicks }: OrderTerms): void {
    this.quantityLots = quantityLots
    this.limitTicks = limitTicks
    this.triggerTicks = triggerTicks
  }

  /** Another order takes its place at the venue, of which nothing is known yet. */
  replace(replacement: Replacement): void {
    this.rename(replacement)
    this.ending = undefined
    this.status = 'sending'
  }

  rename({ clientOrderId, revision, filledLots, before }: Replacement): void {
    if (this.venueOrderId !== undefined) this.earlierVenueIds.add(this.venueOrderId)
    this.venueOrderId = undefined
    this.clientOrderId = clientOrderId
    this.revision = revision
    this.earlierLots = filledLots
    this.before = before
    this.isAccepted = false
  }

  /** What an answer to an amendment says of the next one, see `OrderNews`. */
  get again(): { readonly isAskedAgain?: true } {
    return this.wanted === undefined ? {} : { isAskedAgain: true }
  }

  /** What it stands on. */
  get terms(): OrderTerms {
    const { quantityLots, limitTicks, triggerTicks } = this
    return { quantityLots, limitTicks, triggerTicks }
  }

  /** What the journal says was told of it. */
  restore(news: OrderNews): void {
    switch (news.kind) {
      case 'accepted':
        this.isAccepted = true
        return
      case 'triggered':
        this.isTriggered = true
        return
      case 'filled':
        this.fillIds.add(news.fillId)
        this.bookedLots += news.lots
        // Of one that was filled under its name before, the venue still has an order.
        if (this.isFilled && news.isEarlier !== true) this.status = 'done'
        return
      case 'amended':
        this.standOn(news)
        return
      case 'amend-refused':
        return
      default:
        this.status = 'done'
    }
  }
}
