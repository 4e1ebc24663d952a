import { expect, test } from 'vitest'
import { isFinal, ORDER_STATES, ORDER_TRANSITIONS, stateNumber, transition } from './order-state.ts'
import type { OrderState } from './records.ts'

const states = Object.keys(ORDER_TRANSITIONS) as OrderState[]

test('every state but the first can be reached, and every state leads to a final one', () => {
  const reached = new Set<OrderState>(['created'])
  for (const state of reached) for (const next of ORDER_TRANSITIONS[state]) reached.add(next)
  expect([...reached].toSorted()).toEqual(states.toSorted())
  const ends = (state: OrderState, seen: ReadonlySet<OrderState>): boolean =>
    isFinal(state) || ORDER_TRANSITIONS[state].some((next) => !seen.has(next) && ends(next, new Set([...seen, next])))
  for (const state of states) expect(ends(state, new Set([state]))).toBe(true)
})

test('the number of a state is its place among the states', () => {
  expect(ORDER_STATES.map(stateNumber)).toEqual([...ORDER_STATES.keys()])
})

test('nothing follows a final state', () => {
  for (const from of states.filter(isFinal)) {
    for (const to of states) {
      expect(() => transition(1, from, to)).toThrow(expect.objectContaining({ code: 'KERNEL_ORDER_TRANSITION' }))
    }
  }
})

test('an order cannot fill before it was sent', () => {
  expect(() => transition(7, 'created', 'filled')).toThrow(
    'Order 7 cannot go from created to filled. Nothing was booked.',
  )
})
