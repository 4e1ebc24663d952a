import type { TimeMs } from '@kestrel/core'
import type { OrderRequest } from '@kestrel/kernel'
import type { BacktestConfig } from '../src/run/backtest-config.ts'
import type { Simulation } from '../src/run/simulate.ts'
import { START_MS } from './scripted-run.ts'
import { type Print, runOn, TRADED, tradesFrom } from './trade-run.ts'

/** Sends one order at the first instant of the run at which `when` holds, and gives the fills: ms after the start, price, quantity. */
export function orderAt(
  prints: readonly Print[],
  when: 'first close' | 'first trade',
  request: Omit<OrderRequest, 'instrument'>,
  config: Partial<BacktestConfig> = {},
): Simulation & { readonly executions: readonly (readonly [TimeMs, number, number])[] } {
  const run = runOn(
    [tradesFrom(prints)],
    ({ bars, submit }) => {
      bars(TRADED)
      let sent = false
      const send = (): void => {
        if (!sent) submit({ instrument: TRADED, ...request })
        sent = true
      }
      return when === 'first close' ? { onBar: send } : { onTrade: send }
    },
    config,
  )
  const executions = run.fills.map(({ tsEventMs, price, quantity }) => [tsEventMs - START_MS, price, quantity] as const)
  return Object.assign(run, { executions })
}
