/** Entry of the worker thread: runs one task and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { errorDocument } from '../cli/error-document.ts'
import { Heartbeat } from './heartbeat.ts'
import type { Task, TaskProgress, WorkerMessage, WorkerStart } from './task.ts'

const { task, heartbeat: buffer } = workerData as WorkerStart
const heartbeat = new Heartbeat(buffer)
const send = (message: WorkerMessage): void => parentPort?.postMessage(message)

const progress: TaskProgress = {
  phase(name, { total = 0, watched = false } = {}) {
    heartbeat.nextPhase()
    send({ type: 'phase', phase: { name, total, unit: 'bars', watched } })
  },
  stopRequested: () => heartbeat.stopRequested,
}

async function run(job: Task): Promise<unknown> {
  switch (job.kind) {
    case 'backtest': {
      const { tuneCompiler } = await import('@kestrel/backtest')
      tuneCompiler()
      const { runBacktestTask } = await import('../backtest/run-backtest-task.ts')
      return await runBacktestTask(job.request, progress, heartbeat.control())
    }
    case 'check': {
      const { runCheckTask } = await import('../check/run-check-task.ts')
      return await runCheckTask(job.request, progress, heartbeat.control())
    }
    case 'describe': {
      const { describeStrategies } = await import('../strategy-loading/describe-strategy.ts')
      progress.phase('load strategies', { watched: true })
      return await describeStrategies(job.references, job.cwd)
    }
  }
}

try {
  send({ type: 'done', outcome: await run(task) })
} catch (error) {
  send({ type: 'failed', error: errorDocument(error) })
}
