import { type Instrument, instrumentOf } from '@kestrel/core'
import { type LocalVenue, ManualExchangeClock, startExchange } from '@kestrel/testkit'
import { onTestFinished } from 'vitest'
import { ccxtMarketFeed, type CcxtMarketFeedOptions, type VenueMarketFeed } from '../src/index.ts'

const START_MS = Date.UTC(2024, 4, 1, 7, 59, 30)

export interface LocalFeed {
  readonly clock: ManualExchangeClock
  readonly venue: LocalVenue
  readonly feed: VenueMarketFeed
  readonly instrument: Instrument
  /** Lets exchange time run, so many ms in a turn, until something is so. */
  until(isSo: () => boolean, stepMs?: number): Promise<void>
  /** Lets exchange time run until something is answered. */
  during<T>(answer: Promise<T>, stepMs?: number): Promise<T>
}

/** A market feed of a local exchange whose time is in the test's hands. */
export async function localFeed(
  kind: 'spot' | 'perpetual',
  seed: number,
  options: Partial<CcxtMarketFeedOptions> & { readonly venue?: 'binance' | 'bybit' } = {},
): Promise<LocalFeed> {
  const name = options.venue ?? 'binance'
  const clock = new ManualExchangeClock(START_MS)
  const local = await startExchange({ venues: [name], clock, seed, historyMinutes: 10, rateLimits: false })
  const venue = local.venue(name)
  const feed = await ccxtMarketFeed({
    venue: name,
    baseUrl: venue.url,
    products: [kind === 'spot' ? 'spot' : 'linear'],
    clock,
    pingEveryMs: 150,
    silentMs: 2_000,
    askAfterMs: 500,
    timeoutMs: 1_000,
    ...options,
  })
  onTestFinished(async () => {
    await feed.close()
    await local.close()
  })
  const id = `BTC-USDT${kind === 'spot' ? '' : '-PERP'}.${name.toUpperCase()}` as const
  const until = async (isSo: () => boolean, stepMs = 2_000): Promise<void> => {
    while (!isSo()) {
      clock.advance(stepMs)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
  return {
    clock,
    venue,
    feed,
    instrument: instrumentOf(feed.specOf(id)),
    until,
    async during(answer, stepMs) {
      const state = { isOver: false }
      const over = (): void => {
        state.isOver = true
      }
      answer.then(over, over)
      await until(() => state.isOver, stepMs)
      return answer
    },
  }
}
