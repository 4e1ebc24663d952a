import { createHash } from 'node:crypto'
import { allocateBars, instrumentOf } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { computeMetrics } from '../metrics/compute-metrics.ts'
import { compatMetrics } from '../metrics/compat/compat-metrics.ts'
import { lcgBenchmark, lcgRun, tradeOf } from '../metrics/lcg-run.fixture.ts'
import { BASE_FILL_MODEL } from '../venue/fill-model.ts'
import { buildReportModel, type ReportInput } from './build-report-model.ts'
import { renderReport } from './render-report.ts'

const ID = 'BTC-USDT.BINANCE'
const HOSTILE = `</script><script>alert(1)</script><img src=x onerror="alert('2')">`

function barsOf(count: number) {
  const bars = allocateBars(count)
  for (let i = 0; i < count; i += 1) {
    const price = 100 + 20 * Math.sin(i / 50)
    bars.openTimeMs[i] = 1_704_067_200_000 + i * 14_400_000
    bars.closeTimeMs[i] = 1_704_067_200_000 + (i + 1) * 14_400_000
    bars.open[i] = price
    bars.high[i] = price + 1
    bars.low[i] = price - 1
    bars.close[i] = price + 0.5
    bars.volume[i] = 1_000
  }
  return bars
}

function inputOf(changes: Partial<ReportInput> = {}): ReportInput {
  const run = lcgRun()
  const benchmark = lcgBenchmark()
  return {
    runId: 'run-1',
    strategy: 'sma-cross',
    params: { fast: 20, slow: 50 },
    instruments: [
      instrumentOf({ id: ID, tickSize: '0.01', lotSize: '0.001', makerFeeRate: 0.001, takerFeeRate: 0.001 }),
    ],
    timeframe: '4h',
    fromMs: 1_704_067_200_000,
    toMs: 1_704_067_200_000 + 360 * 14_400_000,
    synthetic: false,
    equity: run.equity,
    trades: run.trades,
    fills: [],
    orders: [],
    openPositions: [],
    metrics: computeMetrics({ ...run, benchmark }),
    benchmark,
    bars: new Map([[ID, barsOf(360)]]),
    fill: BASE_FILL_MODEL,
    provenance: { hashes: { code: 'abc' }, seed: 1, versions: { kestrel: '0.1.0' }, dataSources: ['a file'] },
    ...changes,
  }
}

const pageOf = (changes: Partial<ReportInput> = {}) => renderReport(buildReportModel(inputOf(changes)))

