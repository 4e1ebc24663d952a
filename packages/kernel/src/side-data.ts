import { DataError, type Instrument, type InstrumentId, type TimeMs, UsageError } from '@kestrel/core'
import { InterestDesk } from './account/interest-desk.ts'
import { FundingTimeline } from './funding-timeline.ts'
import type { Kernel } from './kernel.ts'
import type { Listener } from './listener.ts'
import { type SideSeries, SeriesTimeline } from './side-series.ts'
import { Timelines } from './timeline.ts'
import { TradeTimeline } from './trade-timeline.ts'

/** How far ahead hours of interest are planned where the end of the run is not known: ten years. */
const MOST_LIVE_MS = 10 * 365 * 86_400_000

/** What a run has beside its bars: funding of its perpetuals, trades where somebody listens, series that were asked for. */
export class SideData {
  readonly timelines: Timelines
  /** Why a series could not be given. A strategy that caught it must not run without. */
  failure: DataError | undefined
  /** True where a strategy listens to trades and there are none. */
  lacksTrades = false
  /** Charges what a run owes for borrowed spot; undefined where it may not borrow. */
  readonly interest: InterestDesk | undefined
  readonly #kernel: Kernel
  readonly #series = new Map<string, { readonly timeline: SeriesTimeline; readonly strategies: Set<number> }>()
  #closed = false

  constructor(kernel: Kernel) {
    this.#kernel = kernel
    const base = kernel.feeds.map(({ columns }) => columns)
    const { ledger, log, config, startMs: fromMs } = kernel
    const lastMs = Math.max(...base.map(({ closeTimeMs }) => closeTimeMs.at(-1) ?? 0))
    const toMs = kernel.growth === undefined ? lastMs : Infinity
    // Rows of the start itself are known before anything is played; those of a warm-up are so too.
    this.timelines = new Timelines(config.playFromMs === undefined ? fromMs : fromMs + 1, toMs)
    if (ledger.borrow === undefined) return
    const chargedToMs = kernel.growth === undefined ? lastMs : fromMs + MOST_LIVE_MS
    this.interest = new InterestDesk(ledger, config.instruments, log, fromMs, chargedToMs)
    this.timelines.add(this.interest)
  }

  /**
   * Views of a series, which the strategy is told of from then on.
   *
   * @throws UsageError `KERNEL_LATE_SUBSCRIPTION` after the start.
   * @throws DataError `KERNEL_NO_SERIES` where the run has none, with its name and instrument in `meta`;
   *   `KERNEL_SERIES_TIME` for one whose knowable times cannot be.
   */
  series(strategyIndex: number, name: string, instrumentId: InstrumentId | undefined): SideSeries {
    if (this.#closed) {
      throw new UsageError({
        code: 'KERNEL_LATE_SUBSCRIPTION',
        message: `series(${name}) was called after the start. Subscriptions are made in start().`,
      })
    }
    const key = `${name} ${instrumentId ?? ''}`
    const entry = this.#series.get(key) ?? { timeline: this.#open(name, instrumentId), strategies: new Set() }
    this.#series.set(key, entry)
    entry.strategies.add(strategyIndex)
    return entry.timeline.view
  }

  #open(name: string, instrumentId: InstrumentId | undefined): SeriesTimeline {
    try {
      const columns = this.#kernel.config.market.series?.(name, instrumentId)
      if (columns === undefined) throw noSeries(name, instrumentId)
      const timeline = new SeriesTimeline(name, instrumentId, columns, this.#kernel, this.#kernel.growth)
      this.timelines.add(timeline)
      return timeline
    } catch (error) {
      if (error instanceof DataError) this.failure ??= error
      throw error
    }
  }

  /** The strategies have started: what they listen to is known, and nothing is subscribed from here on. */
  close(handlers: readonly Listener['handlers'][]): void {
    this.#closed = true
    const { instruments, market } = this.#kernel.config
    const listener = (strategyIndex: number, instrumentId: InstrumentId | undefined): Listener => ({
      strategyIndex,
      strategy: this.#kernel.strategyName(strategyIndex),
      instrumentId,
      handlers: handlers[strategyIndex] as Listener['handlers'],
    })
    const hearing = (name: 'onFunding' | 'onTrade', instrument: Instrument): Listener[] =>
      handlers.flatMap((each, index) => (each[name] === undefined ? [] : [listener(index, instrument.id)]))
    for (const { timeline, strategies } of this.#series.values()) {
      for (const index of strategies) timeline.subscribe(listener(index, timeline.view.instrumentId))
    }
    instruments.forEach((instrument, index) => {
      const funding = instrument.kind === 'perpetual' ? market.funding?.(instrument.id) : undefined
      if (funding !== undefined) {
        const mark = market.mark?.(instrument.id)
        const settle = this.#settle.bind(this)
        const told = hearing('onFunding', instrument)
        this.timelines.add(new FundingTimeline(instrument, index, funding, mark, settle, told, this.#kernel))
      }
      const told = hearing('onTrade', instrument)
      const trades = told.length === 0 ? undefined : market.trades?.(instrument.id)
      if (trades === undefined) {
        this.lacksTrades ||= told.length > 0
        return
      }
      const mark = (prices: Float64Array, row: number): void => this.#kernel.ledger.markFrom(index, prices, row)
      this.timelines.add(new TradeTimeline(instrument, trades, mark, told, this.#kernel))
    })
  }

  /** The run is over: views of series show nothing from here on. */
  end(): void {
    for (const { timeline } of this.#series.values()) timeline.end()
  }

  #settle(instrumentIndex: number, rate: number, markPrice: number, timeMs: TimeMs): number {
    const isMissing = Number.isNaN(markPrice)
    const price = isMissing
      ? this.#kernel.feed(instrumentIndex, this.#kernel.config.timeframe).closeAt(timeMs)
      : markPrice
    this.#kernel.funding.settle(instrumentIndex, rate, price, isMissing, timeMs)
    return price
  }
}

function noSeries(name: string, instrumentId: InstrumentId | undefined): DataError {
  const what = instrumentId === undefined ? name : `${name} of ${instrumentId}`
  return new DataError({
    code: 'KERNEL_NO_SERIES',
    message: `This run has no series ${what}. Nothing was run.`,
    meta: { series: name, ...(instrumentId === undefined ? {} : { instrument: instrumentId }) },
  })
}
