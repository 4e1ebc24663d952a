import { type BybitMessage, BybitSocket } from './bybit-socket.ts'
import type { PublicTopics } from './public-topics.ts'

/** `/v5/public/spot` and `/v5/public/linear`. */
export class PublicSocket extends BybitSocket {
  readonly #category: string
  readonly #publicTopics: PublicTopics

  constructor(connId: string, send: (text: string) => void, category: string, topics: PublicTopics) {
    super(connId, send)
    this.#category = category
    this.#publicTopics = topics
  }

  protected override refusalOf(topic: string): string | undefined {
    const found = this.#publicTopics.find(this.#category, topic)
    return found === undefined ? `error:handler not found,topic:${topic}` : undefined
  }

  protected override joined(topic: string): void {
    this.#publicTopics.find(this.#category, topic)?.add(this)
  }

  protected override left(topic: string): void {
    this.#publicTopics.find(this.#category, topic)?.remove(this)
  }

  protected override pong({ reqId }: BybitMessage): void {
    this.send({ success: true, ret_msg: 'pong', conn_id: this.connId, req_id: reqId, op: 'ping' })
  }
}
