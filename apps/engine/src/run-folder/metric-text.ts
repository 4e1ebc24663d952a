import { isoTime } from '@kestrel/core'
import { decimalText, durationText, percentText } from '../cli/output/numbers.ts'

const FRACTIONS = new Set([
  'totalReturn',
  'cagr',
  'moneyWeightedReturn',
  'volatility',
  'maxDrawdown',
  'currentDrawdown',
  'ulcerIndex',
  'var95',
  'cvar95',
  'psr',
  'dsr',
  'alpha',
  'marketChange',
  'bestDay',
  'worstDay',
  'bestMonth',
  'worstMonth',
  'positiveDays',
  'positiveMonths',
  'winRate',
  'exposure',
  'kelly',
])
const MONEY = new Set([
  'startEquity',
  'endEquity',
  'maxDrawdownAbs',
  'expectancy',
  'bestTrade',
  'worstTrade',
  'longProfit',
  'shortProfit',
  'fees',
  'funding',
  'slippage',
  'tradedNotional',
])
const COUNTS = new Set([
  'trades',
  'wins',
  'losses',
  'draws',
  'longTrades',
  'shortTrades',
  'maxConsecutiveWins',
  'maxConsecutiveLosses',
  'fills',
  'orders',
  'liquidations',
  'rejects',
  'refusals',
  'expired',
  'trialCount',
  'minTrackRecord',
])

/** A metric as people read it: percent, money, time span, instant, count or plain number, by its name. */
export function metricRow(name: string, value: number | string | null, currency: string): string {
  if (value === null) return 'n/a'
  if (typeof value === 'string') return value
  if (FRACTIONS.has(name)) return percentText(value)
  if (MONEY.has(name)) return `${decimalText(value, 2)} ${currency}`
  if (COUNTS.has(name)) return decimalText(value)
  if (/^maxDrawdown(Peak|Trough|Recovery)Ms$/.test(name)) return isoTime(value)
  if (name.endsWith('Ms')) return durationText(value)
  return decimalText(value, 3)
}
