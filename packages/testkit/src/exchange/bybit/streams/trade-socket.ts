import type { ExchangeAnswer, StreamSession } from '../../front/dialect.ts'
import type { ApiKey } from '../../core/account-types.ts'
import type { BybitContext } from '../bybit-context.ts'
import { readMessage } from './bybit-socket.ts'
import { loginOf } from './login.ts'

/** Carries out one instruction for a key that has logged in. */
export type TradeInstruction = (name: string, key: ApiKey, body: unknown, receivedMs: number) => ExchangeAnswer

/** Operations of the stream and the endpoints that do the same. */
const OPERATIONS: Readonly<Record<string, string>> = {
  'order.create': 'order/create',
  'order.amend': 'order/amend',
  'order.cancel': 'order/cancel',
  'order.create-batch': 'order/create-batch',
  'order.amend-batch': 'order/amend-batch',
  'order.cancel-batch': 'order/cancel-batch',
}

/** `/v5/trade`: the order endpoints over a socket. An answer carries the request's `reqId`. */
export class TradeSocket implements StreamSession {
  readonly #connId: string
  readonly #send: (text: string) => void
  readonly #context: BybitContext
  readonly #carryOut: TradeInstruction
  #key: ApiKey | undefined

  constructor(connId: string, send: (text: string) => void, context: BybitContext, carryOut: TradeInstruction) {
    this.#connId = connId
    this.#send = send
    this.#context = context
    this.#carryOut = carryOut
  }

  message(text: string, receivedMs: number): void {
    const message = readMessage(text)
    const name = OPERATIONS[message?.op ?? '']
    if (message === undefined) this.#answer({ retCode: 10001, retMsg: 'Invalid request', op: '' })
    else if (message.op === 'ping') this.#answer({ retCode: 0, retMsg: 'OK', op: 'pong', data: [String(receivedMs)] })
    else if (message.op === 'auth') this.#login(message.args, receivedMs)
    else if (name === undefined)
      this.#answer({ reqId: message.reqId, retCode: 10404, retMsg: 'op not found', op: message.op })
    else if (this.#key === undefined)
      this.#answer({ reqId: message.reqId, retCode: 10003, retMsg: 'Not authorized', op: message.op })
    else {
      const answer = this.#carryOut(name, this.#key, message.args[0], receivedMs)
      const { retCode, retMsg, result } = JSON.parse(answer.body) as { retCode: number; retMsg: string; result: object }
      const header = { ...answer.headers, Traceid: this.#connId, Timenow: String(receivedMs) }
      this.#answer({ reqId: message.reqId, retCode, retMsg, op: message.op, data: result, header })
    }
  }

  close(): void {
    this.#key = undefined
  }

  #login(args: readonly unknown[], receivedMs: number): void {
    const login = loginOf(this.#context, args, receivedMs)
    if ('key' in login) this.#key = login.key
    const outcome = 'key' in login ? { retCode: 0, retMsg: 'OK' } : { retCode: login.code, retMsg: login.refusal }
    this.#answer({ ...outcome, op: 'auth' })
  }

  #answer(message: object): void {
    this.#send(JSON.stringify({ ...message, connId: this.#connId }))
  }
}
