import fc from 'fast-check'
import { expect, test } from 'vitest'
import { joinSpans, type TimeSpan, withoutSpans } from './time-span.ts'

const span = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 10 }))
const spans = fc.array(
  span.map(([fromMs, length]): TimeSpan => ({ fromMs, toMs: fromMs + length })),
  { maxLength: 8 },
)

/** Every instant that one of the spans holds. */
function instants(given: readonly TimeSpan[]): Set<number> {
  const all = new Set<number>()
  for (const { fromMs, toMs } of given) for (let at = fromMs; at < toMs; at++) all.add(at)
  return all
}

test('joined spans hold the same instants, lie apart and in order', () => {
  fc.assert(
    fc.property(spans, (given) => {
      const joined = joinSpans(given)
      expect(instants(joined)).toEqual(instants(given))
      for (const [i, { fromMs }] of joined.entries()) expect(fromMs).toBeGreaterThan(joined[i - 1]?.toMs ?? -1)
    }),
  )
})

test('what is left and what was taken out make the whole', () => {
  fc.assert(
    fc.property(spans, spans, (parts, [whole = { fromMs: 3, toMs: 30 }]) => {
      const left = instants(withoutSpans(whole, parts))
      const taken = instants(parts)
      expect(left).toEqual(new Set([...instants([whole])].filter((at) => !taken.has(at))))
    }),
  )
})
