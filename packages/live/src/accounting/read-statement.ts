import { DataError, type Instrument, type TimeMs } from '@kestrel/core'
import { amountOf } from './amount.ts'
import { csvCells } from './csv-text.ts'

/** One line of a venue's statement. */
export interface StatementRow {
  /** Where it stands, for messages: `line 7`. */
  readonly where: string
  /** Undefined where the statement names no trade. */
  readonly fillId: string | undefined
  readonly instrument: Instrument
  readonly side: 'buy' | 'sell'
  readonly quantity: string
  readonly price: string
  readonly fee: { readonly currency: string; readonly amount: string } | undefined
  readonly timeMs: TimeMs
}

/** Names of the columns of a statement. */
export interface StatementColumns {
  readonly fillId?: string
  readonly instrument: string
  readonly side: string
  readonly quantity: string
  readonly price: string
  /** A number, or a number with its currency behind it. */
  readonly fee?: string
  readonly feeCurrency?: string
  /** Epoch ms or s, ISO 8601, or `2024-05-01 12:00:00` in UTC. */
  readonly time: string
}

/**
 * Lines of a venue's CSV of trades.
 *
 * @param instrumentOf - the instrument of a venue's symbol; undefined leaves the line out
 * @throws DataError `STATEMENT_COLUMN`, `STATEMENT_CELL` naming line and column
 */
export function readStatement(
  text: string,
  columns: StatementColumns,
  instrumentOf: (symbol: string) => Instrument | undefined,
): readonly StatementRow[] {
  const [names = [], ...lines] = csvCells(text)
  const places = new Map(names.map((name, index) => [name.trim(), index]))
  for (const name of Object.values(columns)) {
    if (typeof name === 'string' && !places.has(name)) throw noColumn(name, names)
  }
  return lines.flatMap((cells, index) => {
    const where = `line ${index + 2}`
    const cell = (name: string | undefined): string => cells[places.get(name ?? '') ?? -1]?.trim() ?? ''
    const instrument = instrumentOf(cell(columns.instrument))
    if (instrument === undefined) return []
    const fillId = cell(columns.fillId)
    return [
      {
        where,
        fillId: fillId === '' ? undefined : fillId,
        instrument,
        side: sideOf(cell(columns.side), where),
        quantity: numberOf(cell(columns.quantity), where, columns.quantity).amount,
        price: numberOf(cell(columns.price), where, columns.price).amount,
        fee: feeOf(cell(columns.fee), cell(columns.feeCurrency), where, columns.fee),
        timeMs: timeOf(cell(columns.time), where),
      },
    ]
  })
}

function sideOf(text: string, where: string): 'buy' | 'sell' {
  const side = text.toLowerCase()
  if (side === 'buy' || side === 'sell') return side
  throw badCell(where, 'side', text)
}

/** `0.5`, `1,234.5` or `0.5BTC`: the number and what stands behind it. */
function numberOf(text: string, where: string, column: string): { readonly amount: string; readonly unit: string } {
  const match = /^([+-]?[\d,]+(?:\.\d+)?)\s*([A-Z0-9]*[A-Z][A-Z0-9]*)?$/.exec(text)
  if (match === null) throw badCell(where, column, text)
  return { amount: (match[1] ?? '').replaceAll(',', ''), unit: match[2] ?? '' }
}

function feeOf(text: string, currency: string, where: string, column = 'fee'): StatementRow['fee'] {
  if (text === '') return undefined
  const { amount, unit } = numberOf(text, where, column)
  const found = currency === '' ? unit : currency
  if (found !== '') return { currency: found, amount }
  if (amountOf(amount) === 0n) return undefined
  throw badCell(where, column, `${text} (without a currency)`)
}

function timeOf(text: string, where: string): TimeMs {
  if (/^\d{13}$/.test(text)) return Number(text)
  if (/^\d{10}$/.test(text)) return Number(text) * 1000
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:\d{2})?$/.exec(text)
  const timeMs = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}${match[3] ?? 'Z'}`)
  if (Number.isFinite(timeMs)) return timeMs
  throw badCell(where, 'time', text)
}

function noColumn(name: string, names: readonly string[]): DataError {
  return new DataError({
    code: 'STATEMENT_COLUMN',
    message: `The statement has no column "${name}".`,
    hint: `It has: ${names.join(', ')}.`,
    meta: { name },
  })
}

function badCell(where: string, column: string, text: string): DataError {
  return new DataError({
    code: 'STATEMENT_CELL',
    message: `${where} of the statement: "${text}" cannot be read as ${column}.`,
    meta: { where, column, text },
  })
}
