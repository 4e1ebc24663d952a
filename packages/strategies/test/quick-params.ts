/** Parameters by strategy, short enough for a small market to exercise every rule. */
export const QUICK_PARAMS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'sma-cross': { fast: 3, slow: 8 },
  'rsi-reversion': { trendBars: 20, entryBelow: 30, exitAbove: 55, maxBars: 4 },
  'donchian-breakout': { entryBars: 8, exitBars: 4, atrBars: 5 },
  'volatility-target-trend': { trendBars: 10, volatilityBars: 8, band: 0.02 },
  'ema-cross': { fast: 3, slow: 8, band: 0.001, direction: 'both' },
  'macd-cross': { fast: 4, slow: 9, signal: 3, filter: 'zero', direction: 'both' },
  'super-trend': { period: 5, multiplier: 1.5, direction: 'both' },
  'bollinger-reversion': { period: 8, entry: 1.2, exit: 0, stop: 1.5, maxBars: 6, direction: 'both' },
  'opening-range-breakout': { rangeMinutes: 180, holdMinutes: 960, stopRate: 0.5, maxRangeRate: 1, direction: 'both' },
  'volatility-breakout': { factor: 0.3, stopFactor: 0.3, startMinute: 480, trendBars: 5, direction: 'both' },
  'dual-momentum': { lookbackDays: 2, every: 'day', top: 2, refuge: 'last' },
  grid: { cells: 4, stepRate: 0.008, stopSteps: 2, pauseBars: 3, mode: 'neutral' },
  dca: { entry: 'rsi', rsiBars: 5, rsiBelow: 60, safetyOrders: 3, deviation: 0.01, takeProfit: 0.01, stopLoss: 0.04 },
  'pairs-trading': { window: 40, every: 7, maxPValue: 1, maxHalfLife: 40, entry: 1.2, exit: 0.2, stop: 3, maxBars: 20 },
  'basis-reversion': { period: 20, entry: 1, exit: 0, minEdge: 0.001, stopRate: 0.01, maxBars: 15 },
  'momentum-rotation': { top: 2, lookback: 10, every: 3, volatilityBars: 5, weighting: 'inverse-volatility' },
}
