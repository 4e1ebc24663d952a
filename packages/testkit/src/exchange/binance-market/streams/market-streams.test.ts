import { describe, expect, test } from 'vitest'
import { EXAMPLE_START_MS, exampleExchange } from '../example-exchange.fixture.ts'

type Level = readonly [price: string, qty: string]

interface DepthFrame {
  readonly U: number
  readonly u: number
  readonly pu?: number
  readonly b: readonly Level[]
  readonly a: readonly Level[]
}

interface Snapshot {
  readonly lastUpdateId: number
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

/** A book as a client keeps it. */
class ClientBook {
  readonly #sides: { readonly b: Map<string, string>; readonly a: Map<string, string> }

  constructor({ bids, asks }: Snapshot) {
    this.#sides = { b: new Map(bids), a: new Map(asks) }
  }

  apply(frame: DepthFrame): void {
    for (const side of ['b', 'a'] as const) {
      for (const [price, qty] of frame[side]) {
        if (Number(qty) === 0) this.#sides[side].delete(price)
        else this.#sides[side].set(price, qty)
      }
    }
  }

  side(side: 'b' | 'a'): Level[] {
    const sign = side === 'b' ? -1 : 1
    return [...this.#sides[side]].sort((x, y) => sign * (Number(x[0]) - Number(y[0])))
  }
}

describe.each([
  ['spot', '/api/v3/depth?symbol=BTCUSDT&limit=1000', ['depth@100ms', 'depth']],
  ['usdm', '/fapi/v1/depth?symbol=BTCUSDT&limit=1000', ['depth@0ms', 'depth@100ms', 'depth', 'depth@500ms']],
] as const)('%s depth', (kind, address, names) => {
  test.each(names)('a snapshot and %s join by the venue’s rules and give the exchange’s book', (name) => {
    const example = exampleExchange(21)
    const { frames, close } = example.listen(example[kind], `btcusdt@${name}`)
    const depth = frames as unknown as DepthFrame[]
    // In the middle of a span, so that some of the next frame is in the snapshot and some is not.
    example.clock.advance(5_137)
    const snapshot = example.get(example[kind], address).body as Snapshot
    const arrived = depth.length
    expect(arrived).toBeGreaterThan(3)
    // An end on the grid of every stream, so that the last frame is up to date.
    example.clock.advance(19_863)
    close()

    depth.forEach((frame, index) => {
      expect(frame.U).toBeLessThanOrEqual(frame.u)
      const before = depth[index - 1]
      if (before === undefined) return
      if (kind === 'spot') expect(frame.U).toBe(before.u + 1)
      else expect(frame.pu).toBe(before.u)
      expect(frame.U).toBeGreaterThan(before.u)
    })

    const book = new ClientBook(snapshot)
    const { lastUpdateId } = snapshot
    const rest = depth.filter(({ u }) => (kind === 'spot' ? u > lastUpdateId : u >= lastUpdateId))
    const first = rest[0]
    if (first === undefined) throw new Error('no frame after the snapshot')
    // Rule 5 of the venue's page, spot and futures in turn; or the snapshot ends exactly where a frame does.
    if (kind === 'spot') expect(first.U).toBeLessThanOrEqual(lastUpdateId + 1)
    else expect(first.U <= lastUpdateId || first.pu === lastUpdateId).toBe(true)
    for (const frame of rest) book.apply(frame)
    const now = example.get(example[kind], address).body as Snapshot
    expect(depth.at(-1)?.u).toBe(now.lastUpdateId)
    expect(book.side('b').slice(0, 1_000)).toEqual(now.bids)
    expect(book.side('a').slice(0, 1_000)).toEqual(now.asks)
  })

  test('best bid and ask equal the book rebuilt from the depth stream wherever their numbers meet', () => {
    const example = exampleExchange(22)
    const name = kind === 'spot' ? 'depth@100ms' : 'depth@0ms'
    const { frames } = example.listen(example[kind], `btcusdt@${name}`)
    const tickers = example.listen(example[kind], 'btcusdt@bookTicker').frames
    const snapshot = example.get(example[kind], address).body as Snapshot
    example.clock.advance(30_000)
    const touches = new Map(tickers.map((ticker) => [ticker['u'], ticker]))
    const book = new ClientBook(snapshot)
    let met = 0
    for (const frame of frames as unknown as DepthFrame[]) {
      book.apply(frame)
      const ticker = touches.get(frame.u)
      if (ticker === undefined) continue
      met += 1
      expect([book.side('b')[0], book.side('a')[0]]).toEqual([
        [ticker['b'], ticker['B']],
        [ticker['a'], ticker['A']],
      ])
    }
    expect(met).toBeGreaterThan(5)
  })
})

test('one seed gives the same frames on every stream, another seed others', () => {
  const run = (seed: number): string => {
    const example = exampleExchange(seed)
    const names = ['depth@100ms', 'trade', 'aggTrade', 'bookTicker', 'ticker', 'kline_1m', 'markPrice@1s', 'depth5']
    const frames = names.map((name) => [
      example.listen(example.usdm, `btcusdt@${name}`).frames,
      example.listen(example.spot, `btcusdt@${name}`).frames,
    ])
    example.clock.advance(10_000)
    return JSON.stringify(frames)
  }
  const first = run(27)
  expect(first.length).toBeGreaterThan(100_000)
  expect(run(27) === first).toBe(true)
  expect(run(28) === first).toBe(false)
})

describe('klines', () => {
  test('every closed bar comes once, at its end, and equals the REST bar and the trades', () => {
    const example = exampleExchange(23)
    const { frames } = example.listen(example.usdm, 'btcusdt@kline_1m')
    example.clock.advance(5 * 60_000)
    const bars = frames.map((frame) => ({ E: frame['E'], k: frame['k'] as Record<string, unknown> }))
    const closed = bars.filter(({ k }) => k['x'] === true)
    expect(closed).toHaveLength(5)
    expect(bars.length).toBeGreaterThan(100)
    const rows = example.get(example.usdm, '/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=6').body as unknown[][]
    closed.forEach(({ E, k }, index) => {
      expect(E).toBe((k['T'] as number) + 1)
      const row = rows[index]
      expect([k['t'], k['o'], k['h'], k['l'], k['c'], k['v'], k['T'], k['q'], k['n'], k['V'], k['Q'], k['B']]).toEqual(
        row,
      )
    })
    // Growing bars never shrink, and none comes after its close.
    bars.forEach(({ k }, index) => {
      const before = bars[index - 1]?.k
      if (before === undefined || before['t'] !== k['t']) return
      expect(before['x']).toBe(false)
      expect(Number(k['v'])).toBeGreaterThanOrEqual(Number(before['v']))
    })
  })

  test('a market in which nothing happens still closes its bars, flat', () => {
    const example = exampleExchange(24)
    const { frames } = example.listen(example.spot, 'btcusdt@kline_5m')
    example.clock.advance(10 * 60_000)
    const closed = frames.filter((frame) => (frame['k'] as { x: boolean }).x)
    expect(closed.map((frame) => (frame['k'] as { t: number }).t)).toEqual([
      EXAMPLE_START_MS - 270_000,
      EXAMPLE_START_MS + 30_000,
    ])
  })
})

describe('trades', () => {
  test('aggregates hold every trade once, and REST tells the same', () => {
    const example = exampleExchange(25)
    const trades = example.listen(example.spot, 'btcusdt@trade').frames
    const aggregates = example.listen(example.spot, 'btcusdt@aggTrade').frames
    example.clock.advance(120_000)
    const ids = aggregates.flatMap(({ f, l }) =>
      Array.from({ length: Number(l) - Number(f) + 1 }, (_, index) => Number(f) + index),
    )
    expect(ids).toEqual(trades.map(({ t }) => t))
    const sum = (frames: Record<string, unknown>[]): number =>
      frames.reduce((total, { q }) => total + Math.round(Number(q) * 1e5), 0)
    expect(sum(aggregates)).toBe(sum(trades))
    expect(aggregates.length).toBeLessThan(trades.length)
    const rest = example.get(example.spot, '/api/v3/aggTrades?symbol=BTCUSDT&limit=1000').body as { a: number }[]
    expect(rest.map(({ a }) => a)).toEqual(aggregates.map(({ a }) => a).slice(-1_000))
  })
})

describe('mark price and funding', () => {
  test('marks come every second, and a settlement on its millisecond', () => {
    const example = exampleExchange(26)
    const { frames } = example.listen(example.usdm, 'btcusdt@markPrice@1s')
    example.clock.advance(60_000)
    expect(frames.map(({ E }) => E)).toEqual(
      Array.from({ length: 60 }, (_, index) => EXAMPLE_START_MS + (index + 1) * 1_000),
    )
    const settledMs = EXAMPLE_START_MS + 30_000
    expect(frames[0]).toMatchObject({ e: 'markPriceUpdate', s: 'BTCUSDT', r: '0.00010000', T: settledMs })
    expect(frames.at(-1)).toMatchObject({ T: settledMs + 8 * 3_600_000 })
    expect(example.get(example.usdm, '/fapi/v1/fundingRate?symbol=BTCUSDT').body).toMatchObject([
      { symbol: 'BTCUSDT', fundingTime: settledMs, fundingRate: '0.00010000' },
    ])
    const premium = example.get(example.usdm, '/fapi/v1/premiumIndex?symbol=BTCUSDT').body as Record<string, string>
    expect(premium['markPrice']).toBe(frames.at(-1)?.['p'])
  })
})
