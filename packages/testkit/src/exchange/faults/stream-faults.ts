import type { StreamInterference, StreamLine } from '../front/interference.ts'
import type { ScheduledFault } from './fault-schedule.ts'
import { numberOf } from './fault-schedule.ts'
import type { MessageKind } from './vocabulary.ts'

/** Messages that are held back to come in another order leave after this time even if too few came. */
const HOLD_MS = 60

/** What a stream has to ask of those who count. */
export interface StreamFaultSource {
  /** Kind of a message and the faults that strike it. */
  next(text: string): { readonly kind: MessageKind; readonly faults: readonly ScheduledFault[] }
  /** Refuses the next attempts to connect. */
  refuseConnections(count: number): void
}

type Pass = (text: string) => void

/** Plays faults on the messages of one stream. */
export class StreamFaults implements StreamInterference {
  readonly #source: StreamFaultSource
  readonly #line: StreamLine
  readonly #queue: { readonly text: string; readonly pass: Pass; readonly dueMs: number }[] = []
  #timer: NodeJS.Timeout | undefined
  #delay: { readonly delayMs: number; left: number } | undefined
  #repeat: { readonly kind: MessageKind; left: number } | undefined
  #loss: { readonly kind: MessageKind; left: number } | undefined
  #held: { readonly messages: string[]; readonly size: number; readonly pass: Pass } | undefined
  #holdTimer: NodeJS.Timeout | undefined
  #isGone = false

  constructor(source: StreamFaultSource, line: StreamLine) {
    this.#source = source
    this.#line = line
  }

  outgoing(text: string, pass: Pass): void {
    const { kind, faults } = this.#source.next(text)
    for (const fault of faults) this.#begin(fault, kind, pass)
    if (this.#isGone) return
    if (this.#loss?.kind === kind) {
      if (--this.#loss.left <= 0) this.#loss = undefined
      return
    }
    const times = this.#repeat?.kind === kind ? 2 : 1
    if (this.#repeat?.kind === kind && --this.#repeat.left <= 0) this.#repeat = undefined
    for (let copy = 0; copy < times; copy++) this.#reorder(text, pass)
  }

  incoming(): boolean {
    return !this.#isGone
  }

  close(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#holdTimer)
    this.#queue.length = 0
  }

  #begin(fault: ScheduledFault, kind: MessageKind, pass: Pass): void {
    switch (fault.name) {
      case 'delayed-messages':
        this.#delay = { delayMs: numberOf(fault, 'delayMs'), left: numberOf(fault, 'messages') }
        return
      case 'repeated-messages':
        this.#repeat = { kind, left: numberOf(fault, 'messages') }
        return
      case 'duplicate-acknowledgement':
        this.#repeat = { kind, left: 1 }
        return
      case 'lost-messages':
        this.#loss = { kind, left: numberOf(fault, 'messages') }
        return
      case 'reordered-messages':
        this.#held ??= { messages: [], size: numberOf(fault, 'messages'), pass }
        this.#holdTimer ??= setTimeout(() => this.#release(), HOLD_MS)
        return
      case 'disconnect':
        this.#isGone = true
        this.#source.refuseConnections(numberOf(fault, 'refusals'))
        this.#line.hangUp()
        return
      case 'half-open':
        this.#isGone = true
        this.#line.goSilent()
        return
      default:
    }
  }

  #reorder(text: string, pass: Pass): void {
    if (this.#held === undefined) {
      this.#later(text, pass)
      return
    }
    this.#held.messages.push(text)
    if (this.#held.messages.length >= this.#held.size) this.#release()
  }

  #release(): void {
    clearTimeout(this.#holdTimer)
    this.#holdTimer = undefined
    const held = this.#held
    this.#held = undefined
    for (const text of held?.messages.reverse() ?? []) this.#later(text, held?.pass as Pass)
  }

  /** Sends in order: what is not late itself waits for what came before. */
  #later(text: string, pass: Pass): void {
    const delayMs = this.#delay?.delayMs ?? 0
    if (this.#delay !== undefined && --this.#delay.left <= 0) this.#delay = undefined
    if (delayMs === 0 && this.#queue.length === 0) {
      pass(text)
      return
    }
    const nowMs = performance.now()
    const dueMs = Math.max(nowMs + delayMs, this.#queue.at(-1)?.dueMs ?? 0)
    this.#queue.push({ text, pass, dueMs })
    this.#timer ??= setTimeout(() => this.#drain(), dueMs - nowMs)
  }

  #drain(): void {
    this.#timer = undefined
    // Timers may run a fraction of a millisecond early.
    const nowMs = performance.now() + 1
    for (let first = this.#queue[0]; first !== undefined && first.dueMs <= nowMs; first = this.#queue[0]) {
      this.#queue.shift()
      first.pass(first.text)
    }
    const next = this.#queue[0]
    if (next !== undefined) this.#timer = setTimeout(() => this.#drain(), Math.max(0, next.dueMs - nowMs))
  }
}
