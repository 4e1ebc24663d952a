import { type Instrument, instrumentOf, type SeriesColumns } from '@kestrel/core'
import {
  configureStrategy,
  defineStrategy,
  type ClosePositionRequest,
  type OrderRequest,
  type OrderView,
} from '@kestrel/kernel'
import type { ScriptAction, ScriptBar, ScriptFill, ScriptOrder, ScriptOutcome, ScriptRules } from '@kestrel/testkit'
import { z } from 'zod'
import { resolveConfig } from '../src/run/backtest-config.ts'
import { prepareData, simulate } from '../src/run/simulate.ts'
import { barsOf, START_MS } from './scripted-run.ts'

const HOUR_MS = 3_600_000
const INSTRUMENT: Instrument = instrumentOf({
  id: 'BTC-USDT-PERP.TEST',
  tickSize: '1',
  lotSize: '1',
  makerFeeRate: 0,
  takerFeeRate: 0,
})

/** Runs an order script through the kernel and the simulated venue. */
export function runScript(
  bars: readonly ScriptBar[],
  script: readonly (readonly ScriptAction[])[],
  rules: ScriptRules,
): ScriptOutcome {
  const strategy = defineStrategy({
    name: 'scripted',
    about: 'Does what the script says.',
    params: z.object({}),
    start({ bars: subscribe, instrument, submit, submitGroup, cancel, amend }) {
      subscribe(instrument)
      const orders: OrderView[] = []
      let bar = 0
      const act = (action: ScriptAction): void => {
        if (action.kind === 'submit') orders.push(submit(requestOf(action.order)))
        else if (action.kind === 'group') {
          const { entry, members, link, activeFrom } = action
          const group = submitGroup({
            ...(entry === undefined ? {} : { entry: requestOf(entry) as OrderRequest }),
            members: members.map((each) => requestOf(each) as OrderRequest),
            link,
            activeFrom,
          })
          orders.push(...(group.entry === undefined ? [] : [group.entry]), ...group.members)
        } else {
          const order = orders[action.order]
          if (order === undefined) return
          if (action.kind === 'cancel') cancel(order)
          else {
            const { quantity, limit, trigger } = action
            amend(order, {
              ...(quantity === undefined ? {} : { quantity }),
              ...(limit === undefined ? {} : { limitPrice: limit }),
              ...(trigger === undefined ? {} : { triggerPrice: trigger }),
            })
          }
        }
      }
      return { onSlice: () => script[bar++]?.forEach(act) }
    },
  })
  const columns = barsOf(bars.map(({ open, high, low, close, volume }) => [open, high, low, close, volume] as const))
  const config = resolveConfig({
    instruments: [INSTRUMENT],
    timeframe: '1h',
    cash: 1e9,
    strategies: [configureStrategy(strategy)],
    sizeMode: 'units',
    ...(rules.isHedged === true ? { margin: { positionMode: 'hedge' as const } } : {}),
    fill: {
      marketFill: rules.marketFill,
      throughTicks: rules.throughTicks,
      spreadBps: rules.spreadBps,
      slippageBps: rules.slippageBps,
      volumeShare: rules.volumeShare,
      latencyMs: rules.latency * HOUR_MS,
      selfTrade: rules.selfTrade,
    },
  })
  const data = { bars: () => columns, mark: () => markOf(bars) }
  const run = simulate(config, prepareData(config, data), config.fill)
  const fills = run.fills.map(({ orderId, quantity, price, liquidity, tsEventMs, barOpenTimeMs }): ScriptFill => {
    const bar = (barOpenTimeMs - START_MS) / HOUR_MS
    const at = tsEventMs === barOpenTimeMs ? 'open' : 'close'
    return { order: orderId - 1, lots: quantity, price, isMaker: liquidity === 'maker', bar, at }
  })
  return { fills, states: run.orders.map(({ state }) => state) }
}

function markOf(bars: readonly ScriptBar[]): SeriesColumns | undefined {
  if (bars.some(({ mark }) => mark === undefined)) return undefined
  const column = (value: (bar: ScriptBar, index: number) => number): Float64Array => Float64Array.from(bars, value)
  const times = column((_, i) => START_MS + i * HOUR_MS)
  return {
    tsEventMs: times,
    knowableTimeMs: times,
    values: {
      open: column(({ mark }) => mark?.open ?? 0),
      high: column(({ mark }) => mark?.high ?? 0),
      low: column(({ mark }) => mark?.low ?? 0),
      close: column(({ mark }) => mark?.open ?? 0),
    },
  }
}

function requestOf(order: ScriptOrder): OrderRequest | ClosePositionRequest {
  const { side, type, quantity, limit, trigger, triggerBy, trailBy, trailRate, activation, display } = order
  const { timeInForce, expires, postOnly, reduceOnly, leg } = order
  const fields = {
    instrument: INSTRUMENT,
    side,
    type,
    ...(quantity === undefined ? { closePosition: true } : { quantity }),
    ...(limit === undefined ? {} : { limitPrice: limit }),
    ...(trigger === undefined ? {} : { triggerPrice: trigger }),
    ...(triggerBy === undefined ? {} : { triggerBy }),
    ...(trailBy === undefined ? {} : { trailingDistance: trailBy }),
    ...(trailRate === undefined ? {} : { trailingRate: trailRate }),
    ...(activation === undefined ? {} : { activationPrice: activation }),
    ...(display === undefined ? {} : { displayQuantity: display }),
    ...(timeInForce === undefined ? {} : { timeInForce }),
    ...(expires === undefined ? {} : { expireTimeMs: START_MS + expires * HOUR_MS }),
    ...(postOnly === undefined ? {} : { postOnly }),
    ...(reduceOnly === undefined ? {} : { reduceOnly }),
    ...(leg === undefined ? {} : { positionSide: leg }),
  }
  return fields as OrderRequest | ClosePositionRequest
}
