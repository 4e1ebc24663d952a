import { describe, expect, test } from 'vitest'
import { checkKeys, knownKeys } from './request-keys.ts'

const KNOWN = knownKeys('instrument', 'quantity', 'limitPrice', 'triggerPrice', 'timeInForce', 'reduceOnly')

describe('a request with a field that nothing reads', () => {
  test.each([
    ['reduceonly', 'Did you mean reduceOnly?'],
    ['reduce_only', 'Did you mean reduceOnly?'],
    ['limitPrcie', 'Did you mean limitPrice?'],
    ['quanttity', 'Did you mean quantity?'],
    ['stopPrice', 'Did you mean triggerPrice?'],
    ['tif', 'Did you mean timeInForce?'],
    ['colour', 'Known are instrument, quantity, limitPrice, triggerPrice, timeInForce, reduceOnly.'],
  ])('%s', (field, hint) => {
    expect(() => checkKeys({ quantity: 1, [field]: 1 }, KNOWN, 'An order')).toThrow(
      expect.objectContaining({ code: 'KERNEL_ORDER_REQUEST', hint, meta: { field } }),
    )
  })

  test('fields that are known pass, stated or not', () => {
    checkKeys({ quantity: 1, limitPrice: undefined }, KNOWN, 'An order')
    expect(() => checkKeys({ constructor: 1 }, KNOWN, 'An order')).toThrow('"constructor"')
  })
})
