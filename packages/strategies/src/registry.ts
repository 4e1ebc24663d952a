import type { StrategyDefinition } from '@kestrel/kernel'
import { basisReversion } from './basis-reversion.ts'
import { bollingerReversion } from './bollinger-reversion.ts'
import { buyAndHold } from './buy-and-hold.ts'
import { dca } from './dca.ts'
import { donchianBreakout } from './donchian-breakout.ts'
import { dualMomentum } from './dual-momentum.ts'
import { emaCross } from './ema-cross.ts'
import { fundingCarry } from './funding-carry.ts'
import { grid } from './grid.ts'
import { macdCross } from './macd-cross.ts'
import { momentumRotation } from './momentum-rotation.ts'
import { openingRangeBreakout } from './opening-range-breakout.ts'
import { pairsTrading } from './pairs-trading.ts'
import { rsiReversion } from './rsi-reversion.ts'
import { smaCross } from './sma-cross.ts'
import { superTrend } from './super-trend.ts'
import { volatilityBreakout } from './volatility-breakout.ts'
import { volatilityTargetTrend } from './volatility-target-trend.ts'

/** Every strategy that ships, simplest first. What is listed here is offered by the command and covered by the contract suite. */
export const STRATEGIES: readonly StrategyDefinition[] = Object.freeze([
  buyAndHold,
  smaCross,
  emaCross,
  macdCross,
  superTrend,
  rsiReversion,
  bollingerReversion,
  donchianBreakout,
  openingRangeBreakout,
  volatilityBreakout,
  volatilityTargetTrend,
  momentumRotation,
  dualMomentum,
  grid,
  dca,
  pairsTrading,
  basisReversion,
  fundingCarry,
])

/** The shipped strategy of that name; undefined where there is none. */
export function findStrategy(name: string): StrategyDefinition | undefined {
  return STRATEGIES.find((each) => each.name === name)
}
