import { expect, test } from 'vitest'
import { barActor } from './bar-actor.ts'
import { PERPETUAL, World } from './session-world.ts'

for (const mode of ['paper', 'live'] as const) {
  test(`${mode}: bars that closed while a session was away are played, and nothing is opened on them`, async () => {
    const seen: number[] = []
    const watcher = barActor(({ submit, instrument }, bar) => {
      seen.push(bar)
      submit({ instrument, side: 'buy', quantity: 1 })
    })
    using world = new World(mode, PERPETUAL, watcher)
    const session = await world.open()
    await world.minute(session, 100)
    await world.minute(session, 100)
    await session.suspend()
    world.crash()
    for (let bar = 0; bar < 60; bar++) world.missMinute()
    seen.length = 0
    const again = await world.open()
    await world.minute(again, 100)
    expect(seen).toEqual(Array.from({ length: 63 }, (_, i) => i + 1))
    const refused = again.core
      .records()
      .orders()
      .filter(({ reason }) => reason === 'the session was away at this bar')
    expect(refused).toHaveLength(60)
    const times = [...(again.core.kernel.feeds[0]?.columns.closeTimeMs.slice(0, 73) ?? [])]
    expect(new Set(times.map((timeMs, i) => timeMs - (times[i - 1] ?? timeMs - 60_000)))).toEqual(new Set([60_000]))
    await again.suspend()
    world.crash()
    const third = await world.open()
    expect(third.core.records().orders()).toHaveLength(63)
    await third.stop()
  })

  test(`${mode}: bars that come late in one go are played, and only the newest opens a position`, async () => {
    const actor = barActor(({ submit, position, instrument }, bar) => {
      if (bar === 1) submit({ instrument, side: 'buy', quantity: 2 })
      else if (bar === 5 && position(instrument).quantity > 0) submit({ instrument, side: 'sell', quantity: 1 })
      else if (bar > 1) submit({ instrument, side: 'buy', quantity: 0.5 })
    })
    using world = new World(mode, PERPETUAL, actor)
    const session = await world.open()
    await world.minute(session, 100)
    if (mode === 'paper') await world.minute(session, 100)
    const before = session.core.records().orders().length
    await world.burst(session, 60, 100)
    const orders = session.core.records().orders().slice(before)
    expect(orders).toHaveLength(60)
    const sent = orders.filter(({ state }) => state !== 'rejected')
    expect(sent.map(({ side, createdTimeMs }) => [side, createdTimeMs])).toEqual([
      ['sell', world.closeOf(5)],
      ['buy', world.clock.nowMs() - (world.clock.nowMs() % 60_000)],
    ])
    const alarms = world.events.flatMap((event) => (event.kind === 'alarm' ? [event.code] : []))
    expect(alarms).toEqual(['LIVE_BARS_LATE'])
    await session.stop()
  })
}
