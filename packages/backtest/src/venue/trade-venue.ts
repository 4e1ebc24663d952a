import type { BarColumns, Instrument } from '@kestrel/core'
import type { AccountView, VenueEvents } from '@kestrel/kernel'
import type { LatencyModel } from '../costs/latency-model.ts'
import type { MarketHistory } from '../costs/market-history.ts'
import type { FillModel } from './fill-model.ts'
import type { PrintBars } from './print-bars.ts'
import { type QueueAhead, queueFromPrints } from './queue-ahead.ts'
import { SimulatedVenue } from './simulated-venue.ts'
import { TradeLane } from './trade-lane.ts'

/** One instrument of a run on trades. */
export interface TradedInstrument {
  readonly instrument: Instrument
  readonly prints: PrintBars
  /** Bars of the run's timeframe, made of the same trades. */
  readonly runBars: BarColumns
  /** What stands before a resting limit order; estimated from the trades unless given, as by a replay of order books. */
  readonly queueAhead?: QueueAhead
}

/**
 * A venue simulated on public trades. It is the venue on bars, with a bar for every millisecond that had a trade:
 *
 * - a market order fills at the first trade at or after the instant at which it reaches the venue;
 * - a stop is set off by a trade at or beyond its price, and fills there;
 * - a limit order that rests fills at its own price: in full once a trade goes through it, and against trades at it once
 *   those who stand before it have been served, see {@link queueFromPrints};
 * - all our orders together get the share of the volume of the last millisecond with trades; see {@link TradeLane}.
 *
 * Groups, trailing stops, margin and liquidation are those of the venue on bars.
 */
export class TradeVenue extends SimulatedVenue {
  constructor(
    events: VenueEvents,
    account: AccountView,
    model: FillModel,
    traded: readonly TradedInstrument[],
    latency?: LatencyModel,
    histories?: readonly MarketHistory[],
  ) {
    const { queue } = model
    // With a queue a trade at the limit counts: what it leaves over for us is what the queue says.
    const atTouch = queue === undefined ? model : { ...model, throughTicks: 0 }
    const lanes = traded.map(({ instrument, prints, runBars, queueAhead }, index) => {
      const ahead = queue === undefined ? undefined : (queueAhead ?? queueFromPrints(prints.trades, queue))
      return new TradeLane(instrument, index, prints, runBars, ahead)
    })
    super(events, account, atTouch, lanes, [], latency, histories)
  }
}
