/** Thread of the watchdog: it lives while the main thread stands. */
import { appendFileSync, writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import type { WatchdogTask } from './session-watchdog.ts'

const LOOK_MS = 500
const STDERR = 2

const { beats, limitMs, events } = workerData as WatchdogTask
let last = Atomics.load(beats, 0)
// Counted in looks: a process that was stopped as a whole, or a clock that jumps, is no hang.
let stoodMs = 0

setInterval(() => {
  const now = Atomics.load(beats, 0)
  if (now !== last) {
    last = now
    stoodMs = 0
    return
  }
  stoodMs += LOOK_MS
  if (stoodMs < limitMs) return
  const message = `The session has stood still for ${limitMs / 1_000} s, most likely in its strategy, and was ended. What is open at the venue stays until the venue's timer, if it has one, cancels it; the same command goes on.`
  try {
    const alarm = { timeMs: Date.now(), kind: 'alarm', severity: 'critical', code: 'SESSION_HANGS', message }
    appendFileSync(events, `${JSON.stringify(alarm)}\n`, { mode: 0o600 })
    writeSync(STDERR, `CRITICAL SESSION_HANGS: ${message}\n`)
  } finally {
    process.kill(process.pid, 'SIGKILL')
  }
}, LOOK_MS)
