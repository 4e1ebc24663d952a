import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ended, errorOf } from '../kestrel-process.ts'
import { CutCable } from './cut-cable.ts'
import { PERPETUAL, SessionWorld } from './session-world.ts'

let world: SessionWorld
beforeAll(async () => {
  world = await SessionWorld.open()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const write = (id: string, file: string, text: string): void => {
  mkdirSync(world.path(id), { recursive: true })
  writeFileSync(world.path(id, file), text)
}

const refusal = (result: Ended): unknown[] => [result.code, result.stdout, errorOf(result).code]
const paper = (strategy: string, id: string): string[] => [
  'paper',
  strategy,
  ...`--id ${id} --instrument ${PERPETUAL} --timeframe 1m --size-mode units`.split(' '),
]

describe('refused before anything is started', () => {
  const limit = (text: string): string[] => [...paper('sma-cross', 'none'), '--limit', text]
  test.concurrent.each([
    [
      'two accounts',
      [...paper('sma-cross', 'none'), '--instrument', 'BTC-USDT.BINANCE'],
      'SESSION_INSTRUMENTS',
      /own|each account/,
    ],
    ['a name that is no folder', paper('sma-cross', '../up'), 'SESSION_ID', /small letters/],
    ['a limit that there is not', limit('drawdwn=0.1'), 'SESSION_LIMIT', /drawdown/],
    ['a limit without a number', limit('drawdown=much'), 'CLI_NUMBER', undefined],
    ['a limit out of range', limit('drawdown=7'), 'SESSION_LIMIT', /fractions/],
    ['an action that there is not', limit('drawdown=0.1:panic'), 'SESSION_LIMIT', undefined],
    ['a warm-up of nothing', [...paper('sma-cross', 'none'), '--warmup', '0'], 'CLI_NUMBER', undefined],
    ['cash that is none', [...paper('sma-cross', 'none'), '--cash', 'plenty'], undefined, undefined],
    ['leverage that is none', [...paper('sma-cross', 'none'), '--leverage', 'x'], 'CLI_NUMBER', undefined],
    [
      'a watchdog that bites at once',
      [...paper('sma-cross', 'none'), '--strategy-timeout', '0'],
      'CLI_NUMBER',
      undefined,
    ],
    ['a strategy that there is not', paper('sma-crss', 'none'), undefined, /sma-cross/],
  ])('%s', async (_, words, code, hint) => {
    const result = await world.run(...words, '--json')
    expect([result.code, result.stdout]).toEqual([2, ''])
    const error = errorOf(result)
    if (code !== undefined) expect(error.code).toBe(code)
    if (hint !== undefined) expect(error.hint).toMatch(hint)
    expect(world.hasFolder('none')).toBe(false)
  })

  test.concurrent.each([
    [['bot', 'status', 'nobody']],
    [['bot', 'flatten', 'nobody']],
    [['orders', 'nobody']],
    [['parity', 'nobody']],
  ])('%j names no session', async (words) => {
    expect(refusal(await world.run(...words, '--json'))).toEqual([2, '', 'SESSION_UNKNOWN'])
  })
})

describe('the log of a session', () => {
  const equity = { timeMs: 1_704_067_260_000, kind: 'equity', equity: 10_000.5 }
  const order = {
    orderId: 7,
    side: 'buy',
    type: 'limit',
    quantity: 0.5,
    instrumentId: PERPETUAL,
    filledQuantity: 0.2,
    state: 'cancelled',
    reason: 'not wanted any more',
  }
  beforeAll(() => {
    const lines = [equity, { timeMs: equity.timeMs, kind: 'order', order }, { timeMs: equity.timeMs, kind: 'later' }]
    write('told', 'session.json', JSON.stringify({ id: 'told', mode: 'paper', instruments: [] }))
    write('told', 'events.ndjson', lines.map((each) => `${JSON.stringify(each)}\n`).join(''))
  })

  afterAll(() => rmSync(world.path('told'), { recursive: true }))

  test('has words for what happens all the time', async () => {
    const { code, stdout } = await world.run('bot', 'logs', 'told')
    expect([code, stdout.trimEnd().split('\n')]).toEqual([
      0,
      [
        '2024-01-01T00:01:00.000Z  equity 10000.5',
        `2024-01-01T00:01:00.000Z  order 7: buy limit 0.5 ${PERPETUAL}, 0.2 filled, cancelled: not wanted any more`,
        '2024-01-01T00:01:00.000Z  later',
      ],
    ])
  })

  test.each(['-4', '0', '1.5'])('is not printed in %s lines', async (lines) => {
    expect(refusal(await world.run('bot', 'logs', 'told', '--lines', lines, '--json'))).toEqual([2, '', 'CLI_NUMBER'])
  })
})

describe('damaged files', () => {
  test('are named; the list goes on with the others', async () => {
    write('torn', 'session.json', '{"id": "torn", "mo')
    const status = await world.run('bot', 'status', 'torn', '--json')
    expect(refusal(status)).toEqual([1, '', 'SESSION_DAMAGED'])
    expect(errorOf(status).message).toContain('session.json')
    expect(await world.json('bot', 'list')).toMatchObject({ sessions: [{ id: 'torn', state: 'damaged' }] })
    // Nothing is begun over it either.
    const begun = await world.run(...paper('sma-cross', 'torn'), '--json')
    expect(refusal(begun)).toEqual([1, '', 'SESSION_DAMAGED'])
    expect(readFileSync(world.path('torn', 'session.json'), 'utf8')).toBe('{"id": "torn", "mo')
  })

  test('a journal that is none, or that was changed, is not gone on with', async () => {
    const path = world.strategy('idle', '')
    const session = world.start(...paper(path, 'changed'))
    await world.follows(session, 'changed')
    session.child.kill('SIGTERM')
    expect((await session.finished).code).toBe(0)
    const db = new DatabaseSync(world.path('changed', 'journal.sqlite'))
    db.exec(`UPDATE entry SET body = replace(body, '60000', '60001') WHERE seq = 1`)
    db.close()
    expect(refusal(await world.run(...paper(path, 'changed'), '--json'))).toEqual([1, '', 'LIVE_JOURNAL_BROKEN'])
    expect(refusal(await world.run('parity', 'changed', '--json'))).toEqual([1, '', 'LIVE_JOURNAL_BROKEN'])
    writeFileSync(world.path('changed', 'journal.sqlite'), 'no database '.repeat(500))
    expect(refusal(await world.run(...paper(path, 'changed'), '--json'))).toEqual([1, '', 'LIVE_JOURNAL'])
    write('changed', 'status.json', '')
    expect(refusal(await world.run('positions', 'changed', '--json'))).toEqual([1, '', 'SESSION_DAMAGED'])
  })
})

test('a session that has run does not begin anew when its journal is gone, emptied or cut', async () => {
  const path = world.strategy('idle', '')
  const first = world.start(...paper(path, 'gone'))
  await world.follows(first, 'gone')
  first.child.kill('SIGTERM')
  expect((await first.finished).code).toBe(0)
  const file = world.path('gone', 'journal.sqlite')
  const whole = readFileSync(file)
  const db = new DatabaseSync(file)
  db.exec('DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)')
  db.close()
  const cut = await world.run(...paper(path, 'gone'), '--json')
  expect(refusal(cut)).toEqual([1, '', 'LIVE_JOURNAL_BROKEN'])
  expect(errorOf(cut).message).toMatch(/it had \d+ rows, and has \d+/)
  expect(refusal(await world.run('parity', 'gone', '--json'))).toEqual([1, '', 'LIVE_JOURNAL_BROKEN'])
  writeFileSync(file, '')
  expect(refusal(await world.run(...paper(path, 'gone'), '--json'))).toEqual([1, '', 'LIVE_JOURNAL_GONE'])
  rmSync(file)
  // Also where the status is gone with it.
  rmSync(world.path('gone', 'status.json'))
  expect(refusal(await world.run(...paper(path, 'gone'), '--json'))).toEqual([1, '', 'LIVE_JOURNAL_GONE'])
  writeFileSync(file, whole)
  const again = world.start(...paper(path, 'gone'))
  await again.begun
  again.child.kill('SIGTERM')
  expect((await again.finished).code).toBe(0)
})

test('a session whose file of commands is damaged ends before it trades, and lets go of everything', async () => {
  const path = world.strategy('idle', '')
  const first = world.start(...paper(path, 'deaf'))
  await first.begun
  first.child.kill('SIGTERM')
  await first.finished
  const [control, before] = [world.path('deaf', 'control.sqlite'), world.status('deaf')]
  for (const name of ['-wal', '-shm']) rmSync(`${control}${name}`, { force: true })
  writeFileSync(control, 'no database '.repeat(500))
  const result = await world.run(...paper(path, 'deaf'), '--json')
  expect(refusal(result)).toEqual([1, '', 'SESSION_DAMAGED'])
  expect(errorOf(result).message).toContain('control.sqlite')
  expect(world.status('deaf')).toEqual(before)
  rmSync(control)
  const again = world.start(...paper(path, 'deaf'))
  await again.begun
  again.child.kill('SIGTERM')
  expect((await again.finished).code).toBe(0)
})

test.each(['abc', '-3', '0'])('closing --within %s is refused before the session is halted', async (within) => {
  mkdirSync(world.path('going'), { recursive: true })
  writeFileSync(world.path('going', 'session.json'), JSON.stringify({ id: 'going', mode: 'live', instruments: [] }))
  for (const command of ['flatten', 'halt']) {
    const result = await world.run('bot', command, 'going', '--within', within, '--json')
    expect(refusal(result)).toEqual([2, '', 'CLI_NUMBER'])
  }
  expect(existsSync(world.path('going', 'halted'))).toBe(false)
  rmSync(world.path('going'), { recursive: true })
})

describe('a strategy', () => {
  test('that throws stops its session, which says so until it is ended', async () => {
    const path = world.strategy('thrower', `throw new Error('no such luck')`)
    const session = world.start(...paper(path, 'thrown'))
    await world.follows(session, 'thrown')
    world.toMinuteEnd()
    await expect.poll(() => world.status('thrown').state, { timeout: 20_000 }).toBe('failed')
    await world.fresh('thrown')
    const resumed = await world.run('bot', 'resume', 'thrown', '--json')
    expect(refusal(resumed)).toEqual([1, '', 'SESSION_REFUSED'])
    expect(errorOf(resumed).message).toContain('has failed')
    expect(await world.json('bot', 'stop', 'thrown')).toMatchObject({ answer: 'stopping' })
    const end = await session.finished
    expect([end.code, errorOf(end).code]).toEqual([1, 'SESSION_FAILED'])
    expect(errorOf(end).message).toContain('no such luck')
    expect(await world.json('bot', 'list')).toMatchObject({
      sessions: expect.arrayContaining([expect.objectContaining({ id: 'thrown', state: 'not running' })]),
    })
  })

  test('that never returns is ended by the watchdog, and the log says why', async () => {
    const path = world.strategy('hanger', 'for (;;) n += 0')
    const session = world.start(...paper(path, 'hung'), '--strategy-timeout', '2')
    await world.follows(session, 'hung')
    world.toMinuteEnd()
    await session.finished
    expect(session.child.signalCode).toBe('SIGKILL')
    expect(session.said()).toContain('SESSION_HANGS')
    const log = await world.json('bot', 'logs', 'hung')
    expect(log['events']).toContainEqual(expect.objectContaining({ kind: 'alarm', code: 'SESSION_HANGS' }))
  })
})

describe('a venue', () => {
  test('that does not answer is exit code 4, and leaves nothing behind', async () => {
    // Nothing listens on the discard port of this machine.
    world.settings({}, 'http://127.0.0.1:9')
    const result = await world.run(...paper('sma-cross', 'unheard'), '--json')
    world.settings({})
    expect([result.code, result.stdout]).toEqual([4, ''])
    expect(world.hasFolder('unheard')).toBe(false)
  })

  test('that goes away and comes back is traded on again', async () => {
    await using cable = await CutCable.open(world.venue.url)
    const key = world.account()
    const path = world.strategy('steady', 'target(instrument, n % 2 === 1 ? 0.01 : 0.02)')
    world.settings({}, cable.url)
    const [, , ...words] = paper(path, 'patient')
    const session = world.start('live', path, ...words, ...`--live --key ${key} --cash 5000 --margin cross`.split(' '))
    await world.follows(session, 'patient')
    world.settings({})
    world.toMinuteEnd()
    await expect.poll(() => world.position(key), { timeout: 20_000 }).toBe(10)
    await expect.poll(() => world.status('patient').fills, { timeout: 10_000 }).toBe(1)
    cable.cut()
    await expect
      .poll(() => world.status('patient').feeds?.some(({ isConnected }) => !isConnected), { timeout: 10_000 })
      .toBe(true)
    cable.mend()
    await expect
      .poll(() => world.status('patient').feeds?.every(({ isConnected }) => isConnected), { timeout: 30_000 })
      .toBe(true)
    world.toMinuteEnd()
    await expect.poll(() => world.position(key), { timeout: 20_000 }).toBe(20)
    await expect.poll(() => world.status('patient').fills, { timeout: 10_000 }).toBe(2)
    session.child.kill('SIGINT')
    expect((await session.finished).code).toBe(0)
  }, 90_000)
})
