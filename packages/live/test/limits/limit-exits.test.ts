import { expect, test } from 'vitest'
import { LimitWorld, order } from './limit-world.ts'

const sell = (terms = {}) => order('sell', 1, terms)
const AT_110 = { type: 'limit', limitPrice: 110 } as const
const AT_111 = { type: 'limit', limitPrice: 111 } as const

/** Long one, and only smaller positions are let through from here on. */
async function reducing(): Promise<LimitWorld> {
  const world = await LimitWorld.open({ clockSkewMs: { at: 250, action: 'reduce' } })
  await world.minute(100, { first: order('buy', 1) })
  world.gateway.skewMs = 250
  await world.settle()
  world.gateway.skewMs = 0
  return world
}

test('two orders that close the same position at once do not turn it over', async () => {
  await using world = await reducing()
  await world.act({
    first: (context) => {
      sell({ reduceOnly: true })(context)
      sell()(context)
    },
  })
  expect([world.heldLots, world.sent]).toEqual([0, 2])
  expect(world.refusals).toEqual(['risk: only smaller positions: clocks differ by 250 ms'])
})

test.each([
  ['an order that must not open', sell({ ...AT_110, reduceOnly: true })],
  ['another one like it', sell(AT_110)],
])('what rests beside %s goes when that has closed the position', async (_, close) => {
  await using world = await LimitWorld.open({ clockSkewMs: { at: 250, action: 'reduce' } })
  await world.minute(100, { first: order('buy', 1) })
  await world.act({ first: close })
  await world.act({ first: sell(AT_111) })
  world.gateway.skewMs = 250
  await world.settle()
  expect(world.resting).toEqual(['sell limit 1000', 'sell limit 1000'])
  const [, first] = world.gateway.orders
  world.gateway.fill(first?.clientOrderId ?? '')
  await world.settle()
  expect([world.heldLots, world.resting]).toEqual([0, []])
})

test('a paused session sends nothing new that a strategy thinks of, whatever it says it does', async () => {
  await using world = await LimitWorld.open({})
  await world.minute(100, { first: order('buy', 1) })
  world.session.command('pause', 'somebody')
  await world.act({ first: sell({ ...AT_110, reduceOnly: true }) })
  expect([world.sent, world.refusals]).toEqual([1, ['the session is paused']])
})
