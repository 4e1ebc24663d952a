import { configureStrategy, defineStrategy } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { contractMarket } from '../contract/contract-market.ts'
import { runBacktest } from '../run/run-backtest.ts'
import { runPicture } from './run-picture.ts'

const MARKET = contractMarket('walk', { seed: 5, bars: 600 })

const strategy = defineStrategy({
  name: 'every-40-bars',
  about: 'In and out of the first instrument every 40 bars.',
  params: z.object({}),
  start({ instrument, instruments, bars, target, plot }) {
    for (const each of instruments) bars(each)
    let bar = 0
    return {
      onBar(closed) {
        if (closed.instrument !== instrument) return
        plot('bars <so far>', bar)
        target(instrument, bar++ % 80 < 40 ? 0.5 : 0)
      },
    }
  },
})

function run(count: number) {
  const instruments = MARKET.instruments.slice(0, count)
  return runBacktest(
    { instruments, timeframe: '1h', strategies: [configureStrategy(strategy)], cash: 10_000 },
    { bars: (id) => MARKET.bars.get(id) },
    { band: false },
  )
}

/** Triangles in a path of marks. */
const marks = (svg: string, tone: string): number =>
  svg.match(new RegExp(`class="${tone}" d="([^"]*)"`))?.[1]?.split('M').length ?? 0

describe('the picture of a run', () => {
  const one = run(1)

  test('is one well-formed SVG that says what it shows', () => {
    const svg = runPicture(one, { isSynthetic: true, plot: 'bars <so far>' })
    const names = [...svg.matchAll(/<(\/?)([a-z]+)([^>]*?)(\/?)>/g)]
    const open: string[] = []
    for (const [, closes, name = '', , empty] of names) {
      if (empty === '/') continue
      if (closes === '/') expect(open.pop()).toBe(name)
      else open.push(name)
    }
    expect(open).toEqual([])
    expect(svg).toContain('<title id="t">every-40-bars</title>')
    expect(svg).toContain('SYNTHETIC market')
    expect(svg).toContain('bars &lt;so far&gt;')
    expect(svg).toContain('prefers-color-scheme:dark')
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    expect(svg.length).toBeLessThan(40_000)
  })

  test('marks each purchase and each sale', () => {
    const svg = runPicture(one)
    const count = (side: string): number => one.base.fills.filter((fill) => fill.side === side).length
    expect(marks(svg, 'buy') - 1).toBe(count('buy'))
    expect(marks(svg, 'sell') - 1).toBe(count('sell'))
    expect(svg).not.toContain('SYNTHETIC')
  })

  test('draws several instruments as lines, four at most, or those that are named', () => {
    const four = run(4)
    expect(runPicture(four).match(/class="line third"/g)).toHaveLength(2)
    expect(runPicture(four, { instruments: ['BBB-USDT.CONTRACT'] })).toContain('class="body up"')
  })

  test('is the same text for the same run', () => {
    expect(runPicture(run(1))).toBe(runPicture(one))
  })
})
