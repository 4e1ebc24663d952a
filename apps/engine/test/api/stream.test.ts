import { type SessionEvent, sessionEventSchema } from '@kestrel/contracts'
import { expect, test } from 'vitest'
import { writeAccess } from '../../src/api/auth/access-file.ts'
import { EventRing } from '../../src/api/stream/event-ring.ts'
import { FakeSession, orderOf, T0 } from './fake-session.ts'
import { ask, bearer, runApi, VIEWER_TOKEN } from './running-api.ts'
import { readStream } from './stream-reader.ts'
import { join } from 'node:path'

function orderEvent(n: number, sessionId = 'demo-live'): SessionEvent {
  return { kind: 'order', sessionId, timeMs: T0 + n, data: orderOf(n) }
}

function ringOf(mostEvents: number, mostCharacters = 1e9): EventRing {
  return new EventRing({ boot: 'boot1', mostEvents, mostCharacters, redact: (text) => text })
}

test('events arrive with ids and kinds, as their schema says', async () => {
  await using api = await runApi()
  const reader = await readStream(api)
  expect(reader.headers['content-type']).toContain('text/event-stream')
  expect(reader.headers['cache-control']).toBe('no-store')
  const [ready] = await reader.events(1)
  expect(ready?.event).toBe('ready')
  api.registry.publish(orderEvent(1))
  api.registry.publish(orderEvent(2))
  const [, first, second] = await reader.events(3)
  expect(sessionEventSchema.parse(first?.data)).toEqual(orderEvent(1))
  expect([first?.event, second?.data.data.clientOrderId]).toEqual(['order', 'k2'])
  expect(second?.id?.split('-')[0]).toBe(first?.id?.split('-')[0])
  reader.close()
})

test('a reader that comes back with its last id gets what it missed, once and in order', async () => {
  await using api = await runApi()
  const first = await readStream(api)
  api.registry.publish(orderEvent(1))
  const lastId = (await first.events(2))[1]?.id ?? ''
  first.close()
  await first.ended
  for (const n of [2, 3, 4]) api.registry.publish(orderEvent(n))
  const second = await readStream(api, '/api/v1/stream', { 'last-event-id': lastId })
  api.registry.publish(orderEvent(5))
  const events = await second.events(4)
  expect(events.map(({ data }) => data.data.clientOrderId)).toEqual(['k2', 'k3', 'k4', 'k5'])
  second.close()
})

test('a reader from before a restart is told that events were lost, and follows from there', async () => {
  await using api = await runApi()
  const reader = await readStream(api, '/api/v1/stream', { 'last-event-id': '0123456789abcdef-41' })
  api.registry.publish(orderEvent(1))
  const [lost, next] = await reader.events(2)
  expect([lost?.event, lost?.data]).toEqual(['lost', { reason: 'restarted', missed: null }])
  expect(next?.data.data.clientOrderId).toBe('k1')
  reader.close()
})

test('a reader of one session sees no other, and resumes past the others', async () => {
  await using api = await runApi()
  api.registry.add(new FakeSession('second'))
  const reader = await readStream(api, '/api/v1/stream?session=second')
  for (const n of [1, 2]) api.registry.publish(orderEvent(n))
  api.registry.publish(orderEvent(3, 'second'))
  const [, only] = await reader.events(2)
  expect(only?.data.sessionId).toBe('second')
  reader.close()
  expect((await ask(api, '/api/v1/stream?session=third')).status).toBe(404)
})

test('the end of the server ends its readers', async () => {
  const api = await runApi()
  const reader = await readStream(api)
  await reader.events(1)
  await api.server.close()
  await reader.ended
})

test('a guarded stream asks for a login', async () => {
  await using api = await runApi({ guarded: true })
  expect((await readStream(api)).status).toBe(401)
  const reader = await readStream(api, '/api/v1/stream', bearer(VIEWER_TOKEN))
  expect(reader.status).toBe(200)
  reader.close()
})

test('a token that is taken away is out at the next request', async () => {
  await using api = await runApi({ guarded: true })
  const path = join(api.folder, 'access.json')
  await writeAccess(path, { version: 1, users: [], tokens: [{ name: 'x', role: 'viewer', sha256: '0'.repeat(64) }] })
  expect((await ask(api, '/api/v1/sessions', { headers: bearer(VIEWER_TOKEN) })).status).toBe(401)
})

test('the ring keeps the newest events and counts those that it dropped', () => {
  const ring = ringOf(3)
  for (let n = 1; n <= 10; n++) ring.append(orderEvent(n))
  expect(ring.lastId).toBe('boot1-10')
  const names = (lastId: string): number[] => ring.after(lastId).entries.map(({ sequence }) => sequence)
  expect(names('boot1-7')).toEqual([8, 9, 10])
  expect(names('boot1-9')).toEqual([10])
  expect(ring.after('boot1-10')).toEqual({ entries: [], lost: undefined })
  expect(ring.after('boot1-6').lost).toEqual({ reason: 'too-old', missed: 4 })
  expect(ring.after('boot1-11').lost?.reason).toBe('unknown-id')
  expect(ring.after('boot2-9').lost?.reason).toBe('restarted')
  expect(ring.after('nonsense').lost?.reason).toBe('unknown-id')
})

test('the ring is bounded in size as well, and keeps at least the newest event', () => {
  const ring = ringOf(1_000, 100)
  ring.append(orderEvent(1))
  ring.append(orderEvent(2))
  expect(ring.after('boot1-1').entries).toHaveLength(1)
  expect(ring.after('boot1-0').lost?.reason).toBe('too-old')
})
