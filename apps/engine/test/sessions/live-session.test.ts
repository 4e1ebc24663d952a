import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ended, errorOf, kestrel, workFolder } from '../kestrel-process.ts'
import { PERPETUAL, SessionWorld } from './session-world.ts'

let world: SessionWorld
let buyer: string
beforeAll(async () => {
  world = await SessionWorld.open()
  // A position, and an order that rests a little below the market.
  buyer = world.strategy(
    'buyer',
    `if (n === 1) {
          target(instrument, 0.02)
          submit({ instrument, type: 'limit', side: 'buy', quantity: 0.01, limitPrice: 59_000 })
        }`,
  )
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const wordsOf = (id: string, key: string): string[] => [
  'live',
  buyer,
  '--live',
  ...`--key ${key} --id ${id} --instrument ${PERPETUAL} --timeframe 1m --size-mode units`.split(' '),
  ...'--cash 5000 --leverage 2 --margin cross --strategy-timeout 20'.split(' '),
]
const refusal = (result: Ended): unknown[] => [result.code, result.stdout, errorOf(result).code]

describe('real money', () => {
  const without =
    (...gone: string[]) =>
    (words: string[]) =>
      words.filter((word) => !gone.includes(word))
  test.each([
    ['without --live', without('--live'), 2, 'SESSION_NOT_LIVE'],
    ['without a key', without('--key', 'a0'), 2, 'SESSION_KEY'],
    [
      'with a key that is not there',
      (words: string[]) => words.map((word) => (word === 'a0' ? 'other' : word)),
      2,
      'KEYS_UNKNOWN',
    ],
    ['without "mode": "live"', (words: string[]) => [...words, '-c', 'paper.json'], 2, 'SESSION_NOT_LIVE'],
  ])('is not traded %s', async (_, change, code, error) => {
    world.settings({ mode: 'paper' }, undefined, 'paper.json')
    const result = await world.run(...change(wordsOf('none', 'a0')), '--json')
    expect(refusal(result)).toEqual([code, '', error])
    expect(world.hasFolder('none')).toBe(false)
  })

  test('is not traded with a key that may withdraw it', async () => {
    const result = await world.run(...wordsOf('none', world.account({ withdraw: true })), '--json')
    expect(refusal(result)).toEqual([4, '', 'LIVE_KEY_RIGHTS'])
    expect(world.hasFolder('none')).toBe(false)
  })
})

describe('an account that the books cannot explain', () => {
  test('a manual position: a table and refusal, or it is left alone', async () => {
    const key = world.account()
    world.byHand(key, { side: 'buy', lots: 5 })
    const result = await world.run(...wordsOf('manual', key), '--json')
    expect(refusal(result)).toEqual([4, '', 'LIVE_DIFFERENCE'])
    expect(errorOf(result).message).toMatch(/position +BTC-USDT-PERP\.BINANCE net +0 lots +5 lots +refused/)
    expect(world.hasFolder('manual')).toBe(false)
    const session = world.start(...wordsOf('manual', key), '--adopt-positions')
    await session.begun
    session.child.kill('SIGINT')
    expect((await session.finished).code).toBe(0)
    expect(world.position(key)).toBe(5)
  })

  test("somebody else's order: a table and refusal, or it is cancelled", async () => {
    const key = world.account()
    world.byHand(key, { side: 'buy', lots: 5, ticks: 580_000 })
    const result = await world.run(...wordsOf('foreign', key), '--json')
    expect(refusal(result)).toEqual([4, '', 'LIVE_DIFFERENCE'])
    expect(errorOf(result).message).toMatch(/foreign-order .+ not ours +buy limit 5 lots +refused/)
    expect(world.openOrders(key)).toBe(1)
    const session = world.start(...wordsOf('foreign', key), '--foreign-orders', 'cancel')
    await session.begun
    session.child.kill('SIGINT')
    await session.finished
    expect(world.openOrders(key)).toBe(0)
  })

  test('less money than the session is to trade with', async () => {
    const key = world.account()
    const words = wordsOf('poor', key).map((word) => (word === '5000' ? '50000' : word))
    const result = await world.run(...words, '--json')
    expect(refusal(result)).toEqual([4, '', 'LIVE_DIFFERENCE'])
    expect(errorOf(result).message).toMatch(/balance +USDT +50000 for the session +10000 +refused/)
  })
})

test('fills that came while it was away are booked, and a changed balance is told of', async () => {
  const key = world.account()
  const first = world.start(...wordsOf('away', key))
  await world.follows(first, 'away')
  const second = await world.run(...wordsOf('other', key), '--json')
  expect(refusal(second)).toEqual([1, '', 'LIVE_ACCOUNT_HELD'])
  expect(world.hasFolder('other')).toBe(false)
  const byOtherKey = await world.run(...wordsOf('other', world.anotherKey(key)), '--json')
  expect(refusal(byOtherKey)).toEqual([1, '', 'LIVE_ACCOUNT_HELD'])
  const elsewhere = workFolder()
  copyFileSync(join(world.folder, 'kestrel.config.json'), join(elsewhere, 'kestrel.config.json'))
  const ofOtherProject = await kestrel(elsewhere, [...wordsOf('other', key), '--json'], world.env())
  expect(refusal(ofOtherProject)).toEqual([1, '', 'LIVE_ACCOUNT_HELD'])
  expect(existsSync(join(elsewhere, '.kestrel', 'sessions', 'other'))).toBe(false)
  world.toMinuteEnd()
  await expect.poll(() => [world.position(key), world.openOrders(key)], { timeout: 20_000 }).toEqual([20, 1])
  await expect.poll(() => world.status('away').fills, { timeout: 5_000 }).toBe(1)
  first.child.kill('SIGKILL')
  await first.finished

  world.dip(589_000)
  expect(world.position(key)).toBe(30)
  const back = world.start(...wordsOf('away', key))
  await back.begun
  await expect.poll(() => world.status('away').fills, { timeout: 5_000 }).toBe(2)
  expect(world.status('away')).toMatchObject({ positions: [{ quantity: 0.03 }], openOrders: [] })
  const running = await world.run('reconcile', 'away', '--json')
  expect(refusal(running)).toEqual([1, '', 'LIVE_ACCOUNT_HELD'])
  back.child.kill('SIGINT')
  await back.finished
  expect(await world.json('reconcile', 'away')).toMatchObject({ id: 'away', differences: [] })
  // What is open or held was left on purpose: the venue's timer is off.
  world.byHand(key, { side: 'buy', lots: 1, ticks: 580_000 })
  world.jump(61_000)
  await wait(100)
  expect(world.openOrders(key)).toBe(1)

  world.byHand(key, { side: 'sell', lots: 10 })
  const gone = await world.run(...wordsOf('away', key), '--adopt-positions', '--foreign-orders', 'ignore', '--json')
  expect(refusal(gone)).toEqual([4, '', 'LIVE_DIFFERENCE'])
  expect(errorOf(gone).message).toContain("the session's own 30 lots were closed by somebody else")
  expect(existsSync(world.path('away', 'journal.sqlite'))).toBe(true)
}, 60_000)

test('an engine that hangs with its journal locked is closed by bot flatten, and sends nothing afterwards', async () => {
  const key = world.account()
  const session = world.start(...wordsOf('stuck', key))
  await world.follows(session, 'stuck')
  world.toMinuteEnd()
  await expect.poll(() => [world.position(key), world.openOrders(key)], { timeout: 20_000 }).toEqual([20, 1])
  session.child.kill('SIGSTOP')
  const report = await world.json('bot', 'flatten', 'stuck', '--within', '10')
  expect(report).toMatchObject({ id: 'stuck', isFlat: true, cancelled: 1, remaining: [] })
  expect(report['closed']).toEqual([`${PERPETUAL} 0.02`])
  expect(report['tookMs']).toBeLessThan(10_000)
  expect([world.position(key), world.openOrders(key)]).toEqual([0, 0])

  const before = world.creates()
  expect(before).toBeGreaterThan(2)
  world.toMinuteEnd()
  session.child.kill('SIGCONT')
  // It takes in bars and looks at the account again, and sends nothing.
  const { writtenMs = 0 } = world.status('stuck')
  await expect.poll(() => world.status('stuck').writtenMs, { timeout: 10_000 }).toBeGreaterThan(writtenMs + 2_000)
  expect(world.creates()).toBe(before)
  expect(await world.json('bot', 'status', 'stuck')).toMatchObject({ halted: true })
  const resumed = await world.run('bot', 'resume', 'stuck', '--json')
  expect(refusal(resumed)).toEqual([1, '', 'SESSION_REFUSED'])
  expect(errorOf(resumed).message).toContain('begin another session')
  session.child.kill('SIGINT')
  await session.finished
  expect(refusal(await world.run(...wordsOf('stuck', key), '--json'))).toEqual([5, '', 'SESSION_FLATTENED'])
  expect(refusal(await world.run('bot', 'resume', 'stuck', '--json'))).toEqual([5, '', 'SESSION_FLATTENED'])
  const next = world.start(...wordsOf('unstuck', key))
  await next.begun
  next.child.kill('SIGINT')
  await next.finished
  // With nothing to close its books stay good.
  expect(await world.json('bot', 'flatten', 'unstuck')).toMatchObject({ isFlat: true, closed: [] })
  expect(refusal(await world.run(...wordsOf('unstuck', key), '--json'))).toEqual([5, '', 'SESSION_HALTED'])
  expect(await world.json('bot', 'resume', 'unstuck')).toMatchObject({ answer: 'may be started again' })
  expect([world.position(key), world.openOrders(key)]).toEqual([0, 0])
}, 60_000)

test('no key is in any output, file or list of processes', () => {
  const seen = world.seen()
  expect(seen).toContain('LIVE_DIFFERENCE')
  expect(seen).toContain('--live')
  expect(world.secrets.length).toBeGreaterThan(8)
  for (const secret of world.secrets) expect(seen).not.toContain(secret)
})
