import { DuckDBInstance } from '@duckdb/node-api'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ExchangeCore } from '../../core/exchange-core.ts'
import type { MarketSpec } from '../../core/market-spec.ts'
import { ManualExchangeClock } from '../clock/exchange-clock.ts'
import { EXAMPLE_PERPETUAL, EXAMPLE_SPOT } from '../example-markets.ts'
import { MarketTape } from '../tape/market-tape.ts'
import type { RawFrame } from './recorded-frame.ts'
import { startRecordedFlow } from './recorded-flow.ts'

const DATA = join(import.meta.dirname, '../../../../../../../shared/data/orderbook')
const fileOf = (name: string): string => join(DATA, `${name}_BTCUSDT_20240808_raw_frames.parquet`)

/** More frames than any recording has. */
const WHOLE = 200_000

/** Shortly before both recordings. */
const RECORDED_MS = Date.UTC(2024, 7, 8, 23, 54)

/** The first frames of a recording, in order of arrival. */
async function recording(name: string, count: number): Promise<RawFrame[]> {
  const connection = await (await DuckDBInstance.create()).connect()
  const sql = `select stream, payload from read_parquet('${fileOf(name)}') order by seq limit ${count}`
  const rows = (await connection.runAndReadAll(sql)).getRows()
  return rows.map(([stream, payload]) => ({ stream: String(stream), payload: String(payload) }))
}

function replay(spec: MarketSpec, frames: readonly RawFrame[]) {
  const clock = new ManualExchangeClock(RECORDED_MS)
  const exchange = new ExchangeCore({ markets: [spec], clock })
  const [market] = exchange.markets.values()
  if (market === undefined) throw new Error('no market')
  const tape = new MarketTape(exchange, market.id, { openingTicks: 1 })
  let isOver = false
  startRecordedFlow(exchange, clock, market.id, frames, { onEnd: () => (isOver = true) })
  return { clock, exchange, market, tape, isOver: () => isOver }
}

interface Touch {
  readonly e?: string
  readonly u: number
  readonly b: string
  readonly B: string
  readonly a: string
  readonly A: string
}

describe.skipIf(!existsSync(fileOf('binance_spot')))('a recorded market (needs ../shared/data/orderbook)', () => {
  test.each([
    // Its book has orders finer than the step of today.
    ['binance_spot', { ...EXAMPLE_SPOT, lotSize: '0.00000001' }, WHOLE],
    ['binanceusdm', EXAMPLE_PERPETUAL, WHOLE],
  ])(
    '%s: best bid and ask are the recorded ones wherever the numbers meet, and every trade is printed',
    async (name, spec, count) => {
      const frames = await recording(name, count)
      const { clock, exchange, market, tape, isOver } = replay(spec, frames)
      const parsed = frames.map(
        (frame) => JSON.parse(frame.payload) as { data?: Touch & { T?: number; E?: number } } & Touch,
      )
      const touches = new Map<number, Touch>()
      for (const { data } of parsed) if (data?.b !== undefined && data.B !== undefined) touches.set(data.u, data)
      const depth = parsed.flatMap(({ data }) => (data?.e === 'depthUpdate' ? [data] : []))
      let met = 0
      for (const { u, T, E } of depth) {
        const tsMs = T ?? E ?? 0
        if (tsMs < clock.nowMs()) continue
        clock.advanceTo(tsMs)
        const touch = touches.get(u)
        // Several frames of one millisecond are one instant here; only the last of them can be compared.
        if (touch === undefined || depth.some((other) => (other.T ?? other.E) === tsMs && other.u > u)) continue
        const [bid, ask] = [tape.book.best('buy'), tape.book.best('sell')]
        met += 1
        expect([bid, ask]).toEqual([
          {
            priceTicks: Math.round(Number(touch.b) / market.tick.size),
            qtyLots: Math.round(Number(touch.B) / market.lot.size),
          },
          {
            priceTicks: Math.round(Number(touch.a) / market.tick.size),
            qtyLots: Math.round(Number(touch.A) / market.lot.size),
          },
        ])
      }
      expect(met).toBeGreaterThan(500)
      clock.advance(3_600_000)
      expect(isOver()).toBe(true)
      const trades = frames.flatMap(({ stream, payload }) =>
        stream.endsWith('@trade') ? [(JSON.parse(payload) as { data: { p: string; q: string; m: boolean } }).data] : [],
      )
      const lots = (rows: readonly { q: string }[]): number =>
        rows.reduce((sum, { q }) => sum + Math.round(Number(q) / market.lot.size), 0)
      const printed = tape.trades.latest(100_000)
      expect(printed.reduce((sum, { qtyLots }) => sum + qtyLots, 0)).toBe(lots(trades))
      const buys = printed.filter(({ takerSide }) => takerSide === 'buy')
      expect(buys.reduce((sum, { qtyLots }) => sum + qtyLots, 0)).toBe(lots(trades.filter(({ m }) => !m)))
      expect(exchange.prices(market.id).lastTicks).toBe(Math.round(Number(trades.at(-1)?.p) / market.tick.size))
    },
  )

  test('an account waits its turn in the queue of a recorded level', async () => {
    const frames = await recording('binanceusdm', 20_000)
    const { clock, exchange, market } = replay(EXAMPLE_PERPETUAL, frames)
    clock.advanceTo(Date.UTC(2024, 7, 8, 23, 54, 17))
    const { accountId } = exchange.openAccount({ apiKey: 'k', secret: 's', balances: { futures: { USDT: '1000000' } } })
    const { askTicks = 0 } = exchange.prices(market.id)
    const aheadLots = exchange.book(market.id, 1).asks[0]?.[1] ?? 0
    let boughtLots = 0
    let filledAfterLots: number | undefined
    exchange.on((event) => {
      if (event.type === 'trade' && event.priceTicks === askTicks && event.takerSide === 'buy')
        boughtLots += event.qtyLots
      if (event.type === 'order' && event.fill !== undefined) filledAfterLots ??= boughtLots
    })
    const placed = exchange.place(accountId, {
      marketId: market.id,
      side: 'sell',
      type: 'limit',
      timeInForce: 'GTX',
      priceTicks: askTicks,
      qtyLots: 10,
    })
    expect(placed).toMatchObject({ ok: true, value: { fills: [] } })
    clock.advance(60_000)
    // Most of what stood before it had to go first.
    expect(aheadLots).toBeGreaterThan(0)
    expect(filledAfterLots).toBeGreaterThan(aheadLots / 2)
    expect(exchange.trades(accountId, {})[0]).toMatchObject({ priceTicks: askTicks, maker: true })
  })
})

test('a recording without a snapshot is refused', () => {
  expect(() => replay(EXAMPLE_SPOT, [])).toThrow(expect.objectContaining({ code: 'TESTKIT_RECORDING' }))
})
