import { isoTime } from '@kestrel/core'
import type { AccountingReport } from './account-trades.ts'
import { amountText } from './amount.ts'
import { csvText } from './csv-text.ts'

const DAY_MS = 86_400_000

/** Closed lots as CSV, one line each, in order of closing. Times are UTC, money is in the currency of its line. */
export function gainsCsv({ gains }: Pick<AccountingReport, 'gains'>): string {
  return csvText(
    [
      'instrument',
      'direction',
      'quantity',
      'opened',
      'closed',
      'holding_days',
      'cost',
      'proceeds',
      'fees',
      'gain',
      'currency',
      'open_fill',
      'close_fill',
      'closed_by',
    ],
    gains.map((gain) => [
      gain.instrument.id,
      gain.direction,
      amountText(gain.quantity),
      gain.opened === undefined ? '' : isoTime(gain.opened.timeMs),
      isoTime(gain.closed.timeMs),
      gain.holdingMs === undefined ? '' : (gain.holdingMs / DAY_MS).toFixed(4),
      amountText(gain.cost),
      amountText(gain.proceeds),
      amountText(gain.fees),
      amountText(gain.gain),
      gain.currency,
      gain.opened?.fillId ?? '',
      gain.closed.fillId,
      gain.closed.by,
    ]),
  )
}

/** Open lots as CSV, oldest first in each holding. */
export function openLotsCsv({ open }: Pick<AccountingReport, 'open'>): string {
  return csvText(
    ['instrument', 'direction', 'quantity', 'opened', 'cost', 'fees', 'currency', 'open_fill'],
    open.map((lot) => [
      lot.instrument.id,
      lot.direction,
      amountText(lot.quantity),
      isoTime(lot.timeMs),
      amountText(lot.cost),
      amountText(lot.fee),
      lot.currency,
      lot.fillId,
    ]),
  )
}
