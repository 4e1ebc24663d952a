import { expect, test } from 'vitest'
import { type DecisionMode, DecisionLog } from './decision-log.ts'

function record(mode: DecisionMode): unknown[] {
  const log = new DecisionLog(mode)
  log.explain({ why: 'quiet' })
  log.endCallback(1, 's', 'A-B.TEST')
  log.explain({ why: 'trade' })
  log.ordered(7)
  log.endCallback(2, 's', 'A-B.TEST')
  log.ordered(8)
  log.endCallback(3, 's', 'A-B.TEST')
  return log.records().map(({ tsMs, values, orderIds }) => [tsMs, values['why'], orderIds])
}

test('keeps what an order followed, an unexplained order included', () => {
  expect(record('changed')).toEqual([
    [2, 'trade', [7]],
    [3, undefined, [8]],
  ])
})

test('keeps everything when told so, and nothing when told so', () => {
  expect(record('all')).toEqual([
    [1, 'quiet', []],
    [2, 'trade', [7]],
    [3, undefined, [8]],
  ])
  expect(record('none')).toEqual([])
})

test('gives back values of every kind as they were', () => {
  const log = new DecisionLog('all')
  const values = {
    n: 0.1,
    nan: Number.NaN,
    yes: true,
    no: false,
    text: 'flat',
    empty: '',
    none: undefined,
    list: [1, 'a'],
    nil: null,
  }
  log.explain(values)
  log.endCallback(5, 's', undefined)
  expect(log.records()).toEqual([{ tsMs: 5, strategy: 's', instrumentId: undefined, values, orderIds: [] }])
})

test('an object that a strategy uses again keeps what it said each time', () => {
  const log = new DecisionLog('all')
  const reused = { n: 1 }
  log.explain(reused)
  log.endCallback(1, 's', 'A-B.TEST')
  reused.n = 2
  log.explain(reused)
  log.endCallback(2, 's', 'A-B.TEST')
  expect(log.records().map(({ values }) => values['n'])).toEqual([1, 2])
})

test('keeps long runs and long explanations whole', () => {
  const log = new DecisionLog('all')
  const many = Object.fromEntries(Array.from({ length: 6_000 }, (_, i) => [`key ${i}`, i]))
  for (let i = 0; i < 5_000; i++) {
    log.explain(i === 2_500 ? many : { i, text: `text ${i % 7}` })
    log.endCallback(i, 's', 'A-B.TEST')
  }
  const records = log.records()
  expect(records.map(({ tsMs }) => tsMs)).toEqual(Array.from({ length: 5_000 }, (_, i) => i))
  expect(records.filter(({ values, tsMs }) => values['i'] !== tsMs || values['text'] !== `text ${tsMs % 7}`)).toEqual([
    expect.objectContaining({ tsMs: 2_500, values: many }),
  ])
})
