import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { createRng, type Rng } from '@kestrel/core'
import { expect, test } from 'vitest'
import { ask, bearer, OPERATOR_TOKEN, runApi, type RunningApi } from './running-api.ts'

const RUNS = Math.min(50_000, Number(process.env['KESTREL_FUZZ_RUNS'] ?? 2_000))
/** Of so many requests one is no HTTP at all. */
const RAW_EVERY = 20
const AT_ONCE = 8

const ACTIONS = '/api/v1/sessions/demo-live/actions'
const PATHS = [
  ACTIONS,
  '/api/v1/login',
  '/api/v1/logout',
  '/api/v1/sessions',
  '/api/v1/sessions/demo-live/orders',
  '/api/v1/sessions/demo-live/fills',
  '/api/v1/sessions/demo-live/equity',
  '/api/v1/sessions/%00/orders',
  '/metrics',
  '/openapi.json',
]
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH']
const NAMES = [
  'action',
  'reason',
  'confirm',
  'user',
  'password',
  '__proto__',
  'constructor',
  'limit',
  'state',
  'toString',
  '',
]
const WORDS = [
  'pause',
  'flatten',
  'demo-live',
  'olga',
  '',
  '\u0000',
  '../..',
  '{{7*7}}',
  "' OR 1=1 --",
  '\uD800',
  '🦅',
  '1e999',
  '-1',
]

/** Uniform in `least..most`. */
function whole(rng: Rng, least: number, most: number): number {
  return least + Math.floor(rng.nextFloat() * (most - least + 1))
}

function pick<Item>(rng: Rng, items: readonly Item[]): Item {
  return items[whole(rng, 0, items.length - 1)] as Item
}

/** Any JSON value, deep sometimes. */
function anyValue(rng: Rng, depth: number): unknown {
  const kind = whole(rng, 0, depth > 4 ? 4 : 7)
  if (kind === 0) return null
  if (kind === 1) return whole(rng, -1e9, 1e9) / 7
  if (kind === 2) return whole(rng, 0, 1) === 1
  if (kind === 3) return pick(rng, WORDS)
  if (kind === 4) return pick(rng, WORDS).repeat(whole(rng, 0, 200))
  const size = whole(rng, 0, 4)
  if (kind === 5) return Array.from({ length: size }, () => anyValue(rng, depth + 1))
  return Object.fromEntries(Array.from({ length: size }, () => [pick(rng, NAMES), anyValue(rng, depth + 1)]))
}

/** A body: JSON, JSON with bytes changed, or bytes. */
function anyBody(rng: Rng): Buffer | undefined {
  const kind = whole(rng, 0, 9)
  if (kind === 0) return undefined
  if (kind === 1) return Buffer.from(Array.from({ length: whole(rng, 0, 500) }, () => whole(rng, 0, 255)))
  if (kind === 2) return Buffer.from('['.repeat(whole(rng, 1, 60_000)))
  if (kind === 3) return Buffer.alloc(whole(rng, 60_000, 70_000), '{"a":')
  const text =
    kind < 7
      ? JSON.stringify({ action: pick(rng, ['pause', 'halt', 'x']), ...objectOf(rng) })
      : JSON.stringify(anyValue(rng, 0))
  const bytes = Buffer.from(text)
  const changes = kind > 5 && bytes.length > 0 ? whole(rng, 0, 3) : 0
  for (let n = 0; n < changes; n++) {
    bytes.writeUInt8(whole(rng, 0, 255), whole(rng, 0, bytes.length - 1))
  }
  return bytes
}

function objectOf(rng: Rng): object {
  return whole(rng, 0, 2) === 0 ? {} : { [pick(rng, NAMES)]: anyValue(rng, 1) }
}

function anyHeaders(rng: Rng): Record<string, string> {
  const headers: Record<string, string> = {}
  if (whole(rng, 0, 9) > 0) Object.assign(headers, bearer(OPERATOR_TOKEN))
  headers['content-type'] = pick(rng, [
    'application/json',
    'application/json',
    'application/json; charset=latin1',
    'text/plain',
    'x',
  ])
  headers['idempotency-key'] = pick(rng, ['k', `key-${whole(rng, 0, 1e9)}`, 'same-key-each-time', 'x'.repeat(300)])
  if (whole(rng, 0, 4) === 0)
    headers['cookie'] = pick(rng, [
      'kestrel_session=',
      'kestrel_session=kst_x; kestrel_session=y',
      '=;;=',
      'a'.repeat(5_000),
    ])
  if (whole(rng, 0, 4) === 0) headers['origin'] = pick(rng, ['null', 'https://evil.example', 'http://127.0.0.1', '%'])
  if (whole(rng, 0, 9) === 0) headers['host'] = pick(rng, ['evil.example', '', '[::1', '127.0.0.1:99999', '..'])
  if (whole(rng, 0, 9) === 0)
    headers['authorization'] = pick(rng, ['Bearer', `Bearer ${'a'.repeat(300)}`, 'Basic =', ''])
  if (whole(rng, 0, 9) === 0) headers['last-event-id'] = pick(rng, ['x', '-1', 'a-99999999999999999999'])
  return headers
}

