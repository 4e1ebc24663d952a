import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ended, errorOf } from '../kestrel-process.ts'
import { CutCable } from './cut-cable.ts'
import { PERPETUAL, SessionWorld } from './session-world.ts'

const SPOT = 'BTC-USDT.BINANCE'

let world: SessionWorld
beforeAll(async () => {
  world = await SessionWorld.open()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const refusal = (result: Ended): unknown[] => [result.code, result.stdout, errorOf(result).code]

test('coins of a session are sold whatever has become of its status, and none are where nothing says which they are', async () => {
  const key = world.account()
  const buyer = world.strategy('coins', 'if (n === 1) target(instrument, 0.05)')
  world.settings({}, world.exchange.venue('binance').url)
  const words = `--live --key ${key} --id coins --instrument ${SPOT} --timeframe 1m --size-mode units --cash 5000`
  const session = world.start('live', buyer, ...words.split(' '))
  await world.follows(session, 'coins')
  world.toMinuteEnd()
  await expect.poll(() => world.status('coins').fills, { timeout: 20_000 }).toBe(1)
  // It hangs, and nobody else gets at its journal.
  session.child.kill('SIGSTOP')
  writeFileSync(world.path('coins', 'status.json'), '{"id": "coins", "posi')
  const [journal, kept] = [world.path('coins', 'journal.sqlite'), `${world.folder}/journal`]
  for (const part of ['', '-wal']) copyFileSync(`${journal}${part}`, `${kept}${part}`)
  for (const part of ['', '-wal']) writeFileSync(`${journal}${part}`, '')
  const unknown = await world.run('bot', 'flatten', 'coins', '--within', '10', '--json')
  expect(refusal(unknown)).toEqual([4, '', 'SESSION_NOT_FLAT'])
  expect(errorOf(unknown).message).toContain("which coins are the session's is not known")
  for (const part of ['', '-wal']) copyFileSync(`${kept}${part}`, `${journal}${part}`)
  const report = await world.json('bot', 'flatten', 'coins', '--within', '10')
  expect(report).toMatchObject({ isFlat: true, remaining: [] })
  expect(report['closed']).toEqual([expect.stringMatching(/^BTC-USDT\.BINANCE 0\.049/)])
  // What is there from now on is somebody else's.
  expect(await world.json('bot', 'flatten', 'coins', '--within', '10')).toMatchObject({ isFlat: true, closed: [] })
  // Nor where it is not known any more what was sold.
  writeFileSync(world.path('coins', 'sold.json'), '{"BTC-USDT.BINANCE": 0.0')
  const doubtful = await world.run('bot', 'flatten', 'coins', '--within', '10', '--json')
  expect(refusal(doubtful)).toEqual([4, '', 'SESSION_NOT_FLAT'])
  expect(errorOf(doubtful).message).toMatch(/sold\.json is damaged .*: look whether coins are left\.$/)
  expect(world.exchange.venue('binance').exchange.trades(key, {})).toHaveLength(2)
  expect(await world.json('bot', 'flatten', 'coins', '--within', '10')).toMatchObject({ isFlat: true, closed: [] })
  session.child.kill('SIGKILL')
  await session.finished
  rmSync(kept, { force: true })
  world.settings({})
}, 90_000)

test('a venue that does not answer at first is asked again', async () => {
  await using cable = await CutCable.open(world.venue.url)
  const key = world.account()
  const holder = world.strategy('holder', 'if (n === 1) target(instrument, 0.02)')
  const words = `--live --key ${key} --id held --instrument ${PERPETUAL} --timeframe 1m --size-mode units --cash 5000`
  const session = world.start('live', holder, ...words.split(' '), '--margin', 'cross')
  await world.follows(session, 'held')
  world.toMinuteEnd()
  await expect.poll(() => world.position(key), { timeout: 20_000 }).toBe(20)
  session.child.kill('SIGKILL')
  await session.finished
  world.settings({}, cable.url)
  cable.cut()
  const late = await world.run('bot', 'flatten', 'held', '--within', '2', '--json')
  expect(refusal(late)).toEqual([4, '', 'SESSION_NOT_FLAT'])
  expect(errorOf(late).message).toContain('nothing could be asked')
  const report = world.json('bot', 'flatten', 'held', '--within', '30')
  await wait(4_000)
  cable.mend()
  expect(await report).toMatchObject({ isFlat: true, closed: [`${PERPETUAL} 0.02`] })
  expect(world.position(key)).toBe(0)
  world.settings({})
}, 90_000)

test('a settings file that cannot be read keeps nobody in', async () => {
  const key = world.account()
  const holder = world.strategy('stayer', 'if (n === 1) target(instrument, 0.02)')
  const words = `--live --key ${key} --id stays --instrument ${PERPETUAL} --timeframe 1m --size-mode units --cash 5000`
  const session = world.start('live', holder, ...words.split(' '), '--margin', 'cross')
  await world.follows(session, 'stays')
  world.toMinuteEnd()
  await expect.poll(() => world.position(key), { timeout: 20_000 }).toBe(20)
  session.child.kill('SIGSTOP')
  const settings = `${world.folder}/kestrel.config.json`
  writeFileSync(settings, '{ "mode": "live", "ven')
  const { code, stdout, stderr } = await world.run('bot', 'flatten', 'stays', '--within', '10')
  expect([code, world.position(key)]).toEqual([0, 0])
  expect(stdout).toContain(`closed ${PERPETUAL} 0.02`)
  expect(stderr).toContain(`The settings file ${settings} cannot be read`)
  expect(stderr).toContain('goes on with what the session keeps')
  session.child.kill('SIGKILL')
  await session.finished
  world.settings({})
}, 90_000)
