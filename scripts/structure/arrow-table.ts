/**
 * The arrow table: which packages each package may import. Nothing else is allowed, and nothing imports an app.
 *
 * A package that is missing here may import core only, so a new package has to be entered before it can use another.
 */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  indicators: ['core'],
  kernel: ['core', 'indicators'],
  backtest: ['core', 'indicators', 'kernel'],
  venues: ['core', 'indicators', 'kernel', 'data'],
  live: ['core', 'indicators', 'kernel', 'backtest'],
  data: ['core'],
  bus: ['core'],
  contracts: ['core'],
  sentiment: ['core'],
  ml: ['core', 'indicators'],
  portfolio: ['core'],
  strategies: ['core', 'indicators', 'kernel', 'ml', 'sentiment', 'portfolio'],
  testkit: ['core', 'indicators', 'kernel', 'contracts'],
}

/** What the tests of a package may import besides: they run strategies in the backtester, on generated markets. */
export const TEST_ARROWS: Readonly<Record<string, readonly string[]>> = {
  backtest: ['data'],
  strategies: ['backtest'],
  live: ['data', 'strategies', 'venues'],
}

/** Apps with a narrower view than "every package". */
export const APP_ARROWS: Readonly<Record<string, readonly string[]>> = {
  web: ['core', 'contracts'],
}

/** npm packages that one of our packages wraps and nobody else may import. */
export const SOLE_IMPORTERS: readonly { readonly modules: readonly string[]; readonly package: string }[] = [
  { modules: ['ccxt'], package: 'venues' },
  { modules: ['ioredis', 'bullmq'], package: 'bus' },
]
