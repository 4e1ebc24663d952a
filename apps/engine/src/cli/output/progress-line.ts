import type { Phase } from '../../worker/task.ts'
import { decimalText, durationText } from './numbers.ts'

/** Work shorter than this is not spoken of away from a terminal. */
const LONG_MS = 3_000
const REDRAW_MS = 100

export interface ProgressStream {
  write(text: string): unknown
}

/**
 * Progress on stderr: phase, percent, rate and time left. One line redrawn at most ten times a second on a terminal;
 * elsewhere one line for every tenth, and only of long work.
 */
export class ProgressLine {
  readonly #stream: ProgressStream
  readonly #redraw: boolean
  readonly #quiet: boolean
  readonly #nowMs: () => number
  #phase: Phase | undefined
  #phaseStartMs = 0
  #lastDrawMs = -Infinity
  #lastTenth = 0
  #drawn = 0

  constructor(
    stream: ProgressStream,
    options: { readonly redraw: boolean; readonly quiet: boolean; readonly nowMs?: () => number },
  ) {
    this.#stream = stream
    this.#redraw = options.redraw
    this.#quiet = options.quiet
    this.#nowMs = options.nowMs ?? (() => performance.now())
  }

  /** @param done - Of `phase.total`, which is 0 where nobody knows. */
  update(phase: Phase, done: number): void {
    if (this.#quiet) return
    const nowMs = this.#nowMs()
    if (phase !== this.#phase) {
      this.#phase = phase
      this.#phaseStartMs = nowMs
      this.#lastTenth = 0
    }
    const elapsedMs = nowMs - this.#phaseStartMs
    if (this.#redraw) {
      if (nowMs - this.#lastDrawMs < REDRAW_MS) return
      this.#lastDrawMs = nowMs
      this.#draw(progressText(phase, done, elapsedMs))
      return
    }
    const tenth = phase.total > 0 ? Math.floor((10 * done) / phase.total) : 0
    if (elapsedMs < LONG_MS || tenth <= this.#lastTenth) return
    this.#lastTenth = tenth
    this.#stream.write(`${progressText(phase, done, elapsedMs)}\n`)
  }

  /** A line that stays. */
  note(text: string): void {
    if (this.#quiet) return
    this.clear()
    this.#stream.write(`${text}\n`)
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#drawn === 0) return
    this.#stream.write(`\r${' '.repeat(this.#drawn)}\r`)
    this.#drawn = 0
  }

  #draw(text: string): void {
    const shown = text.slice(0, 79)
    this.#stream.write(`\r${shown.padEnd(this.#drawn)}`)
    this.#drawn = shown.length
  }
}

/** `run  42 %  1,234,567 bars/s  3.2 s left` */
function progressText(phase: Phase, done: number, elapsedMs: number): string {
  if (phase.total === 0 || done === 0 || elapsedMs === 0) return `${phase.name} ...`
  const percent = Math.min(100, Math.floor((100 * done) / phase.total))
  const rate = elapsedMs > 0 ? (1000 * done) / elapsedMs : 0
  const left = rate > 0 ? durationText((1000 * Math.max(0, phase.total - done)) / rate) : ''
  return `${phase.name}  ${percent} %  ${decimalText(rate)} ${phase.unit}/s${left === '' ? '' : `  ${left} left`}`
}
