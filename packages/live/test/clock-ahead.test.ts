import { expect, test } from 'vitest'
import { AccountRisk, riskLimitsSchema } from '../src/index.ts'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, World } from './session-world.ts'

const BUYER = barActor(({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 1 }))

/** Sets the clock of the machine ahead of the market's. */
function setAhead({ clock }: World, byMs: number): void {
  const nowMs = clock.nowMs.bind(clock)
  Object.assign(clock, { nowMs: () => nowMs() + byMs })
}

const alarms = ({ events }: World): [string, string][] =>
  events.flatMap((event) => (event.kind === 'alarm' ? [[event.code, event.message] as [string, string]] : []))

test('bars are as late as the clock of the venue says: neither they nor limits of age keep entries back', async () => {
  const byMs = 300_000
  using world = new World('live', PERPETUAL, BUYER)
  setAhead(world, byMs)
  world.gateway.skewMs = -byMs
  const limits = riskLimitsSchema.parse({ staleDataMs: { at: 60_000 } })
  const session = await world.open(world.setup, new AccountRisk(limits, undefined, () => undefined))
  await world.minute(session, 100)
  await world.minute(session, 100)
  expect(world.gateway.received).toHaveLength(2)
  expect(alarms(world)).toEqual([])
  await session.stop()
})

test('a clock behind that of the venue hides no bar that came late', async () => {
  using world = new World('live', PERPETUAL, BUYER)
  setAhead(world, -90_000)
  world.gateway.skewMs = 90_000
  const session = await world.open()
  await world.burst(session, 3, 100)
  expect(alarms(world)).toEqual([['LIVE_BARS_LATE', expect.stringMatching(/^Bars came \d+ ms .* venue's clock/)]])
  expect(world.gateway.received).toHaveLength(1)
  await session.stop()
})

test('where nobody knows the clock of the venue, the clock of this machine is named', async () => {
  using world = new World('paper', PERPETUAL, BUYER)
  const session = await world.open()
  setAhead(world, 61_000)
  await world.minute(session, 100)
  expect(alarms(world)).toEqual([
    ['LIVE_BARS_LATE', expect.stringContaining('the clock of this machine: see that it is right')],
  ])
  expect(session.core.records().orders()).toMatchObject([{ reason: expect.stringContaining('the bar came too late') }])
  await session.stop()
})
