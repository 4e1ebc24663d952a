/** Parameters by strategy, short enough for a small market to exercise every rule. */
export const QUICK_PARAMS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'sma-cross': { fast: 3, slow: 8 },
  'rsi-reversion': { trendBars: 20, entryBelow: 30, exitAbove: 55, maxBars: 4 },
  'donchian-breakout': { entryBars: 8, exitBars: 4, atrBars: 5 },
  'volatility-target-trend': { trendBars: 10, volatilityBars: 8, band: 0.02 },
  'momentum-rotation': { top: 2, lookback: 10, every: 3, volatilityBars: 5, weighting: 'inverse-volatility' },
}
