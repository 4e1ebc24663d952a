import { defineStrategy } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { checkStrategy } from './check-strategy.ts'

const OPTIONS = { bars: 1_600 }

/** Names of the checks that failed. */
function failed(report: ReturnType<typeof checkStrategy>): string[] {
  return report.checks.filter(({ passed }) => !passed).map(({ name }) => name)
}

test('a plain strategy passes every check', () => {
  const strategy = defineStrategy({
    name: 'above-mean',
    about: 'Long above its mean.',
    params: z.object({ period: z.number().int().min(2).default(10).describe('bars in the mean') }),
    start({ params, instrument, bars, indicator, target, explain }) {
      const { close } = bars(instrument)
      const mean = indicator.sma(close, params.period)
      return {
        onBar() {
          if (!mean.ready) return
          explain({ mean: mean.value })
          target(instrument, close.value > mean.value ? 1 : 0)
        },
      }
    },
  })
  const report = checkStrategy(strategy, OPTIONS)
  expect(report.checks.filter(({ passed }) => !passed)).toEqual([])
  expect(report).toMatchObject({ strategy: 'above-mean', passed: true })
})

test('a strategy that reads a longer timeframe than one bar has passes too', () => {
  const strategy = defineStrategy({
    name: 'daily-rise',
    about: 'Long after a day that rose.',
    params: z.object({}),
    start({ instrument, bars, target }) {
      bars(instrument)
      const { open, close } = bars(instrument, '1d')
      return { onBar: () => target(instrument, close.value > open.value ? 1 : 0) }
    },
  })
  expect(failed(checkStrategy(strategy, OPTIONS))).toEqual([])
})

test('a strategy that reads series and hears of them has readings to check it on', () => {
  const strategy = defineStrategy({
    name: 'mood',
    about: 'Long while the mood is good and perpetuals are not dear.',
    params: z.object({}),
    needs: ['perpetual'],
    start({ instrument, bars, series, indicator, target, explain }) {
      const hourly = bars(instrument)
      const mood = indicator.sma(series('fearGreed').on(hourly), 20)
      const rate = series('funding').value
      let heard = 0
      return {
        onSignal: () => heard++,
        onBar() {
          if (!mood.ready || !rate.ready) return
          explain({ mood: mood.value, rate: rate.value, heard })
          target(instrument, mood.value > 50 && rate.value < 0.001 ? 1 : 0)
        },
      }
    },
  })
  expect(failed(checkStrategy(strategy, OPTIONS))).toEqual([])
})

test('an order that shrinks to the cash at hand later on is no look into the future', () => {
  const strategy = defineStrategy({
    name: 'all-in-slowly',
    about: 'Buys more than bars offer, so that orders fill over many bars.',
    params: z.object({}),
    start({ instrument, instruments, bars, target }) {
      instruments.forEach((each) => bars(each))
      let bar = 0
      return { onBar: () => target(instrument, bar++ % 40 < 20 ? 1 : 0) }
    },
  })
  for (const timeframe of ['1m', '1d']) expect(failed(checkStrategy(strategy, { ...OPTIONS, timeframe }))).toEqual([])
})

test('a strategy that remembers the closes of an earlier run is caught looking ahead', () => {
  const remembered: number[] = []
  const strategy = defineStrategy({
    name: 'remembers',
    about: 'Knows tomorrow.',
    params: z.object({}),
    start({ instrument, bars, target }) {
      const { close } = bars(instrument)
      return {
        onBar() {
          const i = close.length - 1
          const tomorrow = remembered[i + 1]
          remembered[i] = close.value
          if (tomorrow !== undefined) target(instrument, tomorrow > close.value ? 1 : 0)
        },
      }
    },
  })
  const names = failed(checkStrategy(strategy, OPTIONS))
  expect(names).toContain('does not see the future')
})

test('a strategy with random numbers of its own is not deterministic', () => {
  let calls = 0
  const strategy = defineStrategy({
    name: 'dice',
    about: 'Trades by a counter that outlives the run.',
    params: z.object({}),
    start: ({ instrument, bars, target }) => {
      bars(instrument)
      return { onBar: () => target(instrument, ++calls % 7 < 3 ? 1 : 0) }
    },
  })
  expect(failed(checkStrategy(strategy, OPTIONS))).toContain('does the same twice')
})

test.each([
  [
    'describes its parameters',
    defineStrategy({
      name: 'silent',
      about: 'x',
      params: z.object({ n: z.number().default(1) }),
      start: () => ({}),
    }),
  ],
  [
    'accepts its defaults',
    defineStrategy({
      name: 'no-default',
      about: 'x',
      params: z.object({ n: z.number().describe('n') }),
      start: () => ({}),
    }),
  ],
  [
    'keeps its orders on the grid',
    defineStrategy({
      name: 'off-grid',
      about: 'x',
      params: z.object({}),
      start: ({ instrument, bars, submit }) => {
        bars(instrument)
        return {
          onBar: () => submit({ instrument, side: 'buy', type: 'market', quantity: 0.123456789 }),
        }
      },
    }),
  ],
  [
    'only reduces with its stops',
    defineStrategy({
      name: 'forgets-its-stop',
      about: 'Leaves by market order and forgets the stop that rests below.',
      params: z.object({}),
      start: ({ instrument, bars, submit, target }) => {
        bars(instrument)
        let bar = 0
        return {
          onBar: ({ close }) => {
            if (instrument.kind === 'spot') return
            if (bar % 20 === 0) target(instrument, 0.1)
            if (bar % 20 === 2) {
              const triggerPrice = Math.round(close * 90) / 100
              submit({ instrument, side: 'sell', quantity: 1, type: 'stop-market', triggerPrice, tag: 'stop, -10 %' })
            }
            if (bar % 20 === 5) target(instrument, 0)
            bar++
          },
        }
      },
    }),
  ],
  [
    'survives a market that stands still',
    defineStrategy({
      name: 'divides-by-zero',
      about: 'x',
      params: z.object({}),
      start: ({ instrument, bars, target }) => {
        const { close } = bars(instrument)
        return {
          onBar: () => {
            if (close.length > 1) target(instrument, (close.value - close.previous) / (close.value - close.previous))
          },
        }
      },
    }),
  ],
])('%s: what breaks it is named', (name, strategy) => {
  const report = checkStrategy(strategy, OPTIONS)
  const check = report.checks.find((each) => each.name === name)
  expect(check).toMatchObject({ passed: false })
  expect(check?.detail).not.toBe('')
  expect(report.passed).toBe(false)
})
