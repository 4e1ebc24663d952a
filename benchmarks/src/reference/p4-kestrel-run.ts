import { prepareData, resolveConfig, simulate, type Simulation } from '@kestrel/backtest'
import { type BarColumns, instrumentOf } from '@kestrel/core'
import { configureStrategy, defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'
import { P4_RULE } from './p4-by-hand.ts'

const equalWeights = defineStrategy({
  name: 'equal-weights',
  about: 'Shares the equity between the instruments whose fast average is above the slow one.',
  params: z.object({}),
  start({ instruments, bars, indicator, target }) {
    const lines = instruments.map((instrument) => {
      const { close } = bars(instrument)
      const fast = indicator.emaFromFirst(close, P4_RULE.fast)
      return { instrument, close, fast, slow: indicator.emaFromFirst(close, P4_RULE.slow) }
    })
    let bar = -1
    return {
      onSlice() {
        bar++
        if (bar % P4_RULE.everyBars !== 0 || bar + 1 < P4_RULE.history) return
        const members = lines.filter(({ fast, slow }) => fast.value > slow.value)
        const weight = P4_RULE.invested / members.length
        for (const { instrument, fast, slow } of lines) {
          target(instrument, { weight: fast.value > slow.value ? weight : 0 })
        }
      },
    }
  },
})

/** Runs the rule over a basket with the general kernel. */
export function runP4(basket: readonly BarColumns[]): Simulation {
  const instruments = basket.map((_, index) =>
    instrumentOf({
      id: `A${index}-USDT.WORKLOAD`,
      tickSize: '1',
      // As good as fractional: a lot is worth a millionth of a unit of money.
      lotSize: '0.000000000001',
      makerFeeRate: P4_RULE.feeRate,
      takerFeeRate: P4_RULE.feeRate,
    }),
  )
  const config = resolveConfig({
    instruments,
    timeframe: '1m',
    strategies: [configureStrategy(equalWeights)],
    cash: P4_RULE.cash,
    rebalanceBand: 0,
    fill: { marketFill: 'close', spreadBps: 0, slippageBps: 0, volumeShare: undefined },
  })
  const byId = new Map(instruments.map(({ id }, index) => [id, basket[index]]))
  return simulate(config, prepareData(config, { bars: (id) => byId.get(id) }), config.fill)
}
