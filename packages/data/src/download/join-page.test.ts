import { DataError } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HistoryRow } from './history-kind.ts'
import type { HistoryPage } from './history-source.ts'
import { PageJoiner } from './join-page.ts'

const START = Date.UTC(2024, 0, 1)
const HOUR_MS = 3_600_000
const BARS = { venue: 'test', instrument: 'BTC-USDT.TEST', kind: 'bars', timeframe: '1h' } as const
const TRADES = { venue: 'test', instrument: 'BTC-USDT.TEST', kind: 'trades' } as const

const at = (hour: number): number => START + hour * HOUR_MS
const bar = (hour: number, close = 100 + hour): HistoryRow => [at(hour), 100, 300, 50, close, hour]
const page = (from: number, to: number, rows: readonly HistoryRow[]): HistoryPage => ({
  fromMs: at(from),
  toMs: at(to),
  rows,
})
const bars = (...hours: readonly number[]): HistoryRow[] => hours.map((hour) => bar(hour))

function refusalOf(run: () => unknown): DataError {
  try {
    run()
  } catch (error) {
    if (error instanceof DataError) return error
    throw error
  }
  throw new Error('expected a refusal')
}

describe('bars', () => {
  const joined = (): PageJoiner => {
    const joiner = new PageJoiner(BARS, at(0))
    joiner.join(page(0, 3, bars(0, 1, 2)))
    return joiner
  }

  test('a page that repeats the last row adds the others', () => {
    expect(joined().join(page(2, 5, bars(2, 3, 4)))).toEqual({ rows: bars(3, 4), repeated: 0 })
  })

  test('a page that begins where the last one ended needs no repeat', () => {
    expect(joined().join(page(3, 5, bars(3, 4))).rows).toEqual(bars(3, 4))
  })

  test('a page without rows covers its time', () => {
    const joiner = joined()
    joiner.join(page(3, 9, []))
    expect(joiner.join(page(9, 11, bars(9, 10))).rows).toEqual(bars(9, 10))
  })

  test.each([
    [
      'a shared row that differs',
      page(2, 5, [bar(2, 77), ...bars(3, 4)]),
      'DATA_PAGE_OVERLAP',
      /was 100, 300, 50, 102, 2/,
    ],
    ['a shared row that is absent', page(2, 5, bars(3, 4)), 'DATA_PAGE_JOIN', /lacks the row of 2024-01-01T02/],
    ['one of two shared rows absent', page(1, 5, bars(2, 3)), 'DATA_PAGE_OVERLAP', /which was not there|lacks/],
    ['time that no page covers', page(4, 6, bars(4, 5)), 'DATA_PAGE_JOIN', /the pages before it end at 2024-01-01T03/],
    ['rows out of order', page(3, 6, bars(4, 3)), 'DATA_PAGE_ORDER', /back in time to the row of 2024-01-01T03/],
    ['a row before its beginning', page(3, 6, bars(0, 3)), 'DATA_PAGE_ORDER', /back in time/],
    ['a row beyond its end', page(3, 5, bars(3, 5)), 'DATA_PAGE_ORDER', /lies beyond its end/],
    ['one time with two contents', page(3, 5, [bar(3), bar(3, 60)]), 'DATA_PAGE_OVERLAP', /two different rows/],
    ['no progress', page(2, 3, bars(2)), 'DATA_PAGE_JOIN', /does not lead beyond/],
    ['a row without a time', page(3, 5, [[Number.NaN, 1, 1, 1, 1, 1]]), 'DATA_PAGE_ROW', /no usable time/],
  ])('%s is refused, and changes nothing', (_, bad, code, message) => {
    const joiner = joined()
    const error = refusalOf(() => joiner.join(bad))
    expect(error).toMatchObject({ code, retry: 'safe', meta: { venue: 'test', instrument: 'BTC-USDT.TEST' } })
    expect(error.message).toMatch(message)
    expect(error.message).toMatch(/^test, BTC-USDT.TEST bars 1h: the page from .* Nothing of this page was stored\.$/)
    expect(joiner.join(page(2, 5, bars(2, 3, 4))).rows).toEqual(bars(3, 4))
  })

  test('the first page is compared with the rows of an earlier download', () => {
    const joiner = new PageJoiner(BARS, at(3), [bar(2, 55)])
    expect(refusalOf(() => joiner.join(page(2, 5, bars(2, 3)))).code).toBe('DATA_PAGE_OVERLAP')
    expect(joiner.join(page(2, 5, [bar(2, 55), bar(3)])).rows).toEqual(bars(3))
  })
})

