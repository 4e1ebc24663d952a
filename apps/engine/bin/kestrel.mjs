#!/usr/bin/env node
/**
 * The `kestrel` command. Plain JavaScript that runs on Node 18 and up: where the running Node is too old for the engine it
 * starts itself again on a newer one that is installed as the npm package `node`, in this folder or in one above it.
 */
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const OLDEST_MAJOR = 24
/** Set for the second start, so that a wrong binary cannot start itself for ever. */
const RESTARTED = 'KESTREL_NODE_RESTARTED'

const here = dirname(realpathSync(fileURLToPath(import.meta.url)))
const major = Number(process.versions.node.split('.')[0])

if (major >= OLDEST_MAJOR) await start()
else restart()

/** Loads the engine: the built one in an installed package, the sources in a checkout. */
async function start() {
  delete process.env[RESTARTED]
  const { enableCompileCache } = await import('node:module')
  enableCompileCache()
  const built = join(here, '..', 'dist', 'main.js')
  const source = join(here, '..', 'src', 'main.ts')
  // A checkout may hold a stale build, so its sources go first; an installed package has none.
  await import(pathToFileURL(existsSync(source) ? source : built).href)
}

function restart() {
  const node = process.env[RESTARTED] === undefined ? findNewerNode() : undefined
  if (node === undefined) {
    process.stderr.write(
      `Kestrel needs Node ${OLDEST_MAJOR} or newer; this is ${process.version}.\n` +
        `Install it from https://nodejs.org, or beside Kestrel with: npm install node@${OLDEST_MAJOR}\n`,
    )
    process.exitCode = 2
    return
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, [RESTARTED]: '1' },
  })
  // The terminal sends SIGINT to both of us; the child decides, and we leave with its answer.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`Kestrel could not be started on ${node}: ${error.message}\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
  })
}

/** Looks in `node_modules/node` of this folder, of the working folder, and of every folder above them. */
function findNewerNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  return [here, process.cwd()]
    .flatMap(withParents)
    .map((folder) => join(folder, 'node_modules', 'node', 'bin', name))
    .find((path) => existsSync(path))
}

function withParents(folder) {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...withParents(parent)]
}
