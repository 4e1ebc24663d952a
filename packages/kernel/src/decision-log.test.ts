import { expect, test } from 'vitest'
import { type DecisionMode, DecisionLog } from './decision-log.ts'

function record(mode: DecisionMode): unknown[] {
  const log = new DecisionLog(mode)
  log.explain({ why: 'quiet' })
  log.flush(1, 's', 'A-B.TEST')
  log.explain({ why: 'trade' })
  log.ordered(7)
  log.flush(2, 's', 'A-B.TEST')
  log.ordered(8)
  log.flush(3, 's', 'A-B.TEST')
  return log.records.map(({ tsMs, values, orderIds }) => [tsMs, values['why'], orderIds])
}

test('keeps what an order followed, an unexplained order included', () => {
  expect(record('changed')).toEqual([[2, 'trade', [7]], [3, undefined, [8]]])
})

test('keeps everything when told so, and nothing when told so', () => {
  expect(record('all')).toEqual([[1, 'quiet', []], [2, 'trade', [7]], [3, undefined, [8]]])
  expect(record('none')).toEqual([])
})
