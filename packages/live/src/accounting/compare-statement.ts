import type { AccountFill } from './account-fill.ts'
import { type Amount, amountOf, amountText, times } from './amount.ts'
import type { StatementRow } from './read-statement.ts'

/** One thing in which our fills and the venue's statement differ. */
export interface StatementDifference {
  /** `missing-here`: only in the statement; `missing-there`: only ours. */
  readonly kind: 'missing-here' | 'missing-there' | 'differs'
  readonly instrumentId: string
  /** The venue's id, or the line of the statement. */
  readonly name: string
  readonly field: 'fill' | 'side' | 'quantity' | 'price' | 'fee' | 'time'
  readonly ours: string
  readonly theirs: string
}

/** Sums of one instrument on both sides. */
interface InstrumentSums {
  readonly instrumentId: string
  readonly ours: { readonly fills: number; readonly quantity: Amount; readonly turnover: Amount }
  readonly theirs: { readonly fills: number; readonly quantity: Amount; readonly turnover: Amount }
}

export interface StatementComparison {
  readonly isEqual: boolean
  /** Fills found on both sides. */
  readonly matched: number
  readonly differences: readonly StatementDifference[]
  readonly sums: readonly InstrumentSums[]
}

/** Statements often state whole seconds. */
const TIME_TOLERANCE_MS = 1_000

/**
 * Holds our fills against a venue's statement and lists every difference. Fills are matched by the venue's id where the
 * statement has it, else by instrument, side, second, price and quantity; of several alike each is matched once.
 */
export function compareWithStatement(
  fills: readonly AccountFill[],
  rows: readonly StatementRow[],
): StatementComparison {
  const waiting = new Map<string, AccountFill[]>()
  const hasIds = rows.some(({ fillId }) => fillId !== undefined)
  const keyOf = (one: AccountFill | StatementRow): string =>
    hasIds ? `${one.instrument.id} ${one.fillId}` : looseKey(one)
  for (const fill of fills) waiting.set(keyOf(fill), [...(waiting.get(keyOf(fill)) ?? []), fill])
  const differences: StatementDifference[] = []
  let matched = 0
  for (const row of rows) {
    const alike = waiting.get(keyOf(row)) ?? []
    const fill = alike.shift()
    if (fill === undefined) {
      differences.push({ ...named(row), kind: 'missing-here', field: 'fill', ours: '', theirs: factsOf(row) })
    } else {
      matched += 1
      differences.push(...fieldDifferences(fill, row))
    }
  }
  for (const fill of [...waiting.values()].flat()) {
    const { instrument, fillId: name } = fill
    const base = { instrumentId: instrument.id, name, field: 'fill' as const }
    differences.push({ ...base, kind: 'missing-there', ours: factsOf(fill), theirs: '' })
  }
  return { isEqual: differences.length === 0, matched, differences, sums: sumsOf(fills, rows) }
}

function fieldDifferences(fill: AccountFill, row: StatementRow): StatementDifference[] {
  const found: StatementDifference[] = []
  const differ = (field: StatementDifference['field'], ours: string, theirs: string): void => {
    if (ours !== theirs) found.push({ ...named(row), kind: 'differs', field, ours, theirs })
  }
  differ('side', fill.side, row.side)
  differ('quantity', plain(fill.quantity), plain(row.quantity))
  differ('price', plain(fill.price), plain(row.price))
  differ('fee', feeText(fill), feeText(row))
  if (Math.abs(fill.timeMs - row.timeMs) >= TIME_TOLERANCE_MS) differ('time', String(fill.timeMs), String(row.timeMs))
  return found
}

function named(row: StatementRow): { readonly instrumentId: string; readonly name: string } {
  return { instrumentId: row.instrument.id, name: row.fillId ?? row.where }
}

function looseKey({ instrument, side, timeMs, price, quantity }: AccountFill | StatementRow): string {
  return [instrument.id, side, Math.floor(timeMs / 1000), plain(price), plain(quantity)].join(' ')
}

function factsOf({ side, quantity, price }: AccountFill | StatementRow): string {
  return `${side} ${plain(quantity)} at ${plain(price)}`
}

function feeText({ fee }: AccountFill | StatementRow): string {
  return fee === undefined || amountOf(fee.amount) === 0n ? 'none' : `${plain(fee.amount)} ${fee.currency}`
}

/** `0.10` and `0.1` are one number. */
function plain(value: string | number): string {
  return amountText(amountOf(value))
}

function sumsOf(fills: readonly AccountFill[], rows: readonly StatementRow[]): readonly InstrumentSums[] {
  const ids = [...new Set([...fills, ...rows].map(({ instrument }) => instrument.id))].sort()
  return ids.map((instrumentId) => ({ instrumentId, ours: sum(fills, instrumentId), theirs: sum(rows, instrumentId) }))
}

function sum(all: readonly (AccountFill | StatementRow)[], instrumentId: string): InstrumentSums['ours'] {
  const own = all.filter(({ instrument }) => instrument.id === instrumentId)
  const signed = own.map(({ side, quantity }) => (side === 'buy' ? amountOf(quantity) : -amountOf(quantity)))
  const turnovers = own.map(({ quantity, price }) => times(amountOf(quantity), amountOf(price)))
  return { fills: own.length, quantity: total(signed), turnover: total(turnovers) }
}

function total(amounts: readonly Amount[]): Amount {
  return amounts.reduce((a, b) => a + b, 0n)
}
