import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { errorOf } from '../kestrel-process.ts'
import { PERPETUAL, SessionWorld } from './session-world.ts'

let world: SessionWorld
beforeAll(async () => {
  world = await SessionWorld.open()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

test('a paper session goes on after Ctrl-C and after a crash, obeys, and is compared with its backtest', async () => {
  const path = world.strategy('in-and-out', 'target(instrument, n % 2 === 1 ? 0.01 : 0)')
  const words = ['paper', path, '--id', 'desk', '--instrument', PERPETUAL, '--timeframe', '1m', '--size-mode', 'units']
  const first = world.start(...words)
  await world.follows(first, 'desk')
  expect(await first.begun).toMatchObject({ id: 'desk', mode: 'paper', synthetic: true, equity: 10_000 })
  world.toMinuteEnd()
  await expect
    .poll(() => readFileSync(world.path('desk', 'events.ndjson'), 'utf8'), { timeout: 15_000 })
    .toContain('equity')
  await world.fresh('desk')
  const [list, status, shown] = await Promise.all([
    world.json('bot', 'list'),
    world.json('bot', 'status', 'desk'),
    world.run('bot', 'list'),
  ])
  expect(list['sessions']).toMatchObject([
    { id: 'desk', mode: 'paper', synthetic: true, state: 'running', trading: 'active' },
  ])
  expect(status).toMatchObject({ id: 'desk', running: true, halted: false, synthetic: true, state: 'running' })
  expect(shown.stdout).toContain('SYNTHETIC')
  first.child.kill('SIGINT')
  expect(await first.finished).toMatchObject({ code: 0 })

  const second = world.start(...words)
  await world.follows(second, 'desk')
  world.toMinuteEnd()
  await expect.poll(() => world.status('desk').fills, { timeout: 15_000 }).toBe(1)
  second.child.kill('SIGKILL')
  await second.finished

  const third = world.start(...words)
  await world.follows(third, 'desk')
  expect(world.status('desk')).toMatchObject({ fills: 1, positions: [{ instrument: PERPETUAL, quantity: 0.01 }] })
  await world.fresh('desk')
  const twice = await world.run(...words, '--json')
  expect([twice.code, errorOf(twice).code]).toEqual([1, 'LIVE_ACCOUNT_HELD'])
  const busy = await world.run('parity', 'desk', '--json')
  expect([busy.code, errorOf(busy).code]).toEqual([1, 'SESSION_RUNNING'])
  const [held, orders] = await Promise.all([world.json('positions', 'desk'), world.json('orders', 'desk')])
  expect(held['positions']).toMatchObject([{ quantity: 0.01, entryPrice: 60_015, strategy: 'in-and-out' }])
  expect(orders).toMatchObject({ id: 'desk', orders: [{ instrument: PERPETUAL, side: 'sell', quantity: 0.01 }] })
  expect(await world.json('bot', 'pause', 'desk', '--reason', 'news at noon')).toMatchObject({
    answer: 'trading is paused',
  })
  expect(await world.json('bot', 'resume', 'desk')).toMatchObject({ answer: 'trading is active' })
  const log = await world.json('bot', 'logs', 'desk', '--lines', '500')
  expect(log['events']).toContainEqual(
    expect.objectContaining({ kind: 'mode', mode: 'paused', reason: 'news at noon' }),
  )
  expect(await world.json('bot', 'stop', 'desk')).toMatchObject({ answer: 'stopping' })
  expect(await third.finished).toMatchObject({ code: 0 })

  const report = await world.json('parity', 'desk')
  expect(report).toMatchObject({ schemaVersion: 1, command: 'parity', mode: 'paper', trades: { unexplained: 0 } })
  expect(existsSync(String(report['report']))).toBe(true)
  expect(readFileSync(String(report['report']), 'utf8')).toContain('<html')
}, 60_000)

// Windows has no such bits.
test.skipIf(process.platform === 'win32')(
  'its files are read by nobody else, also those that could be before',
  async () => {
    const path = world.strategy('watches', 'target(instrument, 0)')
    const words = ['paper', path, '--id', 'closed', '--instrument', PERPETUAL, '--timeframe', '1m']
    const files = (): string[] => readdirSync(world.path('closed')).map((name) => world.path('closed', name))
    const openToOthers = (): string[] =>
      [world.path('closed'), ...files()].filter((each) => (statSync(each).mode & 0o077) !== 0)
    const first = world.start(...words)
    await world.follows(first, 'closed')
    await world.json('bot', 'pause', 'closed')
    expect(openToOthers()).toEqual([])
    first.child.kill('SIGINT')
    await first.finished
    chmodSync(world.path('closed'), 0o755)
    for (const each of files()) chmodSync(each, 0o644)
    const second = world.start(...words)
    await world.follows(second, 'closed')
    expect(files().map((each) => basename(each))).toEqual(
      expect.arrayContaining(['control.sqlite', 'events.ndjson', 'journal.sqlite', 'session.json', 'status.json']),
    )
    expect(openToOthers()).toEqual([])
    second.child.kill('SIGINT')
    await second.finished
  },
)
