import { KestrelError } from '@kestrel/core'
import { configureStrategy, type RunControl, type StrategyDefinition, type StrategyInstance } from '@kestrel/kernel'
import { z } from 'zod'
import { resolveConfig } from '../run/backtest-config.ts'
import { prepareData, type Simulation, simulate } from '../run/simulate.ts'
import { contractData, contractMarket, type ContractMarket, type ContractMarketOptions } from './contract-market.ts'
import { findLookAhead } from './look-ahead-check.ts'
import { findAddingStop } from './protective-orders.ts'
import { wildPerpetuals } from './wild-perpetuals.ts'

/** One promise that a strategy has to keep. */
export interface StrategyCheck {
  readonly name: string
  readonly passed: boolean
  /** What was found, as a sentence; says what was tried where it passed. */
  readonly detail: string
}

export interface StrategyCheckReport {
  readonly strategy: string
  readonly passed: boolean
  readonly checks: readonly StrategyCheck[]
}

export interface CheckOptions {
  /** Parameters to check with; the defaults of the rest. */
  readonly params?: Readonly<Record<string, unknown>>
  /** Timeframe of the runs. Default `1h`. */
  readonly timeframe?: string
  /** Bars of each generated market. Default 3,000. */
  readonly bars?: number
  /** Further markets for the look-ahead test, such as recorded ones. */
  readonly markets?: readonly ContractMarket[]
  /** Watches the runs. */
  readonly control?: RunControl
}

/** Instants that a stopped run is let go on for. The kernel looks at the flag every 1,024. */
const STOP_AFTER = 1_500

/**
 * The contract suite of strategies: the schema describes itself, thin and still markets do not break it, two runs are
 * the same, it ends when told to, its orders lie on the grid, its stops only reduce, and it does not see the future. Never
 * throws for what the strategy does; everything it does wrong is in the report.
 */
export function checkStrategy(definition: StrategyDefinition, options: CheckOptions = {}): StrategyCheckReport {
  const { timeframe = '1h', bars = 3_000, control } = options
  const run = (instance: StrategyInstance, market: ContractMarket): Simulation => simulateOn(instance, market, control)
  const marketOptions = (seed: number, count: number, deviation?: number): ContractMarketOptions => ({
    seed,
    bars: count,
    timeframe,
    ...(deviation === undefined ? {} : { deviation }),
    ...(definition.needs === undefined ? {} : { needs: definition.needs }),
  })
  const market = (name: string, ...more: Parameters<typeof marketOptions>): ContractMarket =>
    contractMarket(name, marketOptions(...more))
  const walk = market('random walk', 1, bars)
  const checks: StrategyCheck[] = [attempt('describes its parameters', () => describesParameters(definition))]
  let instance: StrategyInstance | undefined
  checks.push(
    attempt('accepts its defaults', () => {
      instance = configureStrategy(definition, options.params)
      return undefined
    }),
  )
  if (instance !== undefined) {
    const own = instance
    checks.push(
      attempt('is flat without data', () => flatOnOneBar(() => run(own, market('one bar', 1, 1)))),
      attempt('survives a market that stands still', () => finiteEquity(run(own, market('still', 1, 400, 0)))),
      attempt('does the same twice', () => sameTwice(run(own, walk), run(own, walk))),
      attempt('ends when told to', () => endsWhenTold(own, walk, control)),
      attempt('keeps its orders on the grid', () => ordersOnGrid(run(own, walk))),
      attempt('only reduces with its stops', () =>
        findAddingStop(run(own, wildPerpetuals('wild perpetuals', marketOptions(3, bars)))),
      ),
      attempt('does not see the future', () =>
        lookAheadOn(own, [walk, market('other walk', 2, bars), ...(options.markets ?? [])], run),
      ),
    )
  }
  return { strategy: definition.name, passed: checks.every(({ passed }) => passed), checks }
}

function simulateOn(instance: StrategyInstance, market: ContractMarket, control: RunControl | undefined): Simulation {
  const config = resolveConfig({
    instruments: market.instruments,
    timeframe: market.timeframe,
    strategies: [instance],
    cash: 100_000,
    decisions: 'all',
  })
  return simulate(config, prepareData(config, contractData(market)), config.fill, control)
}

