import type { TimeMs } from '@kestrel/core'

interface Timer {
  readonly tsMs: TimeMs
  readonly rank: number
  readonly sequence: number
  run: (() => void) | undefined
}

/** Timers by instant, then rank, then the order in which they were set. A binary heap: O(log n) to add and take. */
export class TimerQueue {
  readonly #heap: Timer[] = []
  #sequence = 0

  add(tsMs: TimeMs, rank: number, run: () => void): () => void {
    const timer: Timer = { tsMs, rank, sequence: this.#sequence++, run }
    const heap = this.#heap
    let at = heap.length
    heap.push(timer)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(timer, heap[parent] as Timer)) break
      heap[at] = heap[parent] as Timer
      at = parent
    }
    heap[at] = timer
    return () => {
      // Left in the heap as a stone; taking it out would cost a search.
      timer.run = undefined
    }
  }

  /** The earliest timer at or before an instant, taken out. */
  takeDue(tsMs: TimeMs): { readonly tsMs: TimeMs; readonly run: () => void } | undefined {
    for (let first = this.#heap[0]; first !== undefined && first.tsMs <= tsMs; first = this.#heap[0]) {
      this.#removeFirst()
      const { run } = first
      if (run !== undefined) return { tsMs: first.tsMs, run }
    }
    return undefined
  }

  #removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop() as Timer
    if (heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Timer, heap[child] as Timer)) child += 1
      if (!isBefore(heap[child] as Timer, last)) break
      heap[at] = heap[child] as Timer
      at = child
    }
    heap[at] = last
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  if (a.tsMs !== b.tsMs) return a.tsMs < b.tsMs
  return a.rank === b.rank ? a.sequence < b.sequence : a.rank < b.rank
}
