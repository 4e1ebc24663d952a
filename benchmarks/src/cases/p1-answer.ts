import { workloadBars } from '@kestrel/data'
import type { CellSpec } from '../bench-case.ts'
import { differs } from '../reference/difference.ts'
import { type FillRule, outcomeOf, p1ByHand, type P1Outcome } from '../reference/p1-by-hand.ts'
import { LATE_FEE, NEXT_OPEN } from './p1-peers.ts'

const MILLION = 1_000_000

/** CRC-32 of the workload by number of bars. */
export const P1_CHECKSUMS: Readonly<Record<number, string>> = {
  100_000: 'e10376c4',
  [MILLION]: 'e2e0a2f5',
  [2 * MILLION]: 'dcfe3ada',
}

/** What exact integer arithmetic and five other engines agree on at a million bars. */
export const P1_PUBLISHED = {
  closedTrades: 11_242,
  openTrades: 1,
  endEquity: 977_205_377.575,
  maxDrawdown: 0.022794718425,
  sharpe: { close: -0.132003170512, 'next-open': -0.133262662674 },
  tradesHash: '9680a3e011e177b3d16e25fcda9d887ba27aa379dcb45747e98c76c2d32029fb',
} as const

/** Our money is float64 throughout; others sum in another order or round to the currency. */
const OUR_TOLERANCE = 1e-12
const PEER_TOLERANCE = 1e-9
/** The published statistics have this many digits. */
const STATISTIC_TOLERANCE = 1e-9

/** How a cell's answer to P1 differs from the right one. */
export function p1Differences(
  cell: CellSpec,
  outcome: Readonly<Record<string, unknown>>,
  checksum: string,
): readonly string[] {
  const data = differs('checksum of the data', checksum, P1_CHECKSUMS[cell.size], 0)
  if (cell.units !== undefined) {
    const first = outcome['firstTradesHash']
    return [
      ...data,
      ...differs('trade list of the first instrument', first, rightAnswer(cell.size, 'close').tradesHash, 0),
    ]
  }
  const right = rightAnswer(cell.size, cell.group === NEXT_OPEN ? 'next-open' : 'close')
  const sharpe = cell.note === LATE_FEE ? rightAnswer(cell.size, 'next-open').sharpe : right.sharpe
  const tolerance = cell.engine.startsWith('kestrel') ? OUR_TOLERANCE : PEER_TOLERANCE
  return [
    ...data,
    ...differs('number of closed trades', outcome['closedTrades'], right.closedTrades, 0),
    ...differs('trade list', outcome['tradesHash'], right.tradesHash, 0),
    ...differs('number of open trades', outcome['openTrades'], right.openTrades, 0),
    ...differs('end equity', outcome['endEquity'], right.endEquity, tolerance),
    ...differs('maximum drawdown', outcome['maxDrawdown'], right.maxDrawdown, STATISTIC_TOLERANCE),
    ...differs('Sharpe ratio per bar', outcome['sharpe'], sharpe, STATISTIC_TOLERANCE),
  ]
}

const known = new Map<string, P1Outcome>()

/** The published answer at a million bars, else that of the loop written by hand. */
function rightAnswer(bars: number, fill: FillRule): P1Outcome {
  if (bars === MILLION) return { ...P1_PUBLISHED, sharpe: P1_PUBLISHED.sharpe[fill] }
  const key = `${bars} ${fill}`
  const answer = known.get(key) ?? outcomeOf(p1ByHand(workloadBars(bars), fill))
  known.set(key, answer)
  return answer
}
