import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import type { SessionEvent } from '@kestrel/live'

/** An event as a session wrote it into its folder. */
export type RecordedEvent = SessionEvent & { readonly timeMs: number }

/** Reads the events of a session from where the last read ended; half a line at the end waits for its rest. */
export class EventTail {
  readonly #path: string
  #offset = 0
  #rest = Buffer.alloc(0)

  constructor(path: string) {
    this.#path = path
  }

  /** Events that came since the last call, oldest first. A line that cannot be read is left out. */
  read(): readonly RecordedEvent[] {
    if (!existsSync(this.#path)) return []
    const file = openSync(this.#path, 'r')
    try {
      const { size } = fstatSync(file)
      // A file that shrank is another one.
      if (size < this.#offset) {
        this.#offset = 0
        this.#rest = Buffer.alloc(0)
      }
      const added = Buffer.alloc(size - this.#offset)
      this.#offset += readSync(file, added, 0, added.length, this.#offset)
      const bytes = Buffer.concat([this.#rest, added])
      const end = bytes.lastIndexOf('\n') + 1
      this.#rest = bytes.subarray(end)
      return bytes.subarray(0, end).toString('utf8').split('\n').flatMap(parseLine)
    } finally {
      closeSync(file)
    }
  }
}

function parseLine(line: string): RecordedEvent[] {
  if (line === '') return []
  try {
    return [JSON.parse(line) as RecordedEvent]
  } catch {
    return []
  }
}
