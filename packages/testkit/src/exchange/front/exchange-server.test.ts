import { once } from 'node:events'
import { request } from 'node:http'
import { ManualClock } from '@kestrel/core'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { ExchangeDialect, ExchangeRequest } from './dialect.ts'
import { startExchangeServer } from './exchange-server.ts'
import type { Interference } from './interference.ts'

const NOW = Date.UTC(2026, 0, 1)
const clock = new ManualClock(NOW)

/** Answers with what it was asked, and echoes on streams under `/ws`. */
class EchoDialect implements ExchangeDialect {
  readonly seen: ExchangeRequest[] = []
  readonly closed: string[] = []

  handle(asked: ExchangeRequest): { status: number; body: string } {
    this.seen.push(asked)
    if (asked.path === '/bug') throw new RangeError('a bug')
    return { status: 200, body: JSON.stringify({ path: asked.path, body: asked.body }) }
  }

  openStream(
    path: string,
    query: URLSearchParams,
    send: (text: string) => void,
    hangUp: (code: number, reason: string) => void,
  ): { message(text: string, receivedMs: number): void; close(): void } | undefined {
    if (!path.startsWith('/ws')) return undefined
    send(`hello ${query.get('name')}`)
    return {
      message: (text, receivedMs) => (text === 'out' ? hangUp(4001, 'go away') : send(`${text} ${receivedMs}`)),
      close: () => this.closed.push(path),
    }
  }
}

async function nextMessage(socket: WebSocket): Promise<string> {
  const [data] = (await once(socket, 'message')) as [Buffer]
  return data.toString()
}

test('gives a request to the dialect as it came, and its answer back', async () => {
  const dialect = new EchoDialect()
  await using server = await startExchangeServer({ dialects: dialect, clock })
  const answer = await fetch(`${server.url}/api/order?b=2&a=%20x`, {
    method: 'POST',
    body: 'ünïcode',
    headers: { 'X-Some': '1' },
  })
  expect(answer.headers.get('content-type')).toBe('application/json;charset=UTF-8')
  expect(await answer.json()).toEqual({ path: '/api/order', body: 'ünïcode' })
  expect(dialect.seen[0]).toMatchObject({ method: 'POST', rawQuery: 'b=2&a=%20x', receivedMs: NOW })
  expect(dialect.seen[0]?.query.get('a')).toBe(' x')
  expect(dialect.seen[0]?.headers['x-some']).toBe('1')
})

test('several dialects share an address by prefix and by path', async () => {
  const [spot, linear, other] = [new EchoDialect(), new EchoDialect(), new EchoDialect()]
  const mounts = [
    { dialect: spot },
    { dialect: linear, paths: ['/fapi'], prefix: '/usdm' },
    { dialect: other, prefix: '/bybit' },
  ]
  await using server = await startExchangeServer({ dialects: mounts, clock })
  for (const path of ['/api/v3/time', '/fapi/v1/time', '/fapix', '/usdm/ws', '/bybit', '/bybit/v5/time'])
    await fetch(server.url + path)
  expect(spot.seen.map(({ path }) => path)).toEqual(['/api/v3/time', '/fapix'])
  expect(linear.seen.map(({ path }) => path)).toEqual(['/fapi/v1/time', '/ws'])
  expect(other.seen.map(({ path }) => path)).toEqual(['/', '/v5/time'])
})

test('the log keeps no key and no signature', async () => {
  await using server = await startExchangeServer({ dialects: new EchoDialect(), clock })
  await fetch(`${server.url}/api/v3/order?symbol=BTCUSDT&signature=SECRET1&api_key=SECRET2`, {
    method: 'POST',
    body: 'listenKey=SECRET3&side=BUY',
    headers: { 'X-BAPI-SIGN': 'SECRET4' },
  })
  const socket = new WebSocket(`${server.wsUrl}/ws?name=a&token=SECRET5`)
  await nextMessage(socket)
  for (const text of [
    '{"op":"auth","args":["SECRET6",1,"SECRET7"]}',
    '{"method":"order.place","params":{"apiKey":"SECRET8","signature":"SECRET9","side":"BUY"}}',
    '{"broken": "SECRET10"',
  ]) {
    socket.send(text)
    await nextMessage(socket)
  }
  const log = JSON.stringify(server.requests)
  expect(log).not.toContain('SECRET')
  expect(server.requests[0]).toMatchObject({ index: 0, via: 'http', query: 'symbol=BTCUSDT&signature=***&api_key=***' })
  expect(server.requests[0]).toMatchObject({ status: 200, body: 'listenKey=***&side=BUY', receivedMs: NOW, faults: [] })
  expect(server.requests[1]).toMatchObject({ via: 'stream-open', path: '/ws', status: 101 })
  expect(log).toContain('side')
})

