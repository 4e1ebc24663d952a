import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clientOrderId, readClientOrderId, sessionCode } from './client-order-id.ts'

test('a name says session, order and revision again, however often the order was replaced', () => {
  const order = fc.integer({ min: 1, max: 36 ** 7 - 1 })
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }),
      order,
      fc.integer({ min: 0, max: 36 ** 4 - 1 }),
      (session, id, revision) => {
        const name = clientOrderId(session, id, revision)
        expect(readClientOrderId(name)).toEqual({ sessionCode: sessionCode(session), orderId: id, revision })
        // Kraken takes 18 characters of a free name, the others more.
        expect(name.length).toBeLessThanOrEqual(18)
      },
    ),
  )
  expect(clientOrderId('s', 2, 36 ** 2 - 1)).toHaveLength(16)
})

test.each(['', 'k', 'x0000000000000000', 'kABCDEF000000000', 'k0000000000000000000'])(
  'no name of ours: "%s"',
  (name) => {
    expect(readClientOrderId(name)).toBeUndefined()
  },
)
