import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 200
/** A lock without an owner's id is being made or was left half made; after this long it counts as left. */
const OWNERLESS_MS = 10_000

/**
 * Runs `work` while holding the install lock of this checkout; waits while another process holds it.
 *
 * The lock is a folder (making one is atomic everywhere) beside `node_modules`, which npm may delete. A lock whose owner
 * is gone is taken over.
 *
 * @param {string} root - folder of the repository
 * @param {() => Promise<void>} work
 */
export async function withInstallLock(root, work) {
  const lock = join(root, '.kestrel-install.lock')
  let waiting = false
  while (!tryLock(lock)) {
    if (isAbandoned(lock)) discard(lock)
    else {
      if (!waiting) process.stderr.write('Waiting for another install in this checkout ...\n')
      waiting = true
      await sleep(POLL_MS)
    }
  }
  try {
    await work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

function tryLock(lock) {
  try {
    mkdirSync(lock)
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
  writeFileSync(join(lock, 'pid'), String(process.pid))
  return true
}

function isAbandoned(lock) {
  try {
    const pid = Number(readFileSync(join(lock, 'pid'), 'utf8'))
    if (pid > 0) return !isAlive(pid)
  } catch {
    // No owner yet: judged by age below.
  }
  const made = statSync(lock, { throwIfNoEntry: false })
  return made !== undefined && Date.now() - made.mtimeMs > OWNERLESS_MS
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/**
 * Renames first: of two processes that see the same dead lock only one succeeds. If the other was quicker by a whole turn
 * and the lock is its fresh one, it is put back.
 */
function discard(lock) {
  const trash = `${lock}.${process.pid}`
  try {
    renameSync(lock, trash)
  } catch {
    return
  }
  if (isAbandoned(trash)) rmSync(trash, { recursive: true, force: true })
  else renameSync(trash, lock)
}
