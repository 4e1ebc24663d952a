import { Worker } from 'node:worker_threads'

const BEAT_MS = 250

/** What the thread is given. */
export interface WatchdogTask {
  /** Counts up while the process is alive. */
  readonly beats: Int32Array
  readonly limitMs: number
  readonly events: string
}

/**
 * Ends the process, as a crash would, when it has stood still for too long: a strategy that never returns keeps it from
 * hearing fills, renewing the venue's dead-man timer and obeying. The journal is whole at any time, so that the next start
 * goes on.
 *
 * @param events - File of what happened in the session; the end is written there, as nobody else can.
 * @param limitMs - More than any honest strategy takes for a bar.
 */
export function startWatchdog(events: string, limitMs: number): { close(): Promise<void> } {
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const workerData: WatchdogTask = { beats, limitMs, events }
  const worker = new Worker(new URL('./watchdog-thread.ts', import.meta.url), { workerData })
  worker.unref()
  const timer = setInterval(() => Atomics.add(beats, 0, 1), BEAT_MS)
  timer.unref()
  return {
    async close() {
      clearInterval(timer)
      await worker.terminate()
    },
  }
}