describe('trades', () => {
  const trade = (id: number, timeMs: number, price = 10): HistoryRow => [timeMs * 1_000, id, price, 1, 1]
  const known = [trade(7, START + 5), trade(8, START + 5)]
  const start = (): PageJoiner => new PageJoiner(TRADES, START + 5, known)
  const from = (toMs: number, rows: readonly HistoryRow[], idsAreConsecutive = true): HistoryPage => ({
    fromMs: START + 5,
    toMs,
    rows,
    idsAreConsecutive,
  })

  test('a page may begin with any of the trades of the last instant', () => {
    for (const shared of [known, known.slice(1)]) {
      const rows = [...shared, trade(9, START + 5), trade(10, START + 9)]
      expect(start().join(from(START + 9, rows)).rows).toEqual(rows.slice(-2))
    }
  })

  test.each([
    ['ids that leave one out', [trade(8, START + 5), trade(10, START + 9)], 'DATA_PAGE_JOIN', /between 8 and 10/],
    ['a shared trade that differs', [trade(8, START + 5, 11), trade(9, START + 9)], 'DATA_PAGE_OVERLAP', /trade 8/],
    ['no shared trade', [trade(9, START + 5)], 'DATA_PAGE_JOIN', /lacks trade 8/],
    [
      'ids that go back',
      [trade(8, START + 5), trade(10, START + 6), trade(9, START + 7)],
      'DATA_PAGE_ORDER',
      /trade 9/,
    ],
    [
      'times that go back',
      [trade(8, START + 5), trade(9, START + 8), trade(10, START + 6)],
      'DATA_PAGE_ORDER',
      /trade 10/,
    ],
  ])('%s are refused', (_, rows, code, message) => {
    const error = refusalOf(() => start().join(from(START + 9, rows)))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(message)
  })
})

/** A venue's true rows, cut into pages that overlap by one, then perhaps spoilt in one place. */
const history = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 60 }), fc.integer({ min: 2, max: 9 }))
  .map(([steps, size]) => {
    let hour = 0
    const rows = steps.map((step) => bar((hour += step)))
    const pages: HistoryPage[] = []
    for (let from = 0; from < hour + 1; from += size - 1) {
      const to = Math.min(from + size, hour + 1)
      pages.push(
        page(
          from,
          to,
          rows.filter(([time = 0]) => time >= at(from) && time < at(to)),
        ),
      )
      if (to === hour + 1) break
    }
    return { rows, pages }
  })

function joinAll(pages: readonly HistoryPage[]): HistoryRow[] {
  const joiner = new PageJoiner(BARS, at(0))
  return pages.flatMap((each) => joiner.join(each).rows)
}

describe('any history in any pages', () => {
  test('joins to itself, each row once', () => {
    fc.assert(
      fc.property(history, ({ rows, pages }) => {
        expect(joinAll(pages)).toEqual(rows)
      }),
    )
  })

  test('rows sent twice change nothing', () => {
    const twice = (pages: readonly HistoryPage[]): HistoryPage[] =>
      pages.map((each) => ({ ...each, rows: each.rows.flatMap((row) => [row, row]) }))
    fc.assert(
      fc.property(history, ({ rows, pages }) => {
        expect(joinAll(twice(pages))).toEqual(rows)
      }),
    )
  })

  test('whatever a page is turned into, joined rows are in order, once, and of the venue; else it is refused', () => {
    const spoil = fc.tuple(fc.nat(), fc.nat(), fc.constantFrom('drop', 'alter', 'move', 'swap', 'skip', 'repeat'))
    fc.assert(
      fc.property(history, spoil, ({ rows, pages }, [which, where, how]) => {
        const spoilt = pages.flatMap((each, i) => (i === which % pages.length ? spoiltPage(each, where, how) : [each]))
        let joined: readonly HistoryRow[]
        try {
          joined = joinAll(spoilt)
        } catch (error) {
          expect(error).toBeInstanceOf(DataError)
          return
        }
        for (let i = 1; i < joined.length; i++) expect(joined[i]?.[0]).toBeGreaterThan(joined[i - 1]?.[0] as number)
        // A single page can only lie about rows that no other page shows.
        const shared = rows.filter(
          ([time = 0]) => pages.filter((each) => each.fromMs <= time && time < each.toMs).length > 1,
        )
        const found = new Map(joined.map((row) => [row[0], row]))
        for (const row of shared) expect(found.get(row[0])).toEqual(row)
      }),
      { numRuns: 500 },
    )
  })
})

function spoiltPage(given: HistoryPage, where: number, how: string): HistoryPage[] {
  const { rows } = given
  const i = where % Math.max(1, rows.length)
  const row = rows[i]
  if (how === 'skip') return []
  if (how === 'repeat') return [given, given]
  if (row === undefined) return [given]
  if (how === 'drop') return [{ ...given, rows: rows.toSpliced(i, 1) }]
  if (how === 'alter') return [{ ...given, rows: rows.with(i, row.with(4, -1)) }]
  if (how === 'move') return [{ ...given, rows: rows.map(([time = 0, ...rest]) => [time - HOUR_MS, ...rest]) }]
  return [{ ...given, rows: rows.toReversed() }]
}
