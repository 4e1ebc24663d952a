import { expect, test } from 'vitest'
import { holdingDifferences, RECONCILE_RULES } from './difference.ts'

const adopting = { ...RECONCILE_RULES, positions: 'adopt' } as const
const held = (lots: number) => ({ positions: lots === 0 ? {} : { 'BTC-USDT-PERP.TEST net': lots }, balances: {} })

test.each([
  ['a position beside its own', 10, 15, 'adopted'],
  ['a position where it has none', 0, -5, 'adopted'],
  ['its own position, closed', 10, 0, 'refused'],
  ['a part of its own position', 10, 4, 'refused'],
  ['the other side of its own position', -10, 3, 'refused'],
])('%s, where positions may be adopted', (_, own, found, verdict) => {
  const differences = holdingDifferences('TEST', held(0), held(own), held(found), adopting)
  expect(differences.map((each) => each.verdict)).toEqual([verdict])
})
