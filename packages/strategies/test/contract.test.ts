import { checkStrategy, runBacktest } from '@kestrel/backtest'
import { configureStrategy, type StrategyDefinition } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { STRATEGIES } from '../src/index.ts'
import { QUICK_PARAMS } from './quick-params.ts'
import { copyUntil, instrumentsFor, marketData, randomMarket } from './random-market.ts'

const HOUR_MS = 3_600_000
const EACH = STRATEGIES.map((each) => [each.name, each] as const)
/** Sessions refuse bars that do not fill them: the longest that do, with the quick parameters. */
const LONG_BARS: Readonly<Record<string, string>> = { 'opening-range-breakout': '3h', 'volatility-breakout': '8h' }

function play(definition: StrategyDefinition, market: ReturnType<typeof randomMarket>, more = {}) {
  const strategies = [configureStrategy(definition, QUICK_PARAMS[definition.name])]
  const config = {
    instruments: instrumentsFor(definition),
    timeframe: '1h',
    strategies,
    cash: 50_000,
    ...more,
  }
  return runBacktest(config, marketData(market), { band: false })
}

describe('the contract of strategies', () => {
  test.each(EACH)('%s keeps every promise, with its defaults and with short periods', (name, definition) => {
    for (const params of [{}, QUICK_PARAMS[name] ?? {}]) {
      const report = checkStrategy(definition, { params, bars: 1_200 })
      expect(report.checks.filter((each) => !each.passed)).toEqual([])
    }
  })

  test.each(EACH)('%s decides on several instruments without knowing what comes', (_, definition) => {
    const market = randomMarket({ seed: 4, bars: 300, missingRate: 0.02, instruments: instrumentsFor(definition) })
    const cutMs = (market.get('BTC-USDT.TEST')?.openTimeMs[0] ?? 0) + 180 * HOUR_MS
    const events = (run: ReturnType<typeof play>): unknown[] => [...run.base.log.entries()].slice(0, -1)
    const known = events(play(definition, copyUntil(market, cutMs)))
    expect(known.length).toBeGreaterThan(3)
    expect(events(play(definition, market)).slice(0, known.length)).toEqual(known)
  })

  test.each(EACH)('%s sends nothing where no order may be open', (_, definition) => {
    const { base } = play(definition, randomMarket({ seed: 5, bars: 200, instruments: instrumentsFor(definition) }), {
      risk: { maxOpenOrders: 0 },
    })
    expect(base.fills).toEqual([])
    expect(base.orders.filter((each) => each.state !== 'refused')).toEqual([])
    expect([...base.equity.equity].every((each) => each === 50_000)).toBe(true)
  })

  test.each(EACH)(
    '%s has a name, a text and a description, default and bounds for each parameter',
    (name, definition) => {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(definition.about.length).toBeGreaterThan(30)
      for (const field of Object.values(definition.params.shape)) {
        expect(field.description).toMatch(/\w+/)
        expect(field.safeParse(undefined).success).toBe(true)
        expect(field.safeParse(Number.NaN).success).toBe(false)
        expect(field.safeParse(1e12).success).toBe(false)
      }
    },
  )

  test.each(EACH)('%s is refused before a run in hedge mode, whose sides it does not name', (_, definition) => {
    const instruments = [...instrumentsFor({ ...definition, needs: ['perpetual'] })].toReversed()
    const market = randomMarket({ seed: 6, bars: 50, instruments })
    expect(() => play(definition, market, { instruments, margin: { positionMode: 'hedge' } })).toThrow(
      expect.objectContaining({ code: 'KERNEL_POSITION_MODE' }),
    )
  })

  test.each(EACH)('%s runs on bars of a minute and of a day alike', (_, definition) => {
    for (const timeframe of ['1m', LONG_BARS[definition.name] ?? '1d']) {
      const report = checkStrategy(definition, { params: QUICK_PARAMS[definition.name] ?? {}, bars: 1_100, timeframe })
      expect(report.checks.filter((each) => !each.passed)).toEqual([])
    }
  })
})