function anyPath(rng: Rng): string {
  const path = pick(rng, PATHS)
  if (whole(rng, 0, 2) > 0) return path
  const query = Array.from(
    { length: whole(rng, 0, 3) },
    () => `${pick(rng, NAMES)}=${encodeURIComponent(String(whole(rng, -5, 2_000)))}`,
  )
  return `${path}?${query.join('&')}${pick(rng, ['', '&limit=%', '%ff', '&cursor='.repeat(10)])}`
}

async function send(
  api: RunningApi,
  agent: Agent,
  rng: Rng,
): Promise<{ readonly status: number; readonly text: string }> {
  const { promise, resolve } = Promise.withResolvers<{ status: number; text: string }>()
  const body = anyBody(rng)
  const method = body === undefined ? pick(rng, METHODS) : pick(rng, ['POST', 'POST', 'POST', 'PUT', 'PATCH', 'DELETE'])
  const path = anyPath(rng)
  const outgoing = request(
    { host: '127.0.0.1', port: api.server.port, agent, method, path, headers: anyHeaders(rng) },
    (incoming) => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (part: string) => (text += part))
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }))
      incoming.on('error', () => resolve({ status: 0, text }))
    },
  )
  // A body that is too large is cut off while it is sent.
  outgoing.on('error', () => resolve({ status: 0, text: '' }))
  outgoing.end(body)
  return await promise
}

/** Bytes that are no request, or half of one. */
async function sendRaw(api: RunningApi, rng: Rng): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const noise = Buffer.from(Array.from({ length: whole(rng, 1, 300) }, () => whole(rng, 0, 255)))
  const start = pick(rng, [
    '',
    'GET ',
    'POST /api/v1/login HTTP/1.1\r\n',
    'GET /metrics HTTP/9.9\r\nHost: \r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\n',
  ])
  const socket = connect(api.server.port, '127.0.0.1')
  socket.on('close', () => resolve())
  socket.on('error', () => socket.destroy())
  socket.on('data', () => socket.destroy())
  socket.on('end', () => socket.destroy())
  socket.end(Buffer.concat([Buffer.from(start), noise]))
  await promise
}

test(`${RUNS} requests and frames at random crash nothing, open nothing and do nothing twice`, async () => {
  await using api = await runApi({ guarded: true, requestsPerMinute: 1_000_000 })
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const statuses = new Map<number, number>()
  const one = async (index: number): Promise<void> => {
    const rng = createRng(index)
    if (index % RAW_EVERY === 0) return await sendRaw(api, rng)
    const { status, text } = await send(api, agent, rng)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    // 501 is Fastify's word for a method it does not know, 503 that too many passwords wait.
    if (status >= 500 && status !== 501 && status !== 503) throw new Error(`request ${index} got ${status}: ${text}`)
    if (status >= 400 && text !== '') expect(JSON.parse(text)).toMatchObject({ error: { code: expect.any(String) } })
  }
  try {
    for (let index = 1; index <= RUNS; index += AT_ONCE) {
      await Promise.all(
        Array.from({ length: Math.min(AT_ONCE, RUNS - index + 1) }, async (_, n) => await one(index + n)),
      )
    }
  } finally {
    agent.destroy()
  }
  // It lives, it answers, and it was more than a wall: some got through, others were turned away for several reasons.
  expect((await ask(api, '/health')).status).toBe(200)
  for (const status of [200, 400, 401, 403, 404, 413, 415])
    expect([status, statuses.get(status) ?? 0]).not.toEqual([status, 0])
  const keys = api.session.acts.map(({ actor }) => actor.idempotencyKey)
  expect(new Set(keys).size).toBe(keys.length)
  expect(api.session.acts.every(({ request: { action } }) => action === 'pause' || action === 'halt')).toBe(true)
  expect(api.log.join('').includes(OPERATOR_TOKEN)).toBe(false)
})