test('the log is bounded and goes on counting', async () => {
  await using server = await startExchangeServer({ dialects: new EchoDialect(), clock, logSize: 10 })
  for (let i = 0; i < 30; i++) await fetch(`${server.url}/${i}`)
  expect(server.requests.length).toBeLessThanOrEqual(12)
  expect(server.requests.at(-1)).toMatchObject({ index: 29, path: '/29' })
})

test('a body above the limit is refused and never reaches the dialect', async () => {
  const dialect = new EchoDialect()
  await using server = await startExchangeServer({ dialects: dialect, clock, maxBodyBytes: 100 })
  const { status } = await fetch(server.url, { method: 'POST', body: 'x'.repeat(101) })
  expect(status).toBe(413)
  expect(dialect.seen).toEqual([])
  expect((await fetch(server.url, { method: 'POST', body: 'x'.repeat(100) })).status).toBe(200)
})

test('a client that breaks off in its body is forgotten, and the server serves on', async () => {
  const dialect = new EchoDialect()
  await using server = await startExchangeServer({ dialects: dialect, clock })
  const cut = request(server.url, { method: 'POST', headers: { 'content-length': '100' } })
  cut.on('error', () => undefined)
  cut.write('half')
  await once(cut, 'socket')
  cut.destroy()
  expect((await fetch(server.url)).status).toBe(200)
  expect(dialect.seen).toHaveLength(1)
})

test('streams greet, answer, close, and do not exist elsewhere', async () => {
  const dialect = new EchoDialect()
  await using server = await startExchangeServer({ dialects: dialect, clock })
  const socket = new WebSocket(`${server.wsUrl}/ws/x?name=b`)
  expect(await nextMessage(socket)).toBe('hello b')
  socket.send('ping')
  expect(await nextMessage(socket)).toBe(`ping ${NOW}`)
  socket.send('out')
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
  expect([code, reason.toString()]).toEqual([4001, 'go away'])
  await expect.poll(() => dialect.closed).toEqual(['/ws/x'])
  const missing = new WebSocket(`${server.wsUrl}/nothing`)
  const [error] = (await once(missing, 'error')) as [Error]
  expect(error.message).toContain('404')
})

test('a message above the limit, a binary one and a broken frame end the stream and nothing else', async () => {
  const dialect = new EchoDialect()
  await using server = await startExchangeServer({ dialects: dialect, clock, maxBodyBytes: 50 })
  for (const [message, expected] of [
    ['x'.repeat(51), 1009],
    [Buffer.from([1, 2]), 1003],
  ] as const) {
    const socket = new WebSocket(`${server.wsUrl}/ws`)
    await nextMessage(socket)
    socket.send(message)
    const [code] = (await once(socket, 'close')) as [number]
    expect(code).toBe(expected)
  }
  expect((await fetch(server.url)).status).toBe(200)
})

test('a client that answers pings stays, one that does not is dropped', async () => {
  const dialect = new EchoDialect()
  await using server = await startExchangeServer({ dialects: dialect, clock, pingEveryMs: 30 })
  const dumb = new WebSocket(`${server.wsUrl}/ws/dumb`, { autoPong: false })
  const alive = new WebSocket(`${server.wsUrl}/ws/alive`)
  await Promise.all([nextMessage(alive), once(dumb, 'close')])
  await once(alive, 'ping')
  await expect.poll(() => dialect.closed).toEqual(['/ws/dumb'])
  expect(alive.readyState).toBe(WebSocket.OPEN)
})

test('a client that does not read is dropped', async () => {
  let flood: (text: string) => void = () => undefined
  const dialect: ExchangeDialect = {
    handle: () => ({ status: 200, body: '' }),
    openStream: (_path, _query, send) => {
      flood = send
      return { message: () => undefined, close: () => undefined }
    },
  }
  await using server = await startExchangeServer({ dialects: dialect, clock, maxWaitingBytes: 100_000 })
  const socket = new WebSocket(server.wsUrl)
  await once(socket, 'open')
  socket.pause()
  for (let i = 0; i < 400; i++) flood('x'.repeat(50_000))
  socket.resume()
  const [code] = (await once(socket, 'close')) as [number]
  expect(code).toBe(1008)
})