describe('the report', () => {
  test('is one page that loads nothing and states the basis beside the Sharpe ratio', () => {
    const page = pageOf()
    expect(page.match(/<(script|link|img|iframe|object|embed)\b[^>]*\b(src|href)=/g)).toBeNull()
    expect(page).not.toMatch(/https?:\/\/|@import|url\(/)
    expect(page).toContain("default-src 'none'".replaceAll("'", '&#39;'))
    expect(page).toContain('1d, n 60, P 365, rf 0.0%')
    expect(page).toContain('<html lang="en">')
    for (const id of ['findings', 'performance', 'risk', 'trades', 'metrics', 'assumptions', 'provenance']) {
      expect(page).toContain(`<section id="${id}"`)
    }
  })

  test('the policy allows exactly the script of the page', () => {
    const page = pageOf()
    const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] as string
    const hash = createHash('sha256').update(script).digest('base64')
    expect(page).toContain(`script-src &#39;sha256-${hash}&#39;`)
  })

  test('equal models give equal text', () => {
    expect(pageOf()).toBe(pageOf())
  })

  test('never shows NaN, infinity, undefined or a negative zero', () => {
    const empty = { timeMs: new Float64Array(0), equity: new Float64Array(0), grossExposure: new Float64Array(0) }
    const nothing = { ...lcgRun(), equity: empty, trades: [] }
    const pages = [
      pageOf(),
      pageOf({ equity: empty, trades: [], metrics: computeMetrics(nothing), benchmark: undefined, bars: new Map() }),
      pageOf({ compat: compatMetrics('freqtrade', nothing) }),
    ]
    for (const page of pages) {
      const text = page.replace(/<(script|style)>[\s\S]*?<\/\1>/g, '')
      expect(text).not.toMatch(/NaN|Infinity|undefined|[-\u2212]0\.0+(?!\d)/)
    }
  })

  test('says SYNTHETIC in the title, the banner, the header and the provenance', () => {
    const page = pageOf({ synthetic: true })
    expect(page).toMatch(/<title>SYNTHETIC/)
    expect(page.match(/synthetic/gi)?.length).toBeGreaterThanOrEqual(5)
    expect(pageOf()).not.toMatch(/synthetic/i)
  })

  test('escapes every text that a user can choose', () => {
    const page = pageOf({
      strategy: HOSTILE,
      about: HOSTILE,
      runId: HOSTILE,
      params: { [HOSTILE]: HOSTILE },
      warnings: [HOSTILE],
      trades: [
        tradeOf({ entryTag: HOSTILE, exitReason: HOSTILE, instrumentId: HOSTILE }),
        tradeOf({ entryTag: 'b', exitReason: 'c' }),
      ],
      metrics: computeMetrics({
        ...lcgRun(),
        currency: HOSTILE,
        benchmark: { ...lcgBenchmark(), name: HOSTILE },
        trades: [tradeOf({ entryTag: HOSTILE, exitReason: HOSTILE, instrumentId: HOSTILE }), tradeOf({})],
      }),
      openPositions: [{ instrumentId: HOSTILE, quantity: 1 }],
      provenance: {
        hashes: { [HOSTILE]: HOSTILE },
        seed: 1,
        versions: { [HOSTILE]: HOSTILE },
        dataSources: [HOSTILE],
        licenceNote: HOSTILE,
        command: HOSTILE,
        config: { [HOSTILE]: HOSTILE },
      },
    })
    expect(page.match(/<script\b/g)).toHaveLength(1)
    expect(page).not.toContain('<img')
    expect(page).toContain('&lt;img src=x onerror=&quot;')
  })

  test('stays small for a long run with thousands of trades', () => {
    const bars = barsOf(60_000)
    const equity = {
      timeMs: bars.closeTimeMs,
      equity: bars.close.map((close, i) => 100 * close + i / 10),
      grossExposure: bars.close.map((close, i) => (i % 7 === 0 ? 0 : close * 50)),
    }
    const trades = Array.from({ length: 5_000 }, (_, k) =>
      tradeOf({
        profit: (k % 9) - 4,
        profitRatio: ((k % 9) - 4) / 100,
        mae: -(k % 13) / 100,
        mfe: (k % 11) / 100,
        entryTimeMs: bars.openTimeMs[k * 10] as number,
        exitTimeMs: bars.openTimeMs[k * 10 + 1 + (k % 8)] as number,
      }),
    )
    const fills = trades.flatMap((trade, k) =>
      (['buy', 'sell'] as const).map((side) => ({
        fillId: 2 * k + 1,
        orderId: k,
        instrumentId: ID,
        strategy: 's',
        side,
        tsEventMs: side === 'buy' ? trade.entryTimeMs : trade.exitTimeMs,
        price: 100,
        quantity: 1,
        fee: 0.1,
        feeCurrency: 'USDT',
        feeValue: 0.1,
        liquidity: 'taker' as const,
        slippage: 0,
        barOpenTimeMs: side === 'buy' ? trade.entryTimeMs : trade.exitTimeMs,
        tag: '',
      })),
    )
    const metrics = computeMetrics({ ...lcgRun(), equity, trades, fills, startEquity: 10_000 })
    const page = pageOf({
      equity,
      trades,
      fills,
      metrics,
      bars: new Map([[ID, bars]]),
      toMs: bars.closeTimeMs.at(-1) as number,
    })
    expect(page.length).toBeLessThan(600_000)
    expect(page).toContain('First 50 and last 50 of 5,000 trades')
  })
})

describe('a contract that settles in coins', () => {
  const inverse = instrumentOf({
    id: 'BTC-USD-PERP.BINANCE',
    tickSize: '0.1',
    lotSize: '1',
    contractSize: 100,
    settlement: 'inverse',
    makerFeeRate: 0,
    takerFeeRate: 0,
  })
  const bars = barsOf(360)
  // Five and three coins, at the price of the exit: more dollars than the one trade in dollars.
  const coins = [5, 3].map((profit) =>
    tradeOf({
      instrumentId: inverse.id,
      profit,
      entryFee: 0.5,
      exitFee: 0.5,
      exitTimeMs: bars.closeTimeMs[0] as number,
    }),
  )
  const run = lcgRun()
  const quoteRate = (): number => bars.close[0] as number
  const changes: Partial<ReportInput> = {
    instruments: [inverse],
    bars: new Map([[inverse.id, bars]]),
    trades: coins,
    metrics: computeMetrics({ ...run, trades: coins, currency: 'USD', quoteRate }),
  }

  test('has its trades in the currency of the report, and shares of them that add up', () => {
    const model = buildReportModel(inputOf(changes))
    const price = bars.close[0] as number
    expect(model.firstTrades.map(({ profit }) => profit)).toEqual([5 * price, 3 * price])
    expect(model.findings.find(({ code }) => code === 'one-trade')).toMatchObject({ value: 5 / 8 })
    const page = renderReport(model)
    expect(page).toContain('Profit, USD')
    expect(page).toContain('converted at the price of the exit')
  })

  test('and none is converted where there is one currency', () => {
    expect(pageOf()).not.toContain('converted at the price')
  })
})
