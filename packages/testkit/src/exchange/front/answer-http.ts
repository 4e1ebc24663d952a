import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ExchangeAnswer, ExchangeRequest } from './dialect.ts'
import type { Delivery } from './interference.ts'
import { routeTo } from './route-mounts.ts'
import type { ServerState } from './server-state.ts'

/** Answers one request over HTTP, with whatever goes wrong with it. */
export async function answerHttp(
  state: ServerState,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const receivedMs = state.clock.nowMs()
  const body = await readBody(message, state.maxBodyBytes)
  const [path, rawQuery] = splitAddress(message.url ?? '/')
  const method = message.method ?? 'GET'
  const settle = state.log.add({ receivedMs, via: 'http', method, path, query: rawQuery, body: body ?? '' })
  if (body === undefined) {
    settle({ status: 413 })
    // The rest of the body is not read, so the connection cannot go on.
    response.writeHead(413, { 'content-type': 'text/plain', connection: 'close' })
    response.end('Request body too large')
    return
  }
  const route = routeTo(state.mounts, path)
  const request: ExchangeRequest = {
    method,
    path: route?.path ?? path,
    query: new URLSearchParams(rawQuery),
    rawQuery,
    headers: headersOf(message),
    body,
    receivedMs,
  }
  const handle = (asked: ExchangeRequest): ExchangeAnswer => {
    if (route === undefined) return { status: 404, body: JSON.stringify({ code: 404, msg: `No such path: ${path}` }) }
    try {
      return route.dialect.handle(asked)
    } catch (error) {
      state.fail(error)
      return { status: 500, body: '{"code":500,"msg":"The dialect failed"}' }
    }
  }
  const { delivery, faults } = interfered(state, request, handle)
  settle({ faults, ...('answer' in delivery ? { status: delivery.answer.status } : {}) })
  deliver(state, delivery, message, response)
}

/** What the faults make of it; a fault that throws is a bug of ours, and nothing that befell the client. */
function interfered(
  state: ServerState,
  request: ExchangeRequest,
  handle: (asked: ExchangeRequest) => ExchangeAnswer,
): { readonly delivery: Delivery; readonly faults: readonly string[] } {
  if (state.faults === undefined) return { delivery: { kind: 'answer', answer: handle(request) }, faults: [] }
  try {
    return state.faults.request(request, handle)
  } catch (error) {
    state.fail(error)
    return {
      delivery: { kind: 'answer', answer: { status: 500, body: '{"code":500,"msg":"The fault failed"}' } },
      faults: [],
    }
  }
}

function deliver(state: ServerState, delivery: Delivery, message: IncomingMessage, response: ServerResponse): void {
  if (delivery.kind === 'silence') return
  if (delivery.kind === 'reset') {
    message.socket.resetAndDestroy()
    return
  }
  const { status, headers, body } = delivery.answer
  const head = { 'content-type': 'application/json;charset=UTF-8', ...headers }
  if (delivery.kind === 'broken-off') {
    const bytes = Buffer.from(body)
    response.writeHead(status, { ...head, 'content-length': String(bytes.length) })
    const part = bytes.subarray(0, Math.min(bytes.length - 1, Math.floor(bytes.length * delivery.share)))
    response.write(part, () => message.socket.resetAndDestroy())
    return
  }
  state.delays.after(delivery.delayMs ?? 0, () => {
    if (response.destroyed) return
    response.writeHead(status, head)
    response.end(body)
  })
}

/** The whole body, or undefined where it is longer than allowed. */
async function readBody(message: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Path and query of the address in a request line. */
export function splitAddress(address: string): readonly [path: string, query: string] {
  const mark = address.indexOf('?')
  return mark < 0 ? [address, ''] : [address.slice(0, mark), address.slice(mark + 1)]
}

function headersOf(message: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(message.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  return headers
}
