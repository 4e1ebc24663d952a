import { expect, test } from 'vitest'
import { exampleExchange } from '../example-exchange.fixture.ts'

function open(path: string, query = '') {
  const example = exampleExchange(31)
  const sent: string[] = []
  const session = example.usdm.openStream(path, new URLSearchParams(query), (text) => sent.push(text))
  const ask = (message: unknown): unknown => {
    const before = sent.length
    session?.message(typeof message === 'string' ? message : JSON.stringify(message), 0)
    return JSON.parse(sent[before] ?? 'null') as unknown
  }
  return { ...example, sent, session, ask }
}

test('acknowledges, lists, and sends nothing of what was unsubscribed', () => {
  const { clock, sent, ask, usdm } = open('/public/ws/3')
  expect(ask({ method: 'SUBSCRIBE', params: ['btcusdt@trade', 'btcusdt@bookTicker'], id: 7 })).toEqual({
    result: null,
    id: 7,
  })
  expect(ask({ method: 'LIST_SUBSCRIPTIONS', id: 8 })).toEqual({
    result: ['btcusdt@trade', 'btcusdt@bookTicker'],
    id: 8,
  })
  expect(ask({ method: 'UNSUBSCRIBE', params: ['btcusdt@trade'], id: 'nine' })).toEqual({ result: null, id: 'nine' })
  sent.length = 0
  clock.advance(10_000)
  expect(new Set(sent.map((text) => (JSON.parse(text) as { e: string }).e))).toEqual(new Set(['bookTicker']))
  expect(usdm.hub.openStreams).toEqual(['btcusdt@bookTicker'])
})

test('wraps payloads on a combined socket, or when asked to', () => {
  const combined = open('/market/stream', 'streams=btcusdt@aggTrade/btcusdt@markPrice')
  combined.clock.advance(20_000)
  const wrapped = combined.sent.map((text) => JSON.parse(text) as { stream: string; data: { e: string } })
  expect(new Set(wrapped.map(({ stream, data }) => `${stream} ${data.e}`))).toEqual(
    new Set(['btcusdt@aggTrade aggTrade', 'btcusdt@markPrice markPriceUpdate']),
  )
  const raw = open('/ws/btcusdt@markPrice@1s')
  raw.clock.advance(1_000)
  expect(JSON.parse(raw.sent[0] ?? '')).toMatchObject({ e: 'markPriceUpdate' })
  expect(raw.ask({ method: 'SET_PROPERTY', params: ['combined', true], id: 1 })).toEqual({ result: null, id: 1 })
  raw.clock.advance(1_000)
  expect(JSON.parse(raw.sent.at(-1) ?? '')).toMatchObject({ stream: 'btcusdt@markPrice@1s' })
})

test('frames are the same on every socket of a stream, and a source ends with its last socket', () => {
  const example = exampleExchange(32)
  const first = example.listen(example.spot, 'btcusdt@depth@100ms')
  const second = example.listen(example.spot, 'btcusdt@depth@100ms')
  example.clock.advance(3_000)
  expect(second.frames).toEqual(first.frames)
  expect(first.frames.length).toBeGreaterThan(5)
  first.close()
  expect(example.spot.hub.openStreams).toEqual(['btcusdt@depth@100ms'])
  second.close()
  expect(example.spot.hub.openStreams).toEqual([])
})

test.each([
  ['not JSON', '{', { error: { code: 3 } }],
  ['a list', '[]', { error: { code: 2 } }],
  ['an unknown method', { method: 'FLY', id: 1 }, { error: { code: 2 }, id: 1 }],
  ['params that are no list', { method: 'SUBSCRIBE', params: 'btcusdt@trade', id: 2 }, { error: { code: 2 }, id: 2 }],
  ['names that are no texts', { method: 'SUBSCRIBE', params: [1], id: 3 }, { error: { code: 2 }, id: 3 }],
  [
    'too many streams',
    { method: 'SUBSCRIBE', params: Array.from({ length: 1_025 }, (_, i) => `s${i}@trade`), id: 4 },
    { error: { code: 2 }, id: 4 },
  ],
  [
    'a stream that does not exist, which the venue takes in silence',
    { method: 'SUBSCRIBE', params: ['nope@trade'], id: 5 },
    { result: null, id: 5 },
  ],
])('answers %s', (_, message, expected) => {
  expect(open('/ws').ask(message)).toMatchObject(expected)
})

test('leaves user-data streams and unknown paths to others', () => {
  const { usdm, spot } = exampleExchange(33)
  const none = new URLSearchParams()
  const send = (): void => undefined
  for (const path of ['/ws/pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65', '/private/ws', '/ws-api/v3', '/'])
    expect(usdm.openStream(path, none, send), path).toBeUndefined()
  expect(spot.openStream('/ws/12', none, send)).toBeDefined()
})
