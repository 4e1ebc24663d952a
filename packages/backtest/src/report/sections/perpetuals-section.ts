import { moneyResult, section, table } from '../elements.ts'
import { compactNumber, minute, money, number } from '../format.ts'
import { type Html, raw } from '../html.ts'
import type { ReportModel } from '../report-model.ts'

/** Liquidations listed; more are counted. */
const LISTED = 30

/** Funding by instrument and the positions that were taken over; nothing for a run without either. */
export function perpetualsSection({ fundingSums, liquidations }: ReportModel): Html {
  if (fundingSums.length === 0 && liquidations.length === 0) return raw('')
  const parts: Html[] = []
  if (fundingSums.length > 0) {
    parts.push(
      table(
        'Funding, in the currency that each perpetual settles in',
        [
          { head: 'Instrument', text: true, cell: ({ instrumentId }) => instrumentId },
          { head: 'Net', cell: ({ received, paid }) => moneyResult(received - paid) },
          { head: 'Received', cell: ({ received }) => money(received) },
          { head: 'Paid', cell: ({ paid }) => money(paid) },
          { head: 'Currency', text: true, cell: ({ currency }) => currency },
          { head: 'Settlements', cell: ({ settlements }) => number(settlements, 0) },
          { head: 'Without mark', wide: true, cell: ({ withoutMark }) => number(withoutMark, 0) },
        ],
        fundingSums,
      ),
    )
  }
  if (liquidations.length > 0) {
    const more = liquidations.length - LISTED
    parts.push(
      table(
        more > 0 ? `The first ${LISTED} of ${liquidations.length} liquidations` : 'Liquidations',
        [
          { head: 'Time', text: true, cell: ({ timeMs }) => minute(timeMs) },
          { head: 'Instrument', text: true, cell: ({ instrumentId }) => instrumentId },
          { head: 'Side', text: true, cell: ({ side }) => side },
          { head: 'Quantity', cell: ({ quantity }) => compactNumber(quantity) },
          { head: 'Taken over at', cell: ({ price }) => compactNumber(price) },
        ],
        liquidations.slice(0, LISTED),
      ),
    )
  }
  return section('perpetuals', 'Funding and liquidation', parts)
}
