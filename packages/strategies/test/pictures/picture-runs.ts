import type { BarColumns, SeriesColumns } from '@kestrel/core'
import type { RunPictureOptions } from '@kestrel/backtest'
import { several, single, slowFunding, tied } from './picture-market.ts'

/** The run that a strategy's page shows. */
export interface PictureRun {
  readonly timeframe: string
  readonly market: () => ReadonlyMap<string, BarColumns>
  /** Funding of the perpetual; left out, the run has none. */
  readonly funding?: () => SeriesColumns
  readonly params?: Readonly<Record<string, unknown>>
  readonly picture?: RunPictureOptions
}

const SPOT = 'BTC-USDT.SYNTH'
const PERP = 'BTC-USDT-PERP.SYNTH'
const TREND = { start: 30_000, volatility: 0.022, trend: 0.008, legs: [70, 60, 65, 50] }
const CALM = { start: 30_000, volatility: 0.011, reversion: 0.06 }

const trending =
  (id: string, seed: number, timeframe = '1d', bars = 300) =>
  () =>
    single(id, seed, bars, timeframe, TREND)

/**
 * One run for each strategy, on a generated market in which its rules can be seen at work, gains and losses alike. The
 * seeds were taken as they came.
 */
export const PICTURE_RUNS: Readonly<Record<string, PictureRun>> = {
  'buy-and-hold': {
    timeframe: '1d',
    market: () =>
      several(1, 300, '1d', { [SPOT]: TREND, 'ETH-USDT.SYNTH': { ...TREND, start: 2_000, legs: [40, 90, 60] } }),
  },
  'sma-cross': { timeframe: '1d', market: trending(SPOT, 2) },
  'ema-cross': { timeframe: '1d', market: trending(PERP, 3), params: { direction: 'both', band: 0.005 } },
  'macd-cross': { timeframe: '1d', market: trending(SPOT, 4), params: { filter: 'zero' } },
  'super-trend': { timeframe: '1d', market: trending(PERP, 5), params: { direction: 'both' } },
  'rsi-reversion': { timeframe: '1d', market: trending(SPOT, 6, '1d', 400), params: { trendBars: 100 } },
  'bollinger-reversion': {
    timeframe: '1h',
    market: () => single(PERP, 7, 300, '1h', CALM),
    params: { direction: 'both' },
    picture: { plot: 'deviations' },
  },
  'donchian-breakout': { timeframe: '1d', market: trending(SPOT, 8) },
  'opening-range-breakout': {
    timeframe: '15m',
    market: () => single(PERP, 9, 960, '15m', { ...TREND, volatility: 0.0025, trend: 0.0006, legs: [70, 90, 110] }),
    params: { direction: 'both', rangeMinutes: 120 },
  },
  'volatility-breakout': {
    timeframe: '1h',
    market: () => single(SPOT, 10, 480, '1h', { ...TREND, volatility: 0.006, trend: 0.001, legs: [60, 50, 40] }),
  },
  'volatility-target-trend': { timeframe: '1d', market: trending(SPOT, 11, '1d', 400), params: { trendBars: 100 } },
  'momentum-rotation': {
    timeframe: '1d',
    market: () => several(12, 400, '1d', rotation()),
    params: { top: 2, lookback: 60 },
  },
  'dual-momentum': {
    timeframe: '1d',
    market: () => several(13, 500, '1d', rotation()),
    params: { refuge: 'last' },
  },
  grid: {
    timeframe: '1h',
    market: () => single(SPOT, 14, 400, '1h', { ...CALM, volatility: 0.012, reversion: 0.03 }),
    params: { stepRate: 0.01 },
    picture: { plot: 'lowest line' },
  },
  dca: { timeframe: '4h', market: () => single(SPOT, 15, 300, '4h', { ...TREND, volatility: 0.018, trend: 0.003 }) },
  'pairs-trading': {
    timeframe: '1h',
    market: () =>
      tied(
        [PERP, 'ETH-USDT-PERP.SYNTH'],
        16,
        1_200,
        '1h',
        { ...TREND, volatility: 0.006, trend: 0.0005 },
        {
          start: 2_000,
          ratio: 1.2,
          volatility: 0.004,
          reversion: 0.05,
        },
      ),
    picture: { plot: 'spread, deviations' },
  },
  'basis-reversion': {
    timeframe: '1h',
    market: () =>
      tied(
        [SPOT, PERP],
        17,
        800,
        '1h',
        { ...TREND, volatility: 0.006, trend: 0.0005 },
        {
          start: 30_000,
          ratio: 1,
          volatility: 0.0012,
          reversion: 0.06,
        },
      ),
    picture: { plot: 'basis, deviations' },
  },
  'funding-carry': {
    timeframe: '4h',
    market: () =>
      tied(
        [SPOT, PERP],
        18,
        900,
        '4h',
        { ...TREND, volatility: 0.012, trend: 0.002 },
        {
          start: 30_000,
          ratio: 1,
          volatility: 0.001,
          reversion: 0.2,
        },
      ),
    funding: () => slowFunding(18, 150),
    picture: { plot: 'funding, annual rate' },
  },
}

function rotation() {
  return {
    [SPOT]: TREND,
    'ETH-USDT.SYNTH': { ...TREND, start: 2_000, legs: [40, 90, 60, 30] },
    'SOL-USDT.SYNTH': { ...TREND, start: 100, volatility: 0.04, legs: [90, 60, 70, 80] },
    'PAXG-USDT.SYNTH': { start: 2_000, volatility: 0.006, trend: 0.0003, legs: [1_000] },
  }
}
