import { Worker } from 'node:worker_threads'
import { isoTime, KestrelError } from '@kestrel/core'
import { interruptedError } from '../cli/command-error.ts'
import { errorFromDocument } from '../cli/error-document.ts'
import { sourcePlace } from '../strategy-loading/source-place.ts'
import type { ProgressLine } from '../cli/output/progress-line.ts'
import { withoutSecrets } from '../keys/child-environment.ts'
import { Heartbeat } from './heartbeat.ts'
import type { Phase, Task, TaskOutcomes, WorkerMessage, WorkerStart } from './task.ts'

export interface WorkerOptions {
  readonly progress: ProgressLine
  /** Milliseconds without progress, while the user's code runs, after which it is stopped. */
  readonly watchdogMs: number
  /** What is running, for messages: `strategy sma-cross`. */
  readonly subject: string
}

/** How often the main thread looks at the heartbeat. */
const LOOK_MS = 100

/**
 * Runs a task in a worker thread and waits for it.
 *
 * Ctrl-C asks it to stop, a second one ends it at once; neither leaves a file behind. A strategy that makes no progress
 * for `watchdogMs` is ended too.
 *
 * @throws KestrelError `INTERRUPTED`, `STRATEGY_STUCK`, or what the task threw.
 */
export async function runInWorker<Kind extends Task['kind']>(
  task: Extract<Task, { kind: Kind }>,
  options: WorkerOptions,
): Promise<TaskOutcomes[Kind]> {
  const heartbeat = new Heartbeat()
  const start: WorkerStart = { task, heartbeat: heartbeat.buffer }
  const worker = new Worker(new URL('./worker-main.ts', import.meta.url), {
    workerData: start,
    // Strategies of anybody run there: no key is within their reach.
    env: withoutSecrets(process.env),
    // What a strategy prints is no data of ours: it goes to stderr.
    stdout: true,
    stderr: true,
  })
  worker.stdout.pipe(process.stderr, { end: false })
  worker.stderr.pipe(process.stderr, { end: false })
  const { promise, resolve, reject } = Promise.withResolvers<TaskOutcomes[Kind]>()
  let phase: Phase | undefined
  worker.on('message', (message: WorkerMessage) => {
    if (message.type === 'phase') phase = message.phase
    else if (message.type === 'done') resolve(message.outcome as TaskOutcomes[Kind])
    else reject(errorFromDocument(message.error))
  })
  worker.on('error', (error) => reject(workerFailure(error, phase, options.subject)))
  worker.on('exit', () => reject(workerExit(phase, options.subject)))

  const interrupts = onInterrupt(
    () => {
      heartbeat.requestStop()
      options.progress.note('Stopping. Press Ctrl-C again to end at once.')
    },
    () => reject(interruptedError('Ended at once. No run was written.')),
  )
  const watchdog = new Watchdog(options.watchdogMs)
  const timer = setInterval(() => {
    const { instants, timeMs } = heartbeat
    if (phase !== undefined) options.progress.update(phase, instants)
    if (watchdog.isStuck(heartbeat, phase?.watched === true)) {
      // A strategy that hangs or is slow cannot answer a polite request.
      if (heartbeat.stopRequested) reject(interruptedError('Interrupted. No run was written.'))
      else reject(stuckError(options, phase?.name ?? '', instants, timeMs))
    }
  }, LOOK_MS)
  try {
    return await promise
  } finally {
    clearInterval(timer)
    options.progress.clear()
    await worker.terminate()
    interrupts.dispose()
  }
}

/** Milliseconds that the user's code may go on after Ctrl-C. */
const GRACE_MS = 3_000

/** Tells a slow strategy from one that does not return, by looking at the heartbeat. */
class Watchdog {
  readonly #limitMs: number
  #last = ''
  #sinceMs = performance.now()
  #stopSinceMs: number | undefined

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  isStuck(heartbeat: Heartbeat, watched: boolean): boolean {
    const state = `${heartbeat.phase} ${heartbeat.instants} ${watched}`
    const nowMs = performance.now()
    if (state !== this.#last || !watched) {
      this.#last = state
      this.#sinceMs = nowMs
    }
    if (heartbeat.stopRequested) this.#stopSinceMs ??= nowMs
    // What is being written when Ctrl-C comes is written to its end; only the user's code is cut short.
    const overdue = this.#stopSinceMs !== undefined && nowMs - this.#stopSinceMs > GRACE_MS
    return watched && (overdue || nowMs - this.#sinceMs > this.#limitMs)
  }
}

function onInterrupt(first: () => void, second: () => void): { dispose(): void } {
  let count = 0
  const listener = (): void => {
    count++
    if (count === 1) first()
    else second()
  }
  process.on('SIGINT', listener)
  process.on('SIGTERM', listener)
  const dispose = (): void => {
    // Once interrupted, the way out is the exit code: a further Ctrl-C must not cut off the message.
    if (count > 0) return
    process.off('SIGINT', listener)
    process.off('SIGTERM', listener)
  }
  return { dispose }
}

function stuckError(options: WorkerOptions, phase: string, instants: number, timeMs: number): KestrelError {
  const seconds = options.watchdogMs / 1000
  const where =
    instants === 0
      ? `in phase "${phase}", before its first bar returned`
      : `after the bar closing at ${isoTime(timeMs)}`
  return new KestrelError({
    code: 'STRATEGY_STUCK',
    message: `${capitalised(options.subject)} made no progress for ${seconds} s, ${where}. It was stopped; no run was written.`,
    hint: 'Look for a loop that never ends. A slow strategy gets more time with --strategy-timeout SECONDS.',
    meta: { subject: options.subject, phase, instants, lastBarTimeMs: instants === 0 ? null : timeMs, seconds },
  })
}

/** What a task throws comes as a message; this is what nobody caught. */
function workerFailure(error: unknown, phase: Phase | undefined, subject: string): Error {
  const thrown = error instanceof Error ? error : new Error(String(error))
  if ((thrown as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new KestrelError({
      code: 'OUT_OF_MEMORY',
      message: `${capitalised(subject)} needed more memory than there is. It was stopped; no run was written.`,
      hint: 'Choose a shorter window or a longer timeframe, or keep less in the strategy.',
      cause: error,
    })
  }
  const place = sourcePlace(thrown)
  // Before a strategy is loaded, or in code of ours alone, it is a fault of ours.
  if (phase === undefined || place === undefined) return thrown
  return new KestrelError({
    code: 'STRATEGY_UNCAUGHT',
    message: `${capitalised(subject)} failed outside its callbacks: ${thrown.message.replace(/[.\s]*$/, '.')} It was stopped; no run was written.`,
    hint: `A strategy runs without waiting: leave out promises, timers and async functions. Look at ${place}.`,
    meta: { subject, place },
    cause: error,
  })
}

function workerExit(phase: Phase | undefined, subject: string): Error {
  if (phase === undefined) return new Error('The worker thread ended without a result.')
  return new KestrelError({
    code: 'STRATEGY_EXITED',
    message: `${capitalised(subject)} ended the thread that it runs in. No run was written.`,
    hint: 'Take out the call of process.exit; return from the callback or throw an error instead.',
    meta: { subject },
  })
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
