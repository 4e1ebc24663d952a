import { expect, test } from 'vitest'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, World } from './session-world.ts'

const BRACKET = barActor(({ bracket, instrument }, bar) => {
  if (bar !== 1) return
  bracket({
    entry: { instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 99 },
    stop: { triggerPrice: 95 },
    target: { limitPrice: 120 },
  })
})

const guardAlarms = ({ events }: World): string[] =>
  events.flatMap((event) => (event.kind === 'alarm' && event.code === 'LIVE_GUARD' ? [event.message] : []))

const BARE =
  /^Nothing stops the loss of 1 of 1 BTC-USDT-PERP\.TEST long of \S+: its stop at 95 \(order 2\) is not at the venue: .+ It is put back/

async function withEntry(world: World) {
  const session = await world.open()
  await world.minute(session, 100)
  return session
}

const fillEntry = ({ gateway }: World): void => gateway.fill(gateway.received[0]?.clientOrderId ?? '')

async function takeOffTheVenue({ gateway }: World): Promise<void> {
  for (const { venueOrderId, clientOrderId } of await gateway.openOrders()) {
    await gateway.cancelOrder({ instrument: PERPETUAL, venueOrderId, clientOrderId } as never)
  }
}

test('an entry that fills while the session is halted has no stop, which whoever resumes is told', async () => {
  using world = new World('live', PERPETUAL, BRACKET)
  const session = await withEntry(world)
  world.isHalted = true
  fillEntry(world)
  await world.quiet()
  expect(guardAlarms(world)).toEqual([])
  world.isHalted = false
  session.command('resume', 'looked at')
  expect(guardAlarms(world)).toEqual([expect.stringMatching(BARE)])
  expect(guardAlarms(world)[0]).toContain('the session was halted from outside')
  await session.stop()
})

test('a stop that a halt took off the venue is missed', async () => {
  using world = new World('live', PERPETUAL, BRACKET)
  const session = await withEntry(world)
  fillEntry(world)
  await world.quiet()
  expect((await world.gateway.openOrders()).map(({ type }) => type)).toContain('stop-market')
  world.isHalted = true
  await takeOffTheVenue(world)
  await world.quiet()
  world.isHalted = false
  session.command('resume', 'looked at')
  expect(guardAlarms(world)).toEqual([expect.stringMatching(BARE)])
  await session.stop()
})

test('and by a session that is started again after it', async () => {
  using world = new World('live', PERPETUAL, BRACKET)
  const session = await withEntry(world)
  world.isHalted = true
  fillEntry(world)
  await world.quiet()
  await session.suspend()
  world.crash()
  world.isHalted = false
  const again = await world.open()
  expect(guardAlarms(world)).toEqual([expect.stringMatching(BARE)])
  await again.stop()
})

test('no alarm of a position that has its stop, that was closed, or whose stop its strategy took back', async () => {
  const actor = barActor(({ bracket, cancel, openOrders, target, submit, instrument }, bar) => {
    if (bar === 1) {
      bracket({
        entry: { instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 99 },
        stop: { triggerPrice: 95 },
        target: { limitPrice: 120 },
      })
    }
    // The first position lost its stop and is closed; the next one never had one.
    if (bar === 2) target(instrument, { quantity: 0 })
    if (bar === 3) target(instrument, { quantity: 1 })
    if (bar === 4) submit({ instrument, side: 'sell', quantity: 1, type: 'stop-market', triggerPrice: 90 })
    if (bar === 5) for (const order of openOrders(instrument)) cancel(order)
  })
  using world = new World('live', PERPETUAL, actor)
  const session = await withEntry(world)
  world.isHalted = true
  fillEntry(world)
  await world.quiet()
  world.isHalted = false
  for (let bar = 2; bar <= 5; bar++) {
    await world.minute(session, 100)
    session.command('resume', `bar ${bar}`)
    await world.quiet()
  }
  expect(world.gateway.lots[PERPETUAL.id]).toBe(1_000)
  expect(guardAlarms(world)).toEqual([])
  await session.stop()
})