test('a bug of the dialect is status 500 for the client and fails the close', async () => {
  const server = await startExchangeServer({ dialects: new EchoDialect(), clock })
  expect((await fetch(`${server.url}/bug`)).status).toBe(500)
  await expect(server.close()).rejects.toThrow(
    expect.objectContaining({ code: 'TESTKIT_DIALECT_FAILED', cause: expect.any(RangeError) as unknown }),
  )
})

test('so is a bug of a fault, in a request or on a stream', async () => {
  const bug = (): never => {
    throw new RangeError('a bug')
  }
  const faults: Interference = {
    request: bug,
    stream: () => ({ outgoing: bug, incoming: () => true, close: () => undefined }),
  }
  const server = await startExchangeServer({ dialects: new EchoDialect(), clock, faults })
  expect((await fetch(server.url)).status).toBe(500)
  const socket = new WebSocket(`${server.wsUrl}/ws`)
  await once(socket, 'open')
  await expect(server.close()).rejects.toThrow(
    expect.objectContaining({ code: 'TESTKIT_DIALECT_FAILED', meta: { failures: 2 } }),
  )
})

test('a taken port is named', async () => {
  await using server = await startExchangeServer({ dialects: new EchoDialect(), clock })
  const port = Number(new URL(server.url).port)
  await expect(startExchangeServer({ dialects: new EchoDialect(), clock, port })).rejects.toThrow(
    expect.objectContaining({ code: 'TESTKIT_PORT', meta: { host: '127.0.0.1', port } }),
  )
})

/** Plays one fault on everything. */
function always(delivery: 'silence' | 'reset' | 'broken-off' | 'late'): Interference {
  return {
    request: (asked, handle) => {
      const answer = handle(asked)
      if (delivery === 'late') return { delivery: { kind: 'answer', answer, delayMs: 30 }, faults: [delivery] }
      if (delivery === 'broken-off') return { delivery: { kind: delivery, answer, share: 0.5 }, faults: [delivery] }
      return { delivery: { kind: delivery }, faults: [delivery] }
    },
    stream: () => 'refuse',
  }
}

test.each(['silence', 'reset', 'broken-off', 'late'] as const)('an answer can end in %s', async (kind) => {
  await using server = await startExchangeServer({ dialects: new EchoDialect(), clock, faults: always(kind) })
  const signal = AbortSignal.timeout(kind === 'silence' ? 400 : 20_000)
  const asked = fetch(`${server.url}/a`, { signal }).then((answer) => answer.text())
  if (kind === 'late') expect(await asked).toBe('{"path":"/a","body":""}')
  else if (kind === 'silence') await expect(asked).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }))
  else await expect(asked).rejects.toThrow(TypeError)
  expect(server.requests[0]?.faults).toEqual([kind])
  const socket = new WebSocket(`${server.wsUrl}/ws`)
  await once(socket, 'error')
  expect(server.requests[1]?.faults).toEqual(['refused'])
})

test('a half-open socket stays open and says nothing, whatever it is sent', async () => {
  let silence: () => void = () => undefined
  const faults: Interference = {
    request: (asked, handle) => ({ delivery: { kind: 'answer', answer: handle(asked) }, faults: [] }),
    stream: (_path, line) => {
      silence = line.goSilent
      return { outgoing: (text, pass) => pass(text), incoming: () => true, close: () => undefined }
    },
  }
  const dialect = new EchoDialect()
  await using server = await startExchangeServer({ dialects: dialect, clock, faults, pingEveryMs: 10 })
  const socket = new WebSocket(`${server.wsUrl}/ws`)
  await nextMessage(socket)
  silence()
  const heard: string[] = []
  for (const event of ['message', 'pong', 'close', 'error'] as const) socket.on(event, () => heard.push(event))
  socket.send('anybody there')
  socket.ping()
  await new Promise((resolve) => setTimeout(resolve, 80))
  expect(heard).toEqual([])
  expect(socket.readyState).toBe(WebSocket.OPEN)
  socket.terminate()
})
