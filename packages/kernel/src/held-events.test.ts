import { expect, test } from 'vitest'
import { HeldEvents } from './held-events.ts'
import type { Order } from './order.ts'

const orderOf = (orderId: number, state: string) => ({ orderId, state }) as unknown as Order

test('a change that a reply has overtaken is told once', () => {
  const told: string[] = []
  const first = orderOf(1, 'filled')
  const second = orderOf(2, 'triggered')
  const held = new HeldEvents({
    onFill({ orderId }) {
      told.push(`fill ${orderId}`)
      // The reply: the second order is cancelled, and that is told at once.
      Object.assign(second, { state: 'cancelled' })
      held.changed(second)
    },
    onOrder: ({ orderId, state }) => told.push(`${state} ${orderId}`),
  })
  held.hold()
  held.filled(first, 0)
  held.changed(second)
  held.changed(second)
  held.tell()
  expect(told).toEqual(['fill 1', 'cancelled 2'])
})

test('what is not held back is told at once, and a filled order by its fill alone', () => {
  const told: string[] = []
  const held = new HeldEvents({
    onFill: (_, fillIndex) => told.push(`fill ${fillIndex}`),
    onOrder: ({ state }) => told.push(state),
  })
  held.changed(orderOf(1, 'accepted'))
  held.hold()
  const order = orderOf(2, 'triggered')
  held.changed(order)
  Object.assign(order, { state: 'filled' })
  held.filled(order, 7)
  held.tell()
  expect(told).toEqual(['accepted', 'fill 7'])
})
