import type { StreamSession } from '../../front/dialect.ts'

/** Messages a client sends: `{ op, req_id, args }`, or `reqId` on the trade stream. */
export interface BybitMessage {
  readonly op: string
  /** As text; empty where the client gave none. */
  readonly reqId: string
  readonly args: readonly unknown[]
}

/** Reads a message; undefined for what is none. */
export function readMessage(text: string): BybitMessage | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { op, req_id: reqId, reqId: tradeReqId, args } = value as Record<string, unknown>
  if (typeof op !== 'string') return undefined
  const id = reqId ?? tradeReqId
  return {
    op,
    reqId: typeof id === 'string' || typeof id === 'number' ? String(id) : '',
    args: Array.isArray(args) ? args : [],
  }
}

/** Most topics that one message may name. Source: Bybit v5 documentation, "Connect". */
const MOST_ARGS = 2_000

/** What every stream of the venue does: reads messages, answers pings, keeps subscriptions. */
export abstract class BybitSocket implements StreamSession {
  readonly connId: string
  protected readonly topics = new Set<string>()
  readonly #send: (text: string) => void

  constructor(connId: string, send: (text: string) => void) {
    this.connId = connId
    this.#send = send
  }

  send(message: object): void {
    this.#send(JSON.stringify(message))
  }

  message(text: string, receivedMs: number): void {
    const message = readMessage(text)
    if (message === undefined) {
      this.send({
        success: false,
        ret_msg: 'error:invalid request',
        conn_id: this.connId,
        request: { op: '', args: null },
      })
      return
    }
    this.hear(message, receivedMs, text)
  }

  protected hear(message: BybitMessage, receivedMs: number, _text: string): void {
    if (message.op === 'ping') this.pong(message, receivedMs)
    else if (message.op === 'subscribe') this.#subscribe(message)
    else if (message.op === 'unsubscribe') this.#unsubscribe(message)
    else this.fail(message, `error:invalid op ${message.op}`)
  }

  protected fail({ op, reqId }: BybitMessage, text: string): void {
    this.send({ success: false, ret_msg: text, conn_id: this.connId, req_id: reqId, op })
  }

  /** Why a topic cannot be had, or undefined. */
  protected abstract refusalOf(topic: string): string | undefined
  protected abstract joined(topic: string): void
  protected abstract left(topic: string): void
  protected abstract pong(message: BybitMessage, receivedMs: number): void

  close(): void {
    for (const topic of this.topics) this.left(topic)
    this.topics.clear()
  }

  #subscribe(message: BybitMessage): void {
    const topics = message.args.filter((topic) => typeof topic === 'string')
    const refusal =
      topics.length === 0 || topics.length > MOST_ARGS
        ? 'error:args size invalid'
        : topics.map((topic) => this.refusalOf(topic)).find((text) => text !== undefined)
    if (refusal !== undefined) {
      this.fail(message, refusal)
      return
    }
    this.send({ success: true, ret_msg: 'subscribe', conn_id: this.connId, req_id: message.reqId, op: 'subscribe' })
    for (const topic of topics) {
      if (this.topics.has(topic)) continue
      this.topics.add(topic)
      this.joined(topic)
    }
  }

  #unsubscribe(message: BybitMessage): void {
    for (const topic of message.args) if (typeof topic === 'string' && this.topics.delete(topic)) this.left(topic)
    this.send({ success: true, ret_msg: '', conn_id: this.connId, req_id: message.reqId, op: 'unsubscribe' })
  }
}
