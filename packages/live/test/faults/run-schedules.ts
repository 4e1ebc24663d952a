import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { FaultCase } from './fault-case.ts'
import type { FaultOutcome } from './fault-run.ts'

/** Cases that one process runs at a time: they mostly wait. */
const AT_A_TIME = 10

/** A case that did not end in this time hangs. */
const HANGS_MS = 180_000

/**
 * Runs cases on every core.
 *
 * @param onOutcome - Told of each as it ends.
 */
export async function runSchedules(
  cases: Iterable<FaultCase>,
  onOutcome: (outcome: FaultOutcome, test: FaultCase) => void,
): Promise<void> {
  const waiting = cases[Symbol.iterator]()
  await Promise.all(
    Array.from({ length: Math.max(1, availableParallelism()) }, async () => runWorker(waiting, onOutcome)),
  )
}

async function runWorker(
  waiting: Iterator<FaultCase>,
  onOutcome: (outcome: FaultOutcome, test: FaultCase) => void,
): Promise<void> {
  const worker = new Worker()
  try {
    await Promise.all(
      Array.from({ length: AT_A_TIME }, async () => {
        for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
          onOutcome(await worker.run(next.value), next.value)
        }
      }),
    )
  } finally {
    worker.end()
  }
}

class Worker {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, (outcome: FaultOutcome) => void>()
  #isDead = false

  constructor() {
    this.#process = fork(join(import.meta.dirname, 'schedule-worker.ts'), [], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#process.on('message', (message) => {
      const outcome = message as FaultOutcome
      this.#waiting.get(outcome.seed)?.(outcome)
      this.#waiting.delete(outcome.seed)
    })
    this.#process.once('exit', (code, signal) => {
      this.#isDead = true
      for (const [seed, tell] of this.#waiting) tell(nothing(seed, `its process ended (${signal ?? code})`))
      this.#waiting.clear()
    })
  }

  async run(test: FaultCase): Promise<FaultOutcome> {
    if (this.#isDead) return nothing(test.seed, 'its process had ended')
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(nothing(test.seed, 'it hangs')), HANGS_MS)
      this.#waiting.set(test.seed, (outcome) => {
        clearTimeout(timer)
        resolve(outcome)
      })
      this.#process.send(test)
    })
  }

  end(): void {
    if (this.#process.connected) this.#process.disconnect()
  }
}

function nothing(seed: number, problem: string): FaultOutcome {
  return { seed, problems: [problem], orders: 0, fills: 0, struck: 0, drawn: 0, kills: 0, hits: 0, refused: 0 }
}
