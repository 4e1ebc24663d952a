import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorOf, kestrel, workFolder } from '../kestrel-process.ts'
import { PERPETUAL, SessionWorld } from './session-world.ts'

let world: SessionWorld
beforeAll(async () => {
  world = await SessionWorld.open()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const SPEC = {
  id: 'BTC-USDT-PERP.OKX',
  tickSize: '0.1',
  lotSize: '0.001',
  makerFeeRate: 0.0002,
  takerFeeRate: 0.0005,
}
const KEY = {
  KESTREL_KEY_MAIN__VENUE: 'okx',
  KESTREL_KEY_MAIN__API_KEY: 'key-of-okx',
  KESTREL_KEY_MAIN__SECRET: 'secret-of-okx',
  KESTREL_KEY_MAIN__PASSWORD: 'password-of-okx',
}

describe.each([
  ['of the test network', true, ['1']],
  ['of the real network', false, [undefined]],
])('a session %s', (_, sandbox, expected) => {
  // OKX has one address for both networks: a header is all that tells them apart.
  test.each([[['bot', 'flatten', '--within', '1']], [['bot', 'halt', '--within', '1']], [['reconcile']]])(
    'is reached there by %j',
    async (command) => {
      const asked = new Set<unknown>()
      const server = createServer((request, response) => {
        asked.add(request.headers['x-simulated-trading'])
        response.writeHead(503).end()
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const cwd = workFolder()
      const folder = join(cwd, '.kestrel', 'sessions', 'demo')
      mkdirSync(folder, { recursive: true })
      const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      writeFileSync(join(cwd, 'kestrel.config.json'), JSON.stringify({ venues: { okx: { baseUrl } } }))
      const descriptor = { id: 'demo', mode: 'live', venue: 'okx', product: 'linear', key: 'main', sandbox }
      writeFileSync(join(folder, 'session.json'), JSON.stringify({ ...descriptor, instruments: [SPEC] }))
      const result = await kestrel(cwd, [...command, 'demo', '--json'], KEY)
      server.close()
      expect([result.code, [...asked]]).toEqual([4, expected])
    },
  )
})

test('a session stays on the network that it was begun on', async () => {
  const key = world.account()
  const words = [
    'live',
    'sma-cross',
    '--live',
    ...`--key ${key} --id demo --instrument ${PERPETUAL} --timeframe 1m --size-mode units --cash 5000`.split(' '),
  ]
  const session = world.start(...words, '--sandbox')
  await session.begun
  session.child.kill('SIGTERM')
  expect((await session.finished).code).toBe(0)
  expect(JSON.parse(readFileSync(world.path('demo', 'session.json'), 'utf8'))).toMatchObject({ sandbox: true })
  const other = await world.run(...words, '--json')
  expect([other.code, other.stdout, errorOf(other).code]).toEqual([2, '', 'SESSION_NETWORK'])
  expect(await world.json('bot', 'flatten', 'demo')).toMatchObject({ isFlat: true })
})
