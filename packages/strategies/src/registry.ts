import type { StrategyDefinition } from '@kestrel/kernel'
import { buyAndHold } from './buy-and-hold.ts'
import { donchianBreakout } from './donchian-breakout.ts'
import { momentumRotation } from './momentum-rotation.ts'
import { rsiReversion } from './rsi-reversion.ts'
import { smaCross } from './sma-cross.ts'
import { volatilityTargetTrend } from './volatility-target-trend.ts'

/** Every strategy that ships, simplest first. What is listed here is offered by the command and covered by the contract suite. */
export const STRATEGIES: readonly StrategyDefinition[] = Object.freeze([
  buyAndHold,
  smaCross,
  rsiReversion,
  donchianBreakout,
  volatilityTargetTrend,
  momentumRotation,
])

/** The shipped strategy of that name; undefined where there is none. */
export function findStrategy(name: string): StrategyDefinition | undefined {
  return STRATEGIES.find((each) => each.name === name)
}
