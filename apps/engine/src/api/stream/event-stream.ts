import type { StreamLost } from '@kestrel/contracts'
import type { ServerResponse } from 'node:http'
import type { SessionDirectory } from '../session-directory.ts'
import { EventRing, type EventRingOptions, type StreamEntry } from './event-ring.ts'

const HEARTBEAT_MS = 15_000
/** After this long a browser tries again. */
const RETRY_MS = 2_000
/** A reader that leaves more than this unread is cut off; it resumes by its last id. */
const MOST_UNREAD_BYTES = 1_048_576

export interface StreamRequest {
  /** Events of this session only; undefined for all. */
  readonly sessionId: string | undefined
  /** What the reader saw last; undefined on its first call. */
  readonly lastId: string | undefined
  /** Asked at each heartbeat: false ends the stream, as when a login has ended. */
  isStillAllowed(): boolean
}

/** Server-sent events of all sessions to any number of readers. */
export class EventStream {
  readonly #ring: EventRing
  readonly #readers = new Set<{ readonly send: (entry: StreamEntry) => void; readonly end: () => void }>()
  readonly #unsubscribe: () => void

  constructor(directory: SessionDirectory, options: EventRingOptions) {
    this.#ring = new EventRing(options)
    this.#unsubscribe = directory.subscribe((event) => {
      const entry = this.#ring.append(event)
      for (const { send } of this.#readers) send(entry)
    })
  }

  get readers(): number {
    return this.#readers.size
  }

  /**
   * Writes events to an answer until either side ends it. A reader that resumes gets what it missed first; where that is
   * not all there any more, a `lost` event says so.
   *
   * @param response - status and headers are already sent
   */
  serve(response: ServerResponse, { sessionId, lastId, isStillAllowed }: StreamRequest): void {
    const isWanted = (entry: StreamEntry): boolean => sessionId === undefined || entry.sessionId === sessionId
    const { entries, lost } = lastId === undefined ? { entries: [], lost: undefined } : this.#ring.after(lastId)
    response.write(`retry: ${RETRY_MS}\n\n`)
    if (lost !== undefined) response.write(lostFrame(lost, this.#ring.lastId))
    else if (lastId === undefined) response.write(`id: ${this.#ring.lastId}\nevent: ready\ndata: {}\n\n`)
    for (const entry of entries) if (isWanted(entry)) response.write(entry.frame)
    const reader = {
      send: (entry: StreamEntry): void => {
        if (!isWanted(entry)) return
        if (response.writableLength > MOST_UNREAD_BYTES) reader.end()
        else response.write(entry.frame)
      },
      end: (): void => {
        clearInterval(heartbeat)
        this.#readers.delete(reader)
        response.destroy()
      },
    }
    const heartbeat = setInterval(() => {
      // An id without data moves the reader's id and nothing else: events of other sessions count as seen.
      if (isStillAllowed()) response.write(`id: ${this.#ring.lastId}\n\n`)
      else reader.end()
    }, HEARTBEAT_MS)
    heartbeat.unref()
    response.on('close', reader.end)
    this.#readers.add(reader)
  }

  /** Ends every reader and listens no more. */
  close(): void {
    this.#unsubscribe()
    for (const { end } of this.#readers) end()
  }
}

function lostFrame(lost: StreamLost, id: string): string {
  return `id: ${id}\nevent: lost\ndata: ${JSON.stringify(lost)}\n\n`
}
