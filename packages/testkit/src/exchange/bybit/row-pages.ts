import { badParameter } from './bybit-answer.ts'
import type { BybitParams } from './bybit-params.ts'

/** A row of a list with the name and time that a page turns on. */
export interface PagedRow {
  readonly name: string
  readonly tsMs: number
  /** Made for the rows of the page only: an account may have many more. */
  readonly row: () => object
}

/**
 * One page of rows that come newest first. The cursor names the first and the last row of the page, `name:time,name:time` in
 * percent encoding; the next page begins after the last.
 */
export function pageOf(rows: readonly PagedRow[], params: BybitParams, defaultLimit: number, maxLimit: number): object {
  const limit = params.whole('limit', defaultLimit, 1, maxLimit)
  const cursor = params.text('cursor')
  const last = cursor === undefined ? undefined : decoded(cursor).split(',').at(-1)?.split(':')[0]
  const from = last === undefined ? 0 : rows.findIndex(({ name }) => name === last) + 1
  const page = rows.slice(from, from + limit)
  const first = page[0]
  const end = page.at(-1)
  const nextPageCursor =
    first === undefined || end === undefined
      ? ''
      : encodeURIComponent(`${first.name}:${first.tsMs},${end.name}:${end.tsMs}`)
  return { nextPageCursor, category: params.required('category'), list: page.map(({ row }) => row()) }
}

/** Clients send the cursor as they got it, or with its percent encoding undone. */
function decoded(cursor: string): string {
  try {
    return decodeURIComponent(cursor)
  } catch {
    throw badParameter('cursor invalid')
  }
}
