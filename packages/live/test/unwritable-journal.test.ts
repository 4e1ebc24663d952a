import { expect, test, vi } from 'vitest'
import { Journal } from '../src/index.ts'
import { PERPETUAL, World } from './session-world.ts'

test('what cannot be written down is not sent, and half a step does not remain', async () => {
  using world = new World()
  const session = await world.open()
  await world.minute(session, 100)
  expect(world.gateway.received).toHaveLength(1)
  const full = vi.spyOn(Journal.prototype, 'commit').mockImplementation(() => {
    throw new Error('database or disk is full')
  })
  await world.minute(session, 101)
  full.mockRestore()
  expect(session.state).toBe('failed')
  expect(world.gateway.received).toHaveLength(1)
  expect(world.events).toContainEqual(expect.objectContaining({ kind: 'alarm', code: 'LIVE_SESSION_FAILED' }))
  // It takes no more, and says nothing of it a second time.
  await world.minute(session, 102)
  await session.stop()
  world.crash()

  const again = await world.open()
  const { desk, ledger } = again.core.kernel
  expect([desk.fills.count, ledger.lots[0]]).toEqual([1, 1_000])
  await world.minute(again, 103)
  expect(world.gateway.received).toHaveLength(2)
  await again.stop()
})

test('the dead-man timer is for sessions that died: it is taken off by whoever leaves', async () => {
  using world = new World('live', PERPETUAL)
  const armed: number[] = []
  Object.assign(world.gateway, {
    abilities: { ...world.gateway.abilities, hasDeadManTimer: true },
    armDeadManTimer: async (timeoutMs: number) => void armed.push(timeoutMs),
  })
  const session = await world.open({ ...world.setup, deadManMs: 60_000 })
  await session.suspend()
  expect(armed).toEqual([60_000, 0])
})
