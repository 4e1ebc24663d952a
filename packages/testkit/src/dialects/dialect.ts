import type { SeenRequest } from '../history/fault.ts'
import type { RecordedMarket } from '../history/recorded-market.ts'

/** What a dialect needs of the exchange. */
export interface ExchangeState {
  readonly market: RecordedMarket
  readonly nowMs: number
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Alters the rows of an answer; what a fault schedule asks for. */
export type RowChange = <Row>(rows: readonly Row[]) => readonly Row[]

/** The REST protocol of a venue, as far as history needs it: paths, page sizes, order of rows, inclusive ends. */
export interface Dialect {
  answer(state: ExchangeState, request: SeenRequest, change: RowChange): Answer
}

export function json(value: unknown, status = 200): Answer {
  return { status, headers: {}, body: JSON.stringify(value) }
}

/** A whole number of the query. */
export function wholeOf({ query }: SeenRequest, name: string, fallback: number): number {
  const text = query[name]
  return text === undefined ? fallback : Number(text)
}
