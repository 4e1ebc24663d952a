import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allocateBars, createRng, instrumentOf, sliceBars } from '@kestrel/core'
import { type BacktestConfig, runBacktest } from '@kestrel/backtest'
import { configureStrategy, type FillRecord } from '@kestrel/kernel'
import { findStrategy } from '@kestrel/strategies'
import { EXAMPLE_PERPETUAL, ManualExchangeClock, startExchange } from '@kestrel/testkit'
import { ccxtTradingGateway } from '@kestrel/venues'
import { expect, test } from 'vitest'
import {
  Journal,
  LiveSession,
  parityReport,
  RECONCILE_RULES,
  rerunSession,
  SessionJournal,
  type SessionSetup,
} from '../src/index.ts'

const MINUTE = 60_000
const START_MS = 1_767_225_600_000
const WARM_UP = 60
const BARS = 140
const KEYS = { apiKey: 'key', secret: 'secret' }

const INSTRUMENT = instrumentOf({
  id: 'BTC-USDT-PERP.BINANCE',
  tickSize: EXAMPLE_PERPETUAL.tickSize,
  lotSize: EXAMPLE_PERPETUAL.lotSize,
  minNotional: EXAMPLE_PERPETUAL.minNotional,
  makerFeeRate: EXAMPLE_PERPETUAL.makerFeeRate,
  takerFeeRate: EXAMPLE_PERPETUAL.takerFeeRate,
})

/** Minutes without a gap between close and open: what is decided at a close can trade at the next open. */
function market() {
  const rng = createRng(7).stream('three modes')
  const bars = allocateBars(BARS)
  let price = 600_000
  for (let i = 0; i < BARS; i++) {
    const open = price
    price = Math.round(price * Math.exp(0.002 * rng.nextNormal()))
    bars.openTimeMs[i] = START_MS + i * MINUTE
    bars.closeTimeMs[i] = START_MS + (i + 1) * MINUTE
    bars.open[i] = open / 10
    bars.close[i] = price / 10
    bars.high[i] = Math.max(open, price) / 10
    bars.low[i] = Math.min(open, price) / 10
    bars.volume[i] = 1_000
  }
  return bars
}

const sideOf = ({ side, quantity, price, tsEventMs, fee }: FillRecord) => ({
  side,
  quantity,
  price,
  tsEventMs,
  fee: Number(fee.toFixed(8)),
})

test.each([
  ['sma-cross', { fast: 3, slow: 8 }],
  ['macd-cross', { fast: 4, slow: 9, signal: 3, filter: 'zero', direction: 'both' }],
  ['super-trend', { period: 5, multiplier: 1.5, direction: 'both' }],
])(
  '%s trades alike in backtest, on paper and live on a noiseless exchange',
  async (name, params) => {
    const bars = market()
    const definition = findStrategy(name)
    if (definition === undefined) throw new Error(`no ${name}`)
    const config: Omit<BacktestConfig, 'playFromMs'> = {
      instruments: [INSTRUMENT],
      timeframe: '1m',
      strategies: [configureStrategy(definition, params)],
      cash: { USDT: 50_000 },
      sizeMode: 'cash',
      margin: { leverage: 5, mode: 'cross' },
      funding: 'none',
      fill: { spreadBps: 0, slippageBps: 0, volumeShare: undefined },
    }
    const playFromMs = bars.closeTimeMs[WARM_UP - 1] as number
    const data = { bars: () => bars }
    const backtest = runBacktest({ ...config, playFromMs }, data, { band: false })
    expect(backtest.base.trades.length).toBeGreaterThan(2)

    const clock = new ManualExchangeClock(START_MS + WARM_UP * MINUTE)
    await using exchange = await startExchange({
      venues: ['binanceusdm'],
      markets: [{ spec: { ...EXAMPLE_PERPETUAL, mode: 'noiseless' }, startPrice: 60_000 }],
      accounts: [{ ...KEYS, accountId: 'a', balances: { futures: { USDT: '100000' } } }],
      flow: 'none',
      historyMinutes: 0,
      clock,
      rateLimits: false,
    })
    const venue = exchange.venue('binanceusdm')
    const [place] = [...venue.exchange.markets.values()]
    if (place === undefined) throw new Error('no market')
    const folder = mkdtempSync(join(tmpdir(), 'kestrel-modes-'))
    const gateway = ccxtTradingGateway({ venue: 'binance', keys: KEYS, baseUrl: venue.url, clock, rateLimit: false })
    const open = async (mode: 'paper' | 'live') => {
      const setup: SessionSetup = {
        id: `modes-${mode}`,
        mode,
        config,
        identity: {},
        warmupBars: WARM_UP,
        rules: RECONCILE_RULES,
        barGraceMs: 1_000,
        reconcileMs: 3_600_000,
      }
      const journal = new Journal(join(folder, `${mode}.sqlite`))
      const session = await LiveSession.open(setup, {
        journal,
        clock,
        gateways: new Map(mode === 'live' ? [['BINANCE', gateway]] : []),
        feeds: new Map(),
        pastBars: async () => sliceBars(bars, 0, WARM_UP),
      })
      session.run()
      return { session, journal }
    }
    const [paper, live] = [await open('paper'), await open('live')]
    try {
      const ticksAt = (row: number): number => Math.round((bars.close[row] as number) * 10)
      const place_ = place
      for (let row = WARM_UP; row < BARS; row++) {
        const bar = Object.fromEntries(Object.entries(bars).map(([key, column]) => [key, column[row]]))
        clock.advanceTo(bars.closeTimeMs[row] as number)
        const ticks = ticksAt(row)
        venue.exchange.setTouch(place_.id, ticks, ticks, ticks)
        for (const { session } of [paper, live])
          session.onBar(INSTRUMENT, '1m', { ...bar, tsRecvMs: clock.nowMs() } as never)
        await live.session.settled()
      }
      const fills = live.session.core.records().fills()
      const theirs = backtest.base.fills
      // What was decided at the last close has no next open in the backtest.
      expect(fills.slice(0, theirs.length).map(sideOf)).toEqual(theirs.map(sideOf))
      expect(fills.length - theirs.length).toBeLessThanOrEqual(1)
      expect(paper.session.core.records().fills()).toEqual(theirs)
      const trades = (
        records: readonly { entryTimeMs: number; exitTimeMs: number; entryPrice: number; exitPrice: number }[],
      ) =>
        records.map(({ entryTimeMs, exitTimeMs, entryPrice, exitPrice }) => ({
          entryTimeMs,
          exitTimeMs,
          entryPrice,
          exitPrice,
        }))
      const ours = trades(live.session.core.records().trades())
      expect(ours.slice(0, backtest.base.trades.length)).toEqual(trades(backtest.base.trades))
      await live.session.suspend()
      const rerun = rerunSession(new SessionJournal(live.journal), config)
      if (rerun === undefined) throw new Error('no journal')
      expect(parityReport(rerun).trades).toMatchObject({ equal: backtest.base.trades.length, unexplained: 0 })
      await paper.session.suspend()
    } finally {
      await gateway.close()
      paper.journal.close()
      live.journal.close()
      rmSync(folder, { recursive: true })
    }
  },
  60_000,
)
