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
}
