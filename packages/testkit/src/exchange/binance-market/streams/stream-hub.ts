import type { MarketDesks } from '../market-desk.ts'
import { sourceOf } from './stream-name.ts'

/** Takes a frame: the payload's text, and the name of its stream for sockets that want it around the payload. */
export type FrameSink = (payload: string, stream: string) => void

interface OpenStream {
  readonly sinks: Set<FrameSink>
  stop: () => void
}

/** Shares streams among sockets: a source is started by the first subscriber and stopped when the last one leaves. */
export class StreamHub {
  readonly #desks: MarketDesks
  readonly #open = new Map<string, OpenStream>()

  constructor(desks: MarketDesks) {
    this.#desks = desks
  }

  /** Streams that somebody listens to. */
  get openStreams(): readonly string[] {
    return [...this.#open.keys()]
  }

  subscribe(name: string, sink: FrameSink): void {
    const known = this.#open.get(name)
    if (known !== undefined) {
      known.sinks.add(sink)
      return
    }
    const source = sourceOf(this.#desks, name)
    if (source === undefined) return
    const stream: OpenStream = { sinks: new Set([sink]), stop: () => undefined }
    this.#open.set(name, stream)
    stream.stop = source((payload) => {
      const text = JSON.stringify(payload)
      for (const each of stream.sinks) each(text, name)
    })
  }

  unsubscribe(name: string, sink: FrameSink): void {
    const stream = this.#open.get(name)
    if (stream === undefined || !stream.sinks.delete(sink) || stream.sinks.size > 0) return
    stream.stop()
    this.#open.delete(name)
  }
}
