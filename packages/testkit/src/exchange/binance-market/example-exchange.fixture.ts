import { ExchangeCore } from '../core/exchange-core.ts'
import { ManualExchangeClock } from '../flow/clock/exchange-clock.ts'
import { EXAMPLE_PERPETUAL, EXAMPLE_SPOT } from '../flow/example-markets.ts'
import { makeHistory } from '../flow/history/made-history.ts'
import { keepTime } from '../flow/keep-time.ts'
import { startMarkDrive } from '../flow/mark-drive.ts'
import { startGeneratedFlow } from '../flow/participants/generated-flow.ts'
import { MarketTape } from '../flow/tape/market-tape.ts'
import { BinanceMarketData } from './binance-market-data.ts'

/** 30 seconds before a settlement. */
export const EXAMPLE_START_MS = Date.UTC(2024, 4, 1, 7, 59, 30)

/** Spot and perpetual bitcoin with generated flow, by hand and without sockets. */
export function exampleExchange(seed = 1, historyMinutes = 120) {
  const clock = new ManualExchangeClock(EXAMPLE_START_MS)
  const exchange = new ExchangeCore({ markets: [EXAMPLE_SPOT, EXAMPLE_PERPETUAL], clock })
  keepTime(exchange, clock)
  const tapes = [...exchange.markets.values()].map((market) => {
    const medianLots = market.kind === 'spot' ? 500 : 20
    const endPrice = 60_000
    const history = makeHistory(market, {
      seed,
      endPrice,
      endMs: EXAMPLE_START_MS,
      minutes: historyMinutes,
      medianLots,
    })
    const openingTicks = (endPrice * market.tick.scale) / market.tick.mantissa
    const tape = new MarketTape(exchange, market.id, { openingTicks, history, foreignOpenInterestLots: 80_000_000 })
    const { fair } = startGeneratedFlow(exchange, clock, market.id, { seed, startPrice: endPrice, medianLots })
    if (market.kind === 'linear') startMarkDrive(exchange, clock, market.id, { indexPrice: () => fair.price })
    return tape
  })
  const spot = new BinanceMarketData('spot', clock, tapes)
  const usdm = new BinanceMarketData('usdm', clock, tapes)
  const get = (dialect: BinanceMarketData, address: string): { status: number; body: unknown } => {
    const { pathname, searchParams } = new URL(address, 'http://exchange')
    const { status, body } = dialect.handle({
      method: 'GET',
      path: pathname,
      query: searchParams,
      rawQuery: searchParams.toString(),
      headers: {},
      body: '',
      receivedMs: clock.nowMs(),
    })
    return { status, body: JSON.parse(body) as unknown }
  }
  /** Opens a raw stream; the frames are collected, oldest first, without acknowledgements. */
  const listen = (dialect: BinanceMarketData, ...names: string[]) => {
    const frames: Record<string, unknown>[] = []
    const session = dialect.openStream('/ws', new URLSearchParams(), (text) => {
      const frame = JSON.parse(text) as Record<string, unknown>
      if (!('result' in frame)) frames.push(frame)
    })
    session?.message(JSON.stringify({ method: 'SUBSCRIBE', params: names, id: 1 }), clock.nowMs())
    return { frames, close: () => session?.close() }
  }
  return { clock, exchange, tapes, spot, usdm, get, listen }
}
