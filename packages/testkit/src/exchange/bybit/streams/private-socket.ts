import type { ApiKey } from '../../core/account-types.ts'
import type { BybitContext } from '../bybit-context.ts'
import { type BybitMessage, BybitSocket } from './bybit-socket.ts'
import { loginOf } from './login.ts'
import type { PrivateHub } from './private-hub.ts'

const TOPIC = /^(order|execution|execution\.fast|position|wallet|dcp)(\.(spot|linear|inverse|option|future))?$/

/** `/v5/private`: what happens to one account. Nothing comes before the login. */
export class PrivateSocket extends BybitSocket {
  readonly #context: BybitContext
  readonly #hub: PrivateHub
  #key: ApiKey | undefined

  constructor(connId: string, send: (text: string) => void, context: BybitContext, hub: PrivateHub) {
    super(connId, send)
    this.#context = context
    this.#hub = hub
  }

  get accountId(): string | undefined {
    return this.#key?.accountId
  }

  /** The names under which the socket wants a kind of news of a category. */
  wanted(kind: string, category: string): readonly string[] {
    return [kind, `${kind}.${category}`].filter((topic) => this.topics.has(topic))
  }

  protected override hear(message: BybitMessage, receivedMs: number, text: string): void {
    if (message.op !== 'auth') {
      super.hear(message, receivedMs, text)
      return
    }
    const login = loginOf(this.#context, message.args, receivedMs)
    if ('refusal' in login) {
      this.fail(message, login.refusal)
      return
    }
    this.#key = login.key
    this.#hub.add(this)
    this.send({ success: true, ret_msg: '', op: 'auth', conn_id: this.connId, req_id: message.reqId })
  }

  protected override refusalOf(topic: string): string | undefined {
    if (this.#key === undefined) return 'Request not authorized'
    return TOPIC.test(topic) ? undefined : `error:handler not found,topic:${topic}`
  }

  protected override joined(topic: string): void {
    if (topic.startsWith('dcp')) this.#hub.disarm(this)
  }

  protected override left(): void {
    // The hub asks for the topics each time.
  }

  protected override pong({ reqId }: BybitMessage, receivedMs: number): void {
    this.send({ req_id: reqId, op: 'pong', args: [String(receivedMs)], conn_id: this.connId })
  }

  override close(): void {
    this.#hub.remove(this)
    super.close()
  }
}
