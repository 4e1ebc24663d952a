/** The four schemes of pivot points. What `batch` and `create` take and give is said at {@link PivotLevels}. */
import { pivotLevels } from './pivot-levels.ts'

const LEVELS = ['pivot', 'r1', 's1', 'r2', 's2', 'r3', 's3'] as const

export const classicPivotsScheme = pivotLevels({
  name: 'classicPivots',
  title: 'Pivot points, classic',
  about: 'Support and resistance about the mean of high, low and close of the session before.',
  source: 'Person, A Complete Guide to Technical Trading Tactics (2004), chapter 6',
  levels: LEVELS,
  write: (high, low, close, out) => {
    const pivot = (high + low + close) / 3
    out[0] = pivot
    out[1] = 2 * pivot - low
    out[2] = 2 * pivot - high
    out[3] = pivot + (high - low)
    out[4] = pivot - (high - low)
    out[5] = high + 2 * (pivot - low)
    out[6] = low - 2 * (high - pivot)
  },
})
export const { batch: classicPivots, create: createClassicPivots } = classicPivotsScheme

export const fibonacciPivotsScheme = pivotLevels({
  name: 'fibonacciPivots',
  title: 'Pivot points, Fibonacci',
  about: 'The classic pivot with levels at 38.2, 61.8 and 100 percent of the range of the session before.',
  source: 'Pivot points, Fibonacci, in the documentation of StockCharts ChartSchool',
  levels: LEVELS,
  write: (high, low, close, out) => {
    const pivot = (high + low + close) / 3
    const range = high - low
    out[0] = pivot
    out[1] = pivot + 0.382 * range
    out[2] = pivot - 0.382 * range
    out[3] = pivot + 0.618 * range
    out[4] = pivot - 0.618 * range
    out[5] = pivot + range
    out[6] = pivot - range
  },
})
export const { batch: fibonacciPivots, create: createFibonacciPivots } = fibonacciPivotsScheme

export const camarillaPivotsScheme = pivotLevels({
  name: 'camarillaPivots',
  title: 'Pivot points, Camarilla',
  about: 'Levels about the close of the session before, at 1.1 of its range divided by 12, 6, 4 and 2.',
  source: 'Scott (1989), Camarilla equation, as in ta.pivot_point_levels of the Pine Script reference',
  levels: [...LEVELS, 'r4', 's4'],
  write: (high, low, close, out) => {
    const width = 1.1 * (high - low)
    out[0] = (high + low + close) / 3
    out[1] = close + width / 12
    out[2] = close - width / 12
    out[3] = close + width / 6
    out[4] = close - width / 6
    out[5] = close + width / 4
    out[6] = close - width / 4
    out[7] = close + width / 2
    out[8] = close - width / 2
  },
})
export const { batch: camarillaPivots, create: createCamarillaPivots } = camarillaPivotsScheme

export const woodiePivotsScheme = pivotLevels({
  name: 'woodiePivots',
  title: 'Pivot points, Woodie',
  about: 'The classic levels about a pivot that counts the close of the session before twice.',
  source:
    'Wood’s pivot (high + low + 2 close) / 4; Pine Script takes the open of the running session instead of the close',
  levels: LEVELS,
  write: (high, low, close, out) => {
    const pivot = (high + low + 2 * close) / 4
    out[0] = pivot
    out[1] = 2 * pivot - low
    out[2] = 2 * pivot - high
    out[3] = pivot + (high - low)
    out[4] = pivot - (high - low)
    out[5] = high + 2 * (pivot - low)
    out[6] = low - 2 * (high - pivot)
  },
})
export const { batch: woodiePivots, create: createWoodiePivots } = woodiePivotsScheme
