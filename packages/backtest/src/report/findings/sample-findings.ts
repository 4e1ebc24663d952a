import { DAY_MS } from '../../metrics/basis.ts'
import { duration, number, percent } from '../format.ts'
import type { Finding, FindingsInput } from './finding.ts'

/** Below this, averages of trades are mostly noise. */
const ENOUGH_TRADES = 30

/** What the size of the sample allows to be said. */
export function sampleFindings({ metrics, basis, spanMs }: FindingsInput): Finding[] {
  const found: Finding[] = []
  if (metrics.trades < ENOUGH_TRADES) {
    found.push({
      code: 'few-trades',
      severity: metrics.trades < 10 ? 'serious' : 'caution',
      title: metrics.trades === 0 ? 'No closed trades' : 'Few trades',
      text: `${metrics.trades} closed ${metrics.trades === 1 ? 'trade' : 'trades'}: win rate, profit factor and expectancy need at least ${ENOUGH_TRADES} to mean much.`,
      value: metrics.trades,
    })
  }
  if (spanMs < 365 * DAY_MS) {
    found.push({
      code: 'short-sample',
      severity: spanMs < 90 * DAY_MS ? 'serious' : 'caution',
      title: 'Short sample',
      text: `The run covers ${duration(spanMs)} (${basis.observations} returns): less than one year, so hardly more than one market mood.`,
      value: spanMs / DAY_MS,
    })
  }
  if (metrics.exposure !== undefined && metrics.exposure > 0 && metrics.exposure < 0.05) {
    found.push({
      code: 'small-exposure',
      severity: 'caution',
      title: 'Hardly ever invested',
      text: `A position was held at ${percent(metrics.exposure)} of bars: the ratios describe an account that mostly held cash.`,
      value: metrics.exposure,
    })
  }
  if (metrics.minTrackRecord !== undefined && metrics.minTrackRecord > basis.observations) {
    found.push({
      code: 'short-track-record',
      severity: 'note',
      title: 'Sharpe not yet distinguishable from zero',
      text: `At this Sharpe ratio ${number(metrics.minTrackRecord, 0)} returns are needed to exceed zero at 95% confidence; there are ${basis.observations}.`,
      value: metrics.minTrackRecord,
    })
  }
  return found
}
