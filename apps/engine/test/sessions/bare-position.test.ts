import { afterAll, beforeAll, expect, test } from 'vitest'
import { PERPETUAL, SessionWorld } from './session-world.ts'

let world: SessionWorld
beforeAll(async () => {
  world = await SessionWorld.open()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

test('a stop that somebody takes off the exchange is put back once, and is shown as missing after that', async () => {
  const key = world.account()
  const guarded = world.strategy(
    'guarded',
    'if (n === 1) bracket({ entry: { instrument, side: "buy", quantity: 0.02 }, stop: { triggerPrice: 50000 }, target: { limitPrice: 90000 } })',
  )
  const words = `--live --key ${key} --id guarded --instrument ${PERPETUAL} --timeframe 1m --size-mode units --cash 5000`
  const session = world.start('live', guarded, ...words.split(' '), '--margin', 'cross')
  await world.follows(session, 'guarded')
  world.toMinuteEnd()
  const { exchange } = world.venue
  const stops = (): number => exchange.openOrders(key).filter(({ status }) => status === 'pending').length
  const takeAway = (): number => exchange.cancelAll(key, world.market.id, 'conditional').length
  await expect.poll(() => [world.position(key), stops()], { timeout: 20_000 }).toEqual([20, 1])
  expect(takeAway()).toBe(1)
  await expect.poll(stops, { timeout: 20_000 }).toBe(1)
  expect(takeAway()).toBe(1)
  const bare = (): string => world.status('guarded').bare?.[0]?.text ?? ''
  await expect.poll(bare, { timeout: 20_000 }).toMatch(/kestrel bot resume\.$/)
  const { code, stdout } = await world.run('bot', 'status', 'guarded')
  expect(code).toBe(0)
  expect(stdout).toMatch(/bare: Nothing stops the loss of 0\.02 of 0\.02 .* kestrel bot resume\./)
  expect((await world.json('positions', 'guarded'))['positions']).toMatchObject([{ quantity: 0.02, bare: 0.02 }])
  expect((await world.run('bot', 'list')).stdout).toContain('active, BARE')
  await world.json('bot', 'resume', 'guarded')
  await expect.poll(() => [stops(), world.status('guarded').bare?.length], { timeout: 20_000 }).toEqual([1, 0])
  session.child.kill('SIGKILL')
  await session.finished
}, 90_000)
