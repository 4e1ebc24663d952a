import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { ApprovedOrder, OrderState, VenueEvents } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { ActionLog } from '../src/session/action-log.ts'
import { LiveVenue, type LiveVenueSession } from '../src/session/live-venue.ts'
import { PERPETUAL } from './session-world.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

test('of orders that have ended a venue remembers some two thousand', async () => {
  const become =
    (state: OrderState) =>
    (order: { state: OrderState }): void => {
      order.state = state
    }
  const events = { accepted: become('accepted'), cancelled: become('cancelled') } as unknown as VenueEvents
  const session: LiveVenueSession = {
    orderNames: 'test',
    actions: new ActionLog(() => undefined),
    isHedged: false,
    strategyName: () => 'test',
    heldBy: () => 0,
    needsCoins: () => false,
  }
  const account = { rateOf: () => 1, quoteRate: () => 1 } as unknown as ConstructorParameters<typeof LiveVenue>[1]
  const venue = new LiveVenue(events, account, session)
  const orders: WeakRef<object>[] = []
  const placeAndCancel = (orderId: number): void => {
    const terms = { instrument: PERPETUAL, side: 'buy', type: 'limit', timeInForce: 'GTC', expireTimeMs: Infinity }
    const size = { quantityLots: 1, filledLots: 0, limitTicks: 1, triggerTicks: Number.NaN, special: {}, tag: '' }
    const order = { orderId, ...terms, ...size, state: 'submitted' } as unknown as ApprovedOrder
    orders.push(new WeakRef(order))
    venue.submit(order, 0)
    venue.hear(orderId, { kind: 'accepted' }, 0)
    venue.hear(orderId, { kind: 'cancelled', reason: 'test' }, 0)
  }
  for (let id = 1; id <= 5_000; id++) placeAndCancel(id)
  session.actions.take()
  await new Promise((resolve) => setTimeout(resolve, 10))
  collectGarbage()
  expect(orders.filter((each) => each.deref() !== undefined).length).toBeLessThan(2_500)
  expect(venue.openOrders()).toEqual([])
})