/** Runs a check; what it returns is what is wrong, what it throws too. */
function attempt(name: string, check: () => string | undefined): StrategyCheck {
  try {
    const problem = check()
    return { name, passed: problem === undefined, detail: problem ?? DETAILS[name] ?? '' }
  } catch (error) {
    const hint = KestrelError.isInstance(error) && error.hint !== undefined ? ` ${error.hint}` : ''
    return { name, passed: false, detail: `${error instanceof Error ? error.message : String(error)}${hint}` }
  }
}

const DETAILS: Readonly<Record<string, string>> = {
  'describes its parameters': 'Every parameter has a description.',
  'accepts its defaults': 'The parameters pass the schema and the rule between them.',
  'is flat without data': 'One bar gives no position.',
  'survives a market that stands still': 'Prices that never move break nothing.',
  'does the same twice': 'Two runs have one log hash.',
  'ends when told to': 'A stopped run keeps the decisions up to there and takes no order after it.',
  'keeps its orders on the grid': 'Prices and quantities are multiples of tick and lot.',
  'only reduces with its stops': 'No order tagged stop and no exit of a group adds to a position.',
  'does not see the future': 'Cutting or changing later bars leaves earlier decisions as they were.',
}

function describesParameters(definition: StrategyDefinition): string | undefined {
  const schema = z.toJSONSchema(definition.params, { unrepresentable: 'any', io: 'input' })
  const silent = Object.entries(schema.properties ?? {})
    .filter(([, property]) => typeof property !== 'object' || (property.description ?? '') === '')
    .map(([name]) => name)
  if (definition.about.trim() === '') return 'It has no text in "about".'
  return silent.length === 0 ? undefined : `Without a description: ${silent.join(', ')}. Add .describe('...').`
}

/** A strategy that reads a longer timeframe cannot run on one bar at all, which is as flat as can be. */
function flatOnOneBar(run: () => Simulation): string | undefined {
  try {
    return flatWithoutData(run())
  } catch (error) {
    if (KestrelError.isInstance(error) && error.code === 'KERNEL_NO_BARS') return undefined
    throw error
  }
}

function flatWithoutData({ fills, openPositions }: Simulation): string | undefined {
  if (fills.length === 0 && openPositions.length === 0) return undefined
  return `It traded on a single bar: ${fills.length} fills.`
}

function finiteEquity({ equity, orders }: Simulation): string | undefined {
  const bad = equity.equity.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) return `Equity is not a number from bar ${bad} on.`
  const odd = orders.find(({ quantity }) => !Number.isFinite(quantity))
  return odd === undefined ? undefined : `Order ${odd.orderId} has the quantity ${odd.quantity}.`
}

function sameTwice(first: Simulation, second: Simulation): string | undefined {
  if (logHash(first) === logHash(second)) return undefined
  return 'Two runs on the same data differ: it keeps state outside start(), or reads a clock or random numbers of its own.'
}

function logHash({ log, equity }: Simulation): string {
  return log.hash(equity.timeMs, equity.equity)
}

function endsWhenTold(
  instance: StrategyInstance,
  market: ContractMarket,
  control: RunControl | undefined,
): string | undefined {
  let instants = 0
  const stopped = simulateOn(instance, market, {
    beat(count, timeMs) {
      instants = count
      control?.beat(count, timeMs)
    },
    stopRequested: () => instants >= STOP_AFTER || control?.stopRequested() === true,
  })
  const endMs = stopped.equity.timeMs.at(-1) ?? 0
  const late = stopped.orders.find(({ createdTimeMs, state }) => createdTimeMs > endMs && state !== 'refused')
  if (late !== undefined) return `Order ${late.orderId} was sent after the end.`
  const whole = simulateOn(instance, market, control)
  const before = whole.orders.filter(({ createdTimeMs }) => createdTimeMs <= endMs).length
  const sent = stopped.orders.filter(({ reason }) => reason !== 'the run has ended').length
  return before === sent ? undefined : `A stopped run sent ${sent} orders, the whole one ${before} until then.`
}

function ordersOnGrid({ orders }: Simulation): string | undefined {
  const off = orders.filter(({ state, reason }) => state === 'refused' && reason.includes('not a multiple'))
  if (off.length === 0) return undefined
  return `${off.length} of ${orders.length} orders are off the grid: ${off[0]?.reason ?? ''} Use roundPrice and roundQuantity.`
}

function lookAheadOn(
  instance: StrategyInstance,
  markets: readonly ContractMarket[],
  run: (instance: StrategyInstance, market: ContractMarket) => Simulation,
): string | undefined {
  for (const market of markets) {
    const found = findLookAhead(instance, market, run)
    if (found !== undefined) return found
  }
  return undefined
}
