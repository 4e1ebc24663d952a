import type { FillModel } from '@kestrel/backtest'
import type { BacktestRequest } from './backtest-request.ts'

/** Flags that give a run the same fees, spread and slippage. Schedules stated in a settings file stay there. */
export function costFlags(fill: FillModel, { fees }: BacktestRequest): string[] {
  const named = (fees?.schedules ?? []).filter((each) => typeof each === 'string')
  return [
    ...named.flatMap((each) => ['--fee-schedule', each]),
    ...valueFlags('fees', fees?.changes ?? {}),
    ...modelFlags('spread', fill.spread, fill.spreadBps),
    ...modelFlags('slippage', fill.slippage, fill.slippageBps),
  ]
}

function modelFlags(cost: 'spread' | 'slippage', spec: object | undefined, bps: number): string[] {
  if (spec === undefined) return [`--${cost}-bps`, String(bps)]
  const { model, ...values } = spec as { readonly model: string }
  return [`--${cost}-model`, model, ...valueFlags(cost, values)]
}

function valueFlags(cost: string, values: object): string[] {
  return Object.entries(values).flatMap(([name, value]) => ['--cost', `${cost}.${name}=${String(value)}`])
}
