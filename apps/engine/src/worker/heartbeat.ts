import type { RunControl } from '@kestrel/kernel'

/** Words of the shared counter: instants done in this pass, stop flag, phase number. */
const INSTANTS = 0
const STOP = 1
const PHASE = 2
const WORDS = 4

/**
 * Memory that the main thread and a worker share while a task runs: the worker writes how far it is, the main thread
 * whether to stop. Writing it is a plain store, so that it costs the loop nothing.
 */
export class Heartbeat {
  readonly buffer: SharedArrayBuffer
  readonly #words: Int32Array
  readonly #time: Float64Array

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(WORDS * 4 + 8)) {
    this.buffer = buffer
    this.#words = new Int32Array(buffer, 8, WORDS)
    this.#time = new Float64Array(buffer, 0, 1)
  }

  /** Instants of the present pass that are done. */
  get instants(): number {
    return this.#words[INSTANTS] ?? 0
  }

  /** Time of the last instant that was finished; 0 before the first. */
  get timeMs(): number {
    return this.#time[0] ?? 0
  }

  /** Rises with every phase, so that a new phase counts as progress. */
  get phase(): number {
    return this.#words[PHASE] ?? 0
  }

  get stopRequested(): boolean {
    return Atomics.load(this.#words, STOP) === 1
  }

  requestStop(): void {
    Atomics.store(this.#words, STOP, 1)
  }

  nextPhase(): void {
    this.#words[PHASE] = this.phase + 1
    this.#words[INSTANTS] = 0
    this.#time[0] = 0
  }

  /** The kernel's view: it reports each instant and asks whether to go on. */
  control(): RunControl {
    const words = this.#words
    const time = this.#time
    return {
      beat(instants, timeMs) {
        words[INSTANTS] = instants
        time[0] = timeMs
      },
      stopRequested: () => this.stopRequested,
    }
  }
}
