import type { StreamSession } from '../../front/dialect.ts'
import type { FrameSink, StreamHub } from './stream-hub.ts'

/** Streams that one socket may hold, as on the venue. */
const MOST_STREAMS = 1_024

/**
 * One market-data socket: SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS and the property `combined`. Each request is acknowledged
 * before the first frame of what it asked for.
 */
export class MarketSocket implements StreamSession {
  readonly #hub: StreamHub
  readonly #send: (text: string) => void
  readonly #streams = new Set<string>()
  #isCombined: boolean

  constructor(hub: StreamHub, send: (text: string) => void, isCombined: boolean, streams: readonly string[]) {
    this.#hub = hub
    this.#send = send
    this.#isCombined = isCombined
    for (const name of streams) this.#add(name)
  }

  message(text: string): void {
    let request: unknown
    try {
      request = JSON.parse(text)
    } catch (error) {
      this.#refuse(3, `Invalid JSON: ${error instanceof Error ? error.message : 'unreadable'}`, undefined)
      return
    }
    if (typeof request !== 'object' || request === null || Array.isArray(request)) {
      this.#refuse(2, 'Invalid request: expected an object', undefined)
      return
    }
    const { method, params, id } = request as { method?: unknown; params?: unknown; id?: unknown }
    if (method === 'LIST_SUBSCRIPTIONS') this.#acknowledge(id, [...this.#streams])
    else if (method === 'SET_PROPERTY' || method === 'GET_PROPERTY') this.#property(method, params, id)
    else if (method !== 'SUBSCRIBE' && method !== 'UNSUBSCRIBE')
      this.#refuse(
        2,
        `Invalid request: unknown variant ${JSON.stringify(method) ?? 'none'}, expected one of SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS, SET_PROPERTY, GET_PROPERTY`,
        id,
      )
    else if (!Array.isArray(params) || !params.every((name) => typeof name === 'string'))
      this.#refuse(2, 'Invalid request: params must be a list of stream names', id)
    else this.#change(method, params, id)
  }

  close(): void {
    for (const name of this.#streams) this.#hub.unsubscribe(name, this.#sink)
    this.#streams.clear()
  }

  readonly #sink: FrameSink = (payload, stream) => {
    this.#send(this.#isCombined ? `{"stream":${JSON.stringify(stream)},"data":${payload}}` : payload)
  }

  #change(method: 'SUBSCRIBE' | 'UNSUBSCRIBE', names: readonly string[], id: unknown): void {
    if (method === 'SUBSCRIBE' && new Set([...this.#streams, ...names]).size > MOST_STREAMS) {
      this.#refuse(2, `Invalid request: a connection can hold ${MOST_STREAMS} streams`, id)
      return
    }
    this.#acknowledge(id, null)
    for (const name of names) {
      if (method === 'SUBSCRIBE') this.#add(name)
      else if (this.#streams.delete(name)) this.#hub.unsubscribe(name, this.#sink)
    }
  }

  #add(name: string): void {
    if (this.#streams.has(name)) return
    this.#streams.add(name)
    this.#hub.subscribe(name, this.#sink)
  }

  #property(method: 'SET_PROPERTY' | 'GET_PROPERTY', params: unknown, id: unknown): void {
    const [name, value] = Array.isArray(params) ? (params as unknown[]) : []
    if (name !== 'combined' || (method === 'SET_PROPERTY' && typeof value !== 'boolean')) {
      this.#refuse(0, `Unknown property`, id)
      return
    }
    if (method === 'SET_PROPERTY') this.#isCombined = value === true
    this.#acknowledge(id, method === 'SET_PROPERTY' ? null : this.#isCombined)
  }

  #acknowledge(id: unknown, result: unknown): void {
    this.#send(JSON.stringify({ result, id: id ?? null }))
  }

  #refuse(code: number, msg: string, id: unknown): void {
    this.#send(JSON.stringify({ error: { code, msg }, ...(id === undefined ? {} : { id }) }))
  }
}
