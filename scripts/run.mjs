/**
 * Runs one task of the repository: `node scripts/run.mjs <task> [args]`.
 *
 * Plain JavaScript without dependencies, because it is the one file that must work on any Node >= 18 before anything is
 * installed. It first makes sure of the install, then runs the task on the Node that the lock file pins. Both happen in
 * one process: with `npm ci && node task.ts` the shell would remember the path of the old Node.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureInstalled, InstallError } from './install/ensure-installed.mjs'
import { choosePinnedNode } from './install/pinned-node.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** What each task runs, and the workspaces it needs beyond the engine's. */
const TASKS = {
  demo: { file: 'apps/engine/bin/kestrel.mjs', args: ['demo'] },
  'demo:live': { file: 'apps/engine/bin/kestrel.mjs', args: ['demo', '--live'] },
  test: { file: 'scripts/test.ts' },
  verify: { file: 'scripts/verify.ts' },
  check: { file: 'scripts/check.ts' },
  bench: { file: 'benchmarks/src/main.ts', workspaces: ['benchmarks'] },
  soak: { file: 'packages/live/test/soak/soak.ts' },
  pack: { file: 'scripts/pack.ts' },
  format: { file: 'node_modules/oxfmt/bin/oxfmt' },
}

/** @returns {Promise<number>} the exit code of the task */
async function main() {
  const [name, ...args] = process.argv.slice(2)
  const task = name !== undefined && Object.hasOwn(TASKS, name) ? TASKS[name] : undefined
  if (!task) {
    console.error(`Unknown task ${name ?? '(none)'}. Tasks: ${Object.keys(TASKS).join(', ')}.`)
    return 2
  }
  await ensureInstalled(root, task.workspaces ?? [])
  const node = choosePinnedNode(root)
  const file = join(root, task.file)
  if (!existsSync(file)) {
    console.error(`Task ${name} needs ${task.file}, which is not in this checkout.`)
    return 2
  }
  return runToEnd(node, [file, ...(task.args ?? []), ...args])
}

/** Runs a child on this terminal; Ctrl-C goes to the child, and we leave with its answer. */
function runToEnd(command, args) {
  return new Promise((resolve, reject) => {
    const path = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: path } })
    // The terminal sends SIGINT to the whole group, so ours is only swallowed; the others are passed on.
    process.on('SIGINT', () => {})
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)))
  })
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof InstallError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
