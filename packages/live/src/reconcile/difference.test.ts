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

test.each([
  ['but for its fee', 99_994.3247, []],
  ['and more', 99_900, ['balance']],
])('a position that somebody else bought is one line where the balance is what it was %s', (_, balance, more) => {
  const own = { positions: {}, balances: { USDT: 0 }, costs: {} }
  const before = { positions: {}, balances: { USDT: 99_994.9259 }, costs: {} }
  const found = { positions: { 'BTC-USDT-PERP.TEST net': 20 }, balances: { USDT: balance }, costs: { USDT: 1_202.4 } }
  const kinds = holdingDifferences('TEST', before, own, found, adopting).map(({ kind }) => kind)
  expect(kinds).toEqual(['position', ...more])
})

test('the same position at another cost explains a balance', () => {
  const place = { 'BTC-USDT-PERP.TEST net': 20 }
  const base = { positions: {}, balances: { USDT: 10_000 }, costs: {} }
  const own = { positions: place, balances: { USDT: -5 }, costs: { USDT: 1_200 } }
  const found = { positions: place, balances: { USDT: 10_095 }, costs: { USDT: 1_300 } }
  expect(holdingDifferences('TEST', base, own, found, RECONCILE_RULES)).toEqual([])
  const unexplained = { ...found, costs: { USDT: 1_200 } }
  expect(holdingDifferences('TEST', base, own, unexplained, RECONCILE_RULES)).toMatchObject([{ kind: 'balance' }])
})
