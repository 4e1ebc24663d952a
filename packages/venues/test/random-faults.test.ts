/** Random schedules of faults: however a venue fails, what is stored is true, and asking again gets the rest. */
import { downloadHistory, type DownloadReport } from '@kestrel/data'
import type { Fault } from '@kestrel/testkit'
import { KestrelError } from '@kestrel/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HOUR_MS, localVenue, NOW_MS, temporaryLake } from './local-download.ts'

const RUNS = process.env['KESTREL_VERIFY'] === '1' ? 200 : 20
const FROM = NOW_MS - 2_500 * HOUR_MS
const THIS_HOUR = Date.UTC(2024, 4, 3, 10)
const HOLES = [{ fromMs: Date.UTC(2024, 2, 9, 3), toMs: Date.UTC(2024, 2, 9, 8) }]

/** Rows of an answer, with one place spoilt. */
const spoilt = fc
  .tuple(fc.constantFrom('drop', 'repeat', 'cut', 'none', 'reverse'), fc.nat())
  .map(([how, where]): Fault => ({
    kind: 'rows',
    change: (rows) => {
      const i = where % Math.max(1, rows.length)
      if (how === 'drop') return rows.toSpliced(i, 1)
      if (how === 'repeat') return rows.toSpliced(i, 0, ...rows.slice(i, i + 1))
      if (how === 'cut') return rows.slice(0, i)
      return how === 'reverse' ? rows.toReversed() : []
    },
  }))
const failed = fc.constantFrom<Fault>(
  { kind: 'answer', status: 429, headers: { 'retry-after': '3' }, body: '{"code":-1003,"msg":"too many"}' },
  { kind: 'answer', status: 502, body: '<html>Bad Gateway</html>' },
  { kind: 'answer', status: 200, body: '<html>a page of a proxy</html>' },
  { kind: 'truncated' },
  { kind: 'broken-answer' },
  { kind: 'reset' },
)
/**
 * What happens to each request, one after the other; nothing after the last. Rows are never spoilt twice running: a venue
 * that leaves out the same row both times it is asked is believed.
 */
const schedule = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constant(undefined) },
      { weight: 2, arbitrary: failed },
      { weight: 2, arbitrary: spoilt },
    ),
    { maxLength: 40 },
  )
  .map((faults) => {
    let answered: Fault | undefined
    return faults.map((fault) => {
      if (fault !== undefined && fault.kind !== 'rows') return fault
      answered = answered === undefined ? fault : undefined
      return answered
    })
  })

test.each([
  ['binance', 'BTC-USDT.BINANCE'],
  ['bybit', 'BTC-USDT-PERP.BYBIT'],
  ['okx', 'BTC-USDT-PERP.OKX'],
] as const)('%s: every stored row is the truth, and in the end all are stored', async (venue, instrument) => {
  const { exchange, source } = await localVenue({ venue, market: { listedMs: Date.UTC(2023, 0, 1), holes: HOLES } })
  const truth = new Map(exchange.market.bars(HOUR_MS, FROM, THIS_HOUR, NOW_MS).map((bar) => [bar.openTimeMs, bar]))
  const request = { instrument, kind: 'bars', timeframe: '1h', fromMs: FROM } as const
  await fc.assert(
    fc.asyncProperty(schedule, async (faults) => {
      const lake = temporaryLake()
      const first = exchange.requests.length
      exchange.fault = ({ index, path }) => (path.endsWith('/time') ? undefined : faults[index - first])
      let report: DownloadReport | undefined
      for (let tries = 0; report === undefined; tries++) {
        expect(tries).toBeLessThan(60)
        try {
          report = await downloadHistory(lake, source, request)
        } catch (error) {
          if (!KestrelError.isInstance(error)) throw error
        }
        if ((await lake.list()).datasets.length === 0) continue
        const { bars } = await lake.loadBars(instrument, '1h')
        for (const [i, openTimeMs] of bars.openTimeMs.entries())
          expect([openTimeMs, bars.volume[i]]).toEqual([openTimeMs, truth.get(openTimeMs)?.volume])
      }
      exchange.fault = () => undefined
      // A venue that left out its newest rows is asked for them the next time.
      report = await downloadHistory(lake, source, request)
      expect(report.record.rows).toBe(truth.size)
      expect(report.record.ledger.map(({ kind, fromMs, toMs }) => ({ kind, fromMs, toMs }))).toEqual(
        HOLES.map((hole) => ({ kind: 'missing', ...hole })),
      )
    }),
    { numRuns: RUNS },
  )
})

test.each([
  ['binance', 'BTC-USDT-PERP.BINANCE'],
  ['bybit', 'BTC-USDT-PERP.BYBIT'],
] as const)('%s funding: every stored rate is the truth, and in the end all are stored', async (venue, instrument) => {
  const { exchange, source } = await localVenue({ venue, market: { listedMs: Date.UTC(2023, 0, 1) } })
  const rows = exchange.market.funding(FROM, NOW_MS, NOW_MS)
  const request = { instrument, kind: 'funding', fromMs: FROM } as const
  await fc.assert(
    fc.asyncProperty(schedule, async (faults) => {
      const lake = temporaryLake()
      const first = exchange.requests.length
      exchange.fault = ({ index, path }) => (path.endsWith('/time') ? undefined : faults[index - first])
      let report: DownloadReport | undefined
      for (let tries = 0; report === undefined; tries++) {
        expect(tries).toBeLessThan(60)
        report = await downloadHistory(lake, source, request).catch((error: unknown) => {
          if (KestrelError.isInstance(error)) return undefined
          throw error
        })
      }
      // A venue that left out its newest rows is asked for them the next time.
      exchange.fault = () => undefined
      await downloadHistory(lake, source, request)
      const { series } = await lake.loadSeries({ instrument, kind: 'funding' })
      expect([...(series.values['rate'] ?? [])]).toEqual(rows.map(({ rate }) => rate))
    }),
    { numRuns: RUNS },
  )
})
